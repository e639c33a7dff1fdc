"""A ticket that arrives becomes one case, once, whatever comes along with it."""

import json

import pytest

from petitions.bridge import receiving
from petitions.bridge.incoming import read
from petitions.bridge.models import ExternalTicket, InboundProblem
from petitions.cases.models import Case
from portal.audit.models import AuditEntry
from portal.errors import Invalid
from tests.petitions.bridge.conftest import TOKEN, a_ticket

URL = "/api/v1/bridge/12345-gy/tickets/"


@pytest.fixture
def push(bridge, call):
    def send(data, token=TOKEN, url=URL):
        extra = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
        return call().generic("POST", url, json.dumps(data).encode(), content_type="application/json", **extra)

    return send


def test_a_push_becomes_a_case_of_the_mapped_category(push, bridge, category):
    answer = push(a_ticket())
    assert answer.status_code == 201
    case = Case.objects.get()
    assert answer.json() == {
        "id": "GD-2026-0918-01",
        "ref": case.ref,
        "state": "submitted",
        "due_at": answer.json()["due_at"],
        "category_known": True,
    }
    assert (case.title, case.category, case.channel) == ("路灯不亮", category, "bridge")
    assert (case.contact_phone, case.reporter_name) == ("+8613800002046", "林阿姨")
    assert case.grid == bridge.desk.cast.place.community  # its address names it
    ticket = ExternalTicket.objects.get()
    assert ticket.case == case
    assert AuditEntry.objects.filter(verb="bridge.receive", object_id=str(ticket.pk)).count() == 1


def test_the_same_again_answers_the_same_and_changes_nothing(push):
    first, again = push(a_ticket()), push(a_ticket())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Case.objects.count() == 1


def test_another_body_is_a_conflict_that_the_desk_sees_once(push):
    first = push(a_ticket()).json()
    for _again in range(3):
        answer = push(a_ticket(description="改成了别的事"))
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
        assert (answer.json()["code"], answer.json()["ref"]) == ("EXTERNAL_ID_CONFLICT", first["ref"])
    assert Case.objects.get().description.startswith("东门外")
    assert InboundProblem.objects.get().kind == "conflict"
    assert push(a_ticket()).status_code == 200


def test_one_id_of_two_systems_is_two_tickets(bridge, push):
    other = bridge.system.__class__.objects.create(
        code="city", name="数字城管", kind="city", grid=bridge.desk.cast.place.district
    )
    push(a_ticket())
    receiving.receive(system=other, incoming=read(a_ticket()), via="file")
    assert Case.objects.count() == 2


def test_a_code_nobody_knows_is_taken_and_waits_for_a_word(push, bridge, other_category):
    bridge.system.default_category = other_category
    bridge.system.save()
    answer = push(a_ticket(category="9999"))
    assert (answer.status_code, answer.json()["category_known"]) == (201, False)
    assert Case.objects.get().category == other_category
    assert ExternalTicket.objects.get().category_unknown


@pytest.mark.parametrize(
    ("token", "url", "status"),
    [
        ("", URL, 401),
        ("wrong", URL, 404),
        (TOKEN, "/api/v1/bridge/nobody/tickets/", 404),
        ("令牌", URL, 404),
        (TOKEN, "/api/v1/bridge/%00/tickets/", 404),
    ],
)
def test_without_its_token_the_door_is_shut(push, token, url, status):
    assert push(a_ticket(), token.encode().decode("latin-1"), url).status_code == status
    assert Case.objects.count() == 0


