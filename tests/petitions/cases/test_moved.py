"""A community comes under another street with cases open: hands, reach and ladder follow."""

import pytest
from django.core.management import call_command

from grids.tree.models import Grid
from grids.tree.services import move_community
from petitions.cases import moved
from petitions.cases.models import Case, CaseRecord
from portal.accounts.actors import Actor
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import PATHS, at
from tests.petitions.cases.test_table import CONDITIONS

AT_STREET = ("escalated_to_street", "at_street", "answered_by_street", "third_round", "escalated_to_district")


def walked(desk, condition: str, **fields) -> Case:
    case = desk.file(**fields)
    for event, who, data in CONDITIONS.get(condition) or PATHS[condition]:
        given = {name: value(desk.cast) if callable(value) else value for name, value in data.items()}
        case = desk.act(case, event, who, **given)
    return case


@pytest.fixture
def cases(desk) -> dict[str, Case]:
    """One of each kind that the street has a hand in, one with the worker, one late."""
    made = {condition: walked(desk, condition) for condition in (*AT_STREET, "in_progress", "closed")}
    made["late"] = walked(desk, "in_progress", sla="consultation")
    return made


@pytest.fixture
def move(desk, cases):
    """文昌花园社区, from 曲江街道 to 南街街道."""
    place = desk.cast.place
    moved_ = move_community(
        actor=desk.actor("district_admin"), community=place.community, street=place.street_b, reason="民发〔2026〕12号"
    )
    for case in cases.values():
        case.refresh_from_db()
    desk.known.clear()
    return moved_


def test_everything_below_comes_along(desk, move):
    place = desk.cast.place
    old, new = Grid.objects.get(pk=place.street.pk), Grid.objects.get(pk=place.street_b.pk)
    assert move.path.startswith(new.path)
    building = Grid.objects.get(pk=place.building.pk)
    assert building.path.startswith(move.path)
    assert (old.numchild, new.numchild) == (0, 2)
    assert Grid.objects.find_problems() == ([], [], [], [], [])
    assert AuditEntry.objects.filter(verb="tree.move", object_id=str(move.pk)).count() == 1


def test_reach_is_right_at_once(desk, cases, move, browse):
    for case in cases.values():
        assert browse("street_supervisor").get(case.get_absolute_url()).status_code == 404
        assert browse("street_supervisor_b").get(case.get_absolute_url()).status_code == 200
    assert browse("secretary").get(cases["in_progress"].get_absolute_url()).status_code == 200


def test_what_the_old_street_had_is_the_new_ones(desk, cases, move):
    new = desk.cast.place.street_b.pk
    for condition in ("escalated_to_street", "at_street", "answered_by_street", "third_round"):
        assert (cases[condition].holder_grid_id, cases[condition].holder_user_id) == (new, None), condition
        assert cases[condition].holder_label == "南街街道"
        keys = Notice.objects.filter(about_id=cases[condition].pk, recipient=desk.cast.street_supervisor_b)
        assert keys.exists(), condition
    assert cases["escalated_to_district"].below_grid_id == new
    record = CaseRecord.objects.filter(subject=cases["at_street"]).last()
    assert (record.event, record.actor_role) == ("reassign", "system")
    assert AuditEntry.objects.filter(verb="case.move").count() == 2


def test_the_new_street_goes_on_and_the_old_one_cannot(desk, cases, move):
    assert desk.act(cases["escalated_to_street"], "receive", "street_supervisor_b").state == "in_progress"
    assert desk.act(cases["at_street"], "sign", "street_supervisor_b").state == "in_progress"
    assert desk.act(cases["answered_by_street"], "verify_pass", "street_supervisor_b").state == "awaiting_feedback"
    for condition, event in (("third_round", "sign"), ("in_progress", "reassign")):
        with pytest.raises(Forbidden):
            desk.act(cases[condition], event, "street_supervisor", reason="因为", person=desk.cast.clerk)
    back = desk.act(cases["escalated_to_district"], "send_back", "district_admin", reason="你们先办")
    assert back.holder_label == "南街街道"


def test_others_keep_what_they_have(desk, cases, move):
    assert cases["in_progress"].holder_user_id == desk.cast.grid_worker.pk
    assert cases["in_progress"].version == 4


def test_the_ladder_climbs_to_the_new_street(desk, cases, move):
    desk.sweep(at("2026-09-16 09:00"))
    told = Notice.objects.filter(about_id=cases["late"].pk, key__contains=":L2:")
    assert list(told.values_list("recipient__username", flat=True)) == ["street_supervisor_b"]


def test_moving_again_changes_nothing(desk, cases, move):
    before = list(Case.objects.order_by("id").values_list("version", "holder_grid", "holder_label"))
    place = desk.cast.place
    assert move_community(actor=desk.actor("sysadmin"), community=move, street=place.street_b) == move
    moved.follow(actor=desk.actor("district_admin"), community=move, left=place.street, street=place.street_b)
    assert list(Case.objects.order_by("id").values_list("version", "holder_grid", "holder_label")) == before


@pytest.mark.parametrize("who", ["secretary", "street_supervisor", "grid_worker", "auditor"])
def test_a_community_is_not_moved_by_others(desk, who):
    place = desk.cast.place
    with pytest.raises(Forbidden):
        move_community(actor=desk.actor(who), community=place.community, street=place.street_b)


def test_only_a_community_goes_under_a_street(desk):
    place = desk.cast.place
    for community, street in ((place.grid, place.street_b), (place.community, place.community_b)):
        with pytest.raises(Conflict):
            move_community(actor=desk.actor("district_admin"), community=community, street=street)


def test_by_command(desk, capsys):
    place = desk.cast.place
    call_command("move_community", place.community.code, place.street_b.code, operator="district_admin")
    assert "现在归 南街街道" in capsys.readouterr().out
    entry = AuditEntry.objects.get(verb="tree.move")
    assert entry.actor_id == Actor.of(desk.cast.district_admin).id
