"""The register's pages."""

import pytest

from grids.registry.models import Resident
from grids.registry.queries import LIMIT, resident_of
from portal.audit.models import AuditEntry
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


def test_doors_show_family_names_and_no_telephone(browse, homes):
    """Guardrail 6."""
    page = browse("grid_worker").get("/grid/households/").content.decode()
    assert "5-1-301" in page
    assert "林家" in page
    assert "2046" not in page


def test_search_finds_by_pinyin_within_reach_only(browse, homes):
    assert "林秀英" in browse("grid_worker").get("/grid/households/?q=lxy").content.decode()
    page = browse("grid_worker_b").get("/grid/households/?q=lxy").content.decode()
    assert "林秀英" not in page
    assert "您的网格里没有找到" in page


def test_search_finds_a_door(browse, homes):
    assert f"/grid/households/{homes.lin.pk}/" in browse("clerk").get("/grid/households/?q=5-1").content.decode()


def test_what_is_found_is_counted_as_what_it_is(browse, homes):
    assert "找到 1 户" in browse("grid_worker").get("/grid/households/?q=5-1-301").content.decode()


def test_a_search_that_finds_too_many_says_that_there_are_others(browse, homes):
    def page() -> str:
        return browse("grid_worker").get("/grid/households/?q=康").content.decode()

    for n in range(LIMIT):
        Resident.objects.create(household=homes.lin, name=f"康{n}", sort_key=f"kang {n:02}", initials="k")
    assert f"找到 {LIMIT} 位" in page()
    Resident.objects.create(household=homes.lin, name="康末", sort_key="kang mo", initials="km")
    assert "还有没列出来的" in page()


def test_door_of_another_grid_is_not_there(browse, homes):
    for path in (f"households/{homes.zhao.pk}", f"residents/{homes.guoping.pk}/phone"):
        assert browse("grid_worker").get(f"/grid/{path}/").status_code == 404
        assert browse("grid_worker_b").get(f"/grid/{path}/").status_code == 200


def test_building_of_another_grid_is_not_listed(browse, cast, homes):
    page = browse("grid_worker").get(f"/grid/households/?building={cast.place.building_b.pk}").content.decode()
    assert "6-1-402" not in page


def test_number_is_shown_after_a_reason_and_not_before(browse, homes):
    """Guardrail 6."""
    path = f"/grid/residents/{homes.xiuying.pk}/phone/"
    client = browse("grid_worker")
    assert "13800002046" not in client.get(path).content.decode()
    assert "请写一句为什么要看" in client.post(path, {"reason": "other", "other": " "}).content.decode()
    assert not AuditEntry.objects.exists()
    response = client.post(path, {"reason": "other", "other": "他托我回个话"})
    assert "tel:+8613800002046" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert AuditEntry.objects.get().note.text == "他托我回个话"


def test_worker_confirms_an_account_from_the_door_page(browse, cast, homes):
    person = homes.xiuying
    person.phone = cast.resident.phone
    person.save()
    client = browse("grid_worker")
    assert "我认得，是林秀英本人" in client.get(f"/grid/households/{homes.lin.pk}/").content.decode()
    for _again in range(2):
        client.post(f"/grid/residents/{person.pk}/link/", {"_once": "a"})
    assert resident_of(cast.resident) == person
    assert "账号已确认" in client.get(f"/grid/households/{homes.lin.pk}/").content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_door_list_takes_the_same_queries_however_many_doors(
    browse, cast, no_masthead, django_assert_num_queries, rows
):
    for n in range(rows):
        open_door(cast.place.building, f"{500 + n}", (f"周晓{n}", None))
    client = browse("grid_worker")
    with django_assert_num_queries(7):  # session, user, reach, buildings, count, doors, people
        client.get("/grid/households/")