def test_a_system_that_is_off_is_not_there(push, bridge):
    bridge.system.is_active = False
    bridge.system.save()
    assert push(a_ticket()).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        None,
        3,
        {},
        {"id": "1"},
        {"id": "", "description": "灯坏了"},
        {"id": "x" * 65, "description": "灯坏了"},
        {"id": {"a": 1}, "description": "灯坏了"},
        {"id": True, "description": "灯坏了"},
        {"id": "1", "description": ["灯坏了"]},
        a_ticket(due_at="明天"),
        a_ticket(due_at="0000-99-99T99:99"),
        a_ticket(reported_at="9999-12-31T23:59:59+08:00"),
    ],
)
def test_what_cannot_be_read_is_refused_and_writes_nothing(push, body):
    answer = push(body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["code"] == "INVALID"
    assert (Case.objects.count(), ExternalTicket.objects.count()) == (0, 0)


def test_broken_json_and_other_types_are_refused(bridge, call):
    extra = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
    post = call().generic
    assert post("POST", URL, b"{", content_type="application/json", **extra).status_code == 400
    assert post("POST", URL, b"\xff\xfe", content_type="application/json", **extra).status_code == 400
    assert post("POST", URL, b"<a/>", content_type="application/xml", **extra).status_code == 415
    assert call().get(URL, **extra).status_code == 405


@pytest.mark.parametrize(
    "odd",
    [
        {"description": "灯\x00坏了\ud800"},
        {"title": "长" * 500},
        {"description": "长" * 50_000},
        {"category": ["0302"]},
        {"category": "x" * 900},
        {"address": {"street": "东大街"}},
        {"grid": "' OR 1=1"},
        {"caller": "林阿姨"},
        {"caller": {"name": 7, "phone": 13800002046}},
        {"id": 20260918},
        {"id": "工单 1/2?#"},
        {"due_at": "2026-09-23 18:00"},
        {"more": {"nested": [1, {"a": None}]}},
        {"title": None, "address": None, "category": None, "caller": None, "due_at": None},
    ],
)
def test_what_is_odd_is_taken_all_the_same(push, odd):
    answer = push(a_ticket(**odd))
    assert answer.status_code == 201, answer.content
    assert push(a_ticket(**odd)).status_code == 200


def test_a_number_that_cannot_be_dialled_stays_readable(push):
    push(a_ticket(caller={"phone": "8555011 转 3"}))
    case = Case.objects.get()
    assert (case.contact_phone, "8555011 转 3" in case.description) == ("", True)


def test_a_very_long_text_keeps_its_beginning_and_says_so():
    said = read(a_ticket(description="长" * 5000)).text
    assert len(said) < 2000
    assert said.endswith("全文在对方系统里）")


def test_a_place_outside_the_ground_is_not_followed(bridge):
    place = bridge.desk.cast.place
    bridge.system.grid = place.street
    inside = read(a_ticket(grid=place.building.code))
    outside = read(a_ticket(grid=place.community_b.code, address="南大街社区"))
    assert receiving.place_of(bridge.system, inside) == place.building
    assert receiving.place_of(bridge.system, outside) == place.street


@pytest.mark.parametrize("where", ["building", "sector"])
def test_a_place_that_has_ended_and_a_department_are_not_followed(bridge, where):
    place = bridge.desk.cast.place
    type(place.building).objects.filter(pk=place.building.pk).update(is_active=False)
    said = read(a_ticket(grid=getattr(place, where).code, address=""))
    assert receiving.place_of(bridge.system, said) == place.district


def test_the_building_that_the_address_names_is_found(bridge):
    ticket = bridge.take(address="文昌花园社区 5 号楼 1 单元")
    assert ticket.case.grid == bridge.desk.cast.place.building


def test_a_case_that_cannot_be_filed_leaves_no_ticket(bridge, monkeypatch):
    def refuse(**fields):
        raise Invalid(errors={"description": ["不行"]})

    monkeypatch.setattr(receiving.cases, "submit", refuse)
    with pytest.raises(Invalid):
        bridge.take()
    assert ExternalTicket.objects.count() == 0


def test_their_words_change_nothing_but_what_is_read():
    """Fields that nobody here reads may come and go; the same ticket is the same by whichever way it comes."""
    assert (
        read(a_ticket()).body_hash
        == read(a_ticket(extra=1, caller={"phone": "138-0000-2046", "name": " 林阿姨"})).body_hash
    )
    assert read(a_ticket()).body_hash != read(a_ticket(address="西门")).body_hash
