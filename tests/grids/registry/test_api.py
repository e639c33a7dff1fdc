"""The register by API: narrowed to reach, masked, every look recorded."""

import pytest

from portal.audit.models import AuditEntry
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


def codes(response) -> list[str]:
    return [row["code"] for row in response.json()["results"]]


def test_households_are_those_of_the_workers_own_grid(call, homes):
    assert codes(call("grid_worker").get("/api/v1/households/")) == ["5-1-301"]
    assert codes(call("grid_worker_b").get("/api/v1/households/")) == ["6-1-402"]


def test_households_of_the_whole_community_are_the_clerks(call, homes):
    assert codes(call("clerk").get("/api/v1/households/")) == ["5-1-301", "6-1-402"]
    assert codes(call("clerk_b").get("/api/v1/households/")) == []


def test_household_of_another_grid_is_not_there(call, homes):
    path = f"/api/v1/households/{homes.zhao.pk}/"
    assert call("grid_worker_b").get(path).status_code == 200
    response = call("grid_worker").get(path)
    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


def test_household_shows_its_people_with_masked_telephones(call, homes):
    """Guardrail 6."""
    shown = call("grid_worker").get(f"/api/v1/households/{homes.lin.pk}/").json()
    assert shown["people"] == 2
    assert [(one["name"], one["phone"]) for one in shown["residents"]] == [("林秀英", "138****2046"), ("林建国", "")]


@pytest.mark.parametrize(
    "text", ["林秀英", "秀英", "\x00秀英", "lxy", "lin xiu", "2046", "13800002046", "138 0000 2046"]
)
def test_resident_is_found_by_name_initials_or_telephone(call, homes, text):
    found = call("grid_worker").get("/api/v1/residents/", {"q": text}).json()["results"]
    assert [one["name"] for one in found] == ["林秀英"]


@pytest.mark.parametrize("text", ["赵国平", "zgp", "4157", "13800004157"])
def test_resident_of_another_grid_is_not_found_by_any_word(call, homes, text):
    assert call("grid_worker").get("/api/v1/residents/", {"q": text}).json()["results"] == []
    assert len(call("clerk").get("/api/v1/residents/", {"q": text}).json()["results"]) == 1


@pytest.mark.parametrize("text", ["1", "20", "204", "l", "%", "_", "'", "１３８"])
def test_resident_search_with_too_little_or_with_nonsense_finds_nobody(call, homes, text):
    response = call("clerk").get("/api/v1/residents/", {"q": text})
    assert (response.status_code, response.json()["results"]) == (200, [])


def test_residents_come_in_the_order_of_pinyin(call, homes):
    names = [one["name"] for one in call("clerk").get("/api/v1/residents/").json()["results"]]
    assert names == ["林建国", "林秀英", "赵国平"]


def test_reveal_shows_the_number_and_records_who_asked_and_why(call, cast, homes):
    """Guardrail 6."""
    path = f"/api/v1/residents/{homes.xiuying.pk}/reveal/"
    response = call("grid_worker").post(path, {"field": "phone", "reason": "上门前先打个招呼"})
    assert response.json() == {"field": "phone", "value": "+8613800002046"}
    entry = AuditEntry.objects.get(verb="registry.reveal")
    assert (entry.actor_id, entry.subject_id, entry.fields) == (cast.grid_worker.pk, homes.xiuying.pk, ["phone"])
    assert entry.note.text == "上门前先打个招呼"


@pytest.mark.parametrize("reason", ["", "  ", ".", "。。。", "x"])
def test_reveal_without_a_reason_is_refused_and_records_nothing(call, homes, reason):
    """Guardrail 6."""
    path = f"/api/v1/residents/{homes.xiuying.pk}/reveal/"
    response = call("grid_worker").post(path, {"field": "phone", "reason": reason})
    assert (response.status_code, response.json()["code"]) == (422, "REASON_NEEDED")
    assert "+86" not in response.content.decode()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("field", ["name", "user", "password", ""])
def test_reveal_of_what_is_not_masked_is_refused(call, homes, field):
    path = f"/api/v1/residents/{homes.xiuying.pk}/reveal/"
    assert call("clerk").post(path, {"field": field, "reason": "核对电话"}).status_code == 422


def test_reveal_beyond_reach_is_not_there_and_records_nothing(call, homes):
    path = f"/api/v1/residents/{homes.guoping.pk}/reveal/"
    assert call("grid_worker").post(path, {"field": "phone", "reason": "核对电话"}).status_code == 404
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("who", ["resident", "auditor", "sysadmin", "department_handler", "volunteer"])
def test_register_is_closed_to_roles_that_have_no_business_with_it(call, homes, who):
    for path in ("households/", "residents/?q=lxy", f"households/{homes.lin.pk}/"):
        assert call(who).get(f"/api/v1/{path}").status_code == 403
    assert call(who).post(f"/api/v1/residents/{homes.xiuying.pk}/reveal/", {"field": "phone"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_take_the_same_queries_however_many_rows(call, cast, homes, django_assert_num_queries, rows):
    for n in range(rows):
        open_door(cast.place.building, f"{500 + n}", (f"周晓{n}", None))
    client = call("grid_worker")
    with django_assert_num_queries(2):  # reach, doors
        client.get("/api/v1/households/")
    with django_assert_num_queries(2):  # reach, people
        client.get("/api/v1/residents/")
    with django_assert_num_queries(3):  # reach, door, people
        client.get(f"/api/v1/households/{homes.lin.pk}/")


def test_building_that_is_no_id_is_answered_in_words(call, homes):
    assert call("clerk").get("/api/v1/households/", {"building": "5号楼"}).status_code == 422
