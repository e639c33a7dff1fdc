"""What is found at the door: each thing once, each problem a case, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from grids.postings.models import Posting
from petitions.cases.models import Case, CaseRecord
from petitions.inspections import queries, rules, services
from petitions.inspections.enums import Found
from petitions.inspections.models import Checklist, Inspection, InspectionRecord, InspectionResult
from portal.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound, Refusal, Stale
from portal.flow import due
from portal.notifications.models import Notice
from tests.petitions.inspections.conftest import ITEMS, NOTE, SHOPS, a_list

DAY = timedelta(days=1)


def test_a_problem_becomes_a_case_for_the_community(walk, category):
    inspection = walk.start()
    result = walk.say(inspection, 0, 0, "problem")
    case = Case.objects.get()
    assert result.case == case
    assert (case.title, case.address, case.category) == ("老张面馆：两个灭火器都过期了", "老张面馆", category)
    assert (case.channel, case.reporter, case.contact_phone, case.grid) == ("inspection", None, "", inspection.grid)
    assert case.on_behalf_by == walk.cast.grid_worker
    assert "沿街店铺消防安全" in case.description
    assert CaseRecord.objects.get(subject=case).actor_role == "grid_worker"


def test_pressed_again_it_is_the_same_case(walk):
    inspection = walk.start()
    first = walk.say(inspection, 0, 0, "problem")
    again = walk.say(inspection, 0, 0, "problem", note="另一句话")
    assert (first.pk, first.case_id) == (again.pk, again.case_id)
    assert Case.objects.count() == 1
    # The same thing in another place, and another thing in the same place, are others.
    walk.say(inspection, 1, 0, "problem")
    walk.say(inspection, 0, 1, "problem")
    assert Case.objects.count() == 3


def test_in_order_may_become_a_problem_and_not_the_other_way(walk):
    inspection = walk.start()
    walk.say(inspection, 0, 0, "ok")
    walk.say(inspection, 0, 0, "ok")
    assert walk.say(inspection, 0, 0, "problem").case_id
    with pytest.raises(Conflict) as refused:
        walk.say(inspection, 0, 0, "ok")
    assert refused.value.code == "ALREADY_FOUND"
    assert InspectionResult.objects.count() == 1


@pytest.mark.parametrize("note", ["", " ", "\0", "坏"])
def test_a_problem_wants_a_sentence(walk, note):
    with pytest.raises(Invalid):
        walk.say(walk.start(), 0, 0, "problem", note=note)
    assert (Case.objects.count(), InspectionResult.objects.count()) == (0, 0)


def test_a_building_carries_its_case_to_its_own_node(walk):
    inspection = walk.start(buildings=True, places=())
    assert [place.label for place in inspection.places.all()] == ["5 号楼"]
    walk.say(inspection, 0, 0, "problem")
    assert Case.objects.get().grid == walk.cast.place.building


def test_the_rest_of_a_place_is_in_order_at_one_press(walk):
    inspection = walk.start()
    walk.say(inspection, 0, 1, "problem")
    place = inspection.places.first()
    assert services.all_in_order(actor=walk.actor("grid_worker"), place_id=place.pk) == 2
    assert services.all_in_order(actor=walk.actor("grid_worker"), place_id=place.pk) == 0
    assert queries.progress_of(inspection) == queries.Progress(wanted=6, seen=3, problems=1)


def test_a_shop_that_was_not_listed_is_added_once(walk):
    inspection = walk.start()
    for _again in range(2):
        made = services.add_place(actor=walk.actor("grid_worker"), inspection_id=inspection.pk, label=" 阿云 理发\0 ")
    assert (made.label, inspection.places.count()) == ("阿云 理发", 3)
    with pytest.raises(Invalid):
        services.add_place(actor=walk.actor("grid_worker"), inspection_id=inspection.pk, label="长" * 41)


def test_a_thing_of_another_list_is_not_there(walk):
    inspection, other = walk.start(), a_list(walk.cast, walk.actor("secretary"), name="楼院文明创建")
    place = inspection.places.first()
    for item_id in (other.items.first().pk, place.pk):
        with pytest.raises(NotFound):
            services.write_down(actor=walk.actor("grid_worker"), place_id=place.pk, item_id=item_id, found="ok")
    with pytest.raises(Invalid):
        walk.say(inspection, 0, 0, "nonsense")


# ---------------------------------------------------------------- sending out
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"team": ()}, "team"),
        ({"team": ("resident",)}, "team"),
        ({"team": ("clerk_b",)}, "team"),
        ({"due_on": "yesterday"}, "due_on"),
        ({"due_on": "never"}, "due_on"),
        ({"places": ("", " ")}, "places"),
        ({"places": [f"店{n}" for n in range(201)]}, "places"),
        ({"grid": "street"}, "grid"),
    ],
)
def test_sending_nobody_nowhere_or_never_is_refused(walk, wrong, field):
    if "due_on" in wrong:
        wrong = {"due_on": timezone.localdate() + (-DAY if wrong["due_on"] == "yesterday" else 400 * DAY)}
    who = "secretary"
    if wrong.get("grid"):
        wrong, who = {"grid": walk.cast.place.street}, "street_supervisor"
    with pytest.raises(Invalid) as refused:
        walk.start(who, **wrong)
    assert field in refused.value.extra["errors"]
    assert Inspection.objects.count() == 0


def test_a_street_s_list_is_for_its_communities(walk):
    cast = walk.cast
    made = a_list(cast, walk.actor("street_supervisor"), name="街道的清单", grid=cast.place.street)
    assert walk.start(checklist=made).checklist == made
    assert made in queries.lists(walk.actor("grid_worker").reach)
    assert made not in queries.lists(walk.actor("secretary_b").reach)
    assert walk.checklist not in queries.lists(walk.actor("secretary_b").reach)


def test_who_is_sent_hears_of_it_once(walk):
    inspection = walk.start(team=("grid_worker", "secretary"))
    told = Notice.objects.filter(about_id=inspection.pk)
    assert [notice.recipient for notice in told] == [walk.cast.grid_worker]  # whoever sends knows


def test_the_day_that_passes_is_said_once(walk):
    inspection = walk.start()
    for days in (4, 5, 9):
        due.sweep(timezone.now() + days * DAY)
    told = Notice.objects.filter(about_id=inspection.pk, subject__startswith="到日子了")
    assert {notice.recipient.username for notice in told} == {"grid_worker", "secretary"}
    assert len(told) == 2


def test_what_is_over_is_not_late(walk):
    inspection = walk.see_all(walk.start())
    services.end(actor=walk.actor("grid_worker"), inspection_id=inspection.pk, event="finish")
    due.sweep(timezone.now() + 4 * DAY)
    assert not Notice.objects.filter(subject__startswith="到日子了").exists()


# ---------------------------------------------------------------- the end
def test_finishing_with_something_left_wants_a_reason_from_the_keeper(walk):
    inspection = walk.start()
    with pytest.raises(IllegalTransition) as refused:
        services.end(actor=walk.actor("grid_worker"), inspection_id=inspection.pk, event="finish", reason="累了")
    assert refused.value.code == "NOT_ALL_SEEN"
    with pytest.raises(Refusal) as refused:
        services.end(actor=walk.actor("secretary"), inspection_id=inspection.pk, event="finish")
    assert refused.value.code == "REASON_REQUIRED"
    ended = services.end(actor=walk.actor("secretary"), inspection_id=inspection.pk, event="finish", reason="店关门了")
    assert ended.state == "finished"
    record = InspectionRecord.objects.get(subject=inspection, event="finish")
    assert (record.reason, record.data["left"]) == ("店关门了", 6)


def test_a_page_that_is_old_is_told(walk):
    inspection = walk.see_all(walk.start())
    with pytest.raises(Stale):
        services.end(actor=walk.actor("secretary"), inspection_id=inspection.pk, event="finish", version=7)


# state × act → who may; everybody else of the cast is refused, or finds nothing there.
TEAM = {"grid_worker"}
KEEP = {"secretary", "street_supervisor"}
SEE = {"grid_worker", "clerk", "secretary", "street_supervisor", "district_admin"}
TABLE = {
    ("open", "say"): TEAM | {"secretary"},
    ("open", "all"): TEAM | {"secretary"},
    ("open", "add"): TEAM | {"secretary"},
    ("open", "finish"): TEAM | KEEP,
    ("open", "cancel"): KEEP,
}
ACTS = ("say", "all", "add", "finish", "cancel", "start")
WHO = (
    *SEE, "grid_worker_b", "clerk_b", "secretary_b", "street_supervisor_b", "department_handler", "resident",
    "outsider", "auditor", "sysadmin",
)  # fmt: skip


def test_every_act_in_every_state_by_everybody(walk):
    inspection = walk.see_all(walk.start())
    place, item = inspection.places.first(), inspection.checklist.items.first()
    where = {"inspection_id": inspection.pk}
    acts = {
        "say": lambda a: services.write_down(
            actor=a, place_id=place.pk, item_id=item.pk, found=Found.PROBLEM, note=NOTE
        ),
        "all": lambda a: services.all_in_order(actor=a, place_id=place.pk),
        "add": lambda a: services.add_place(actor=a, label="阿云理发", **where),
        "finish": lambda a: services.end(actor=a, event="finish", **where),
        "cancel": lambda a: services.end(actor=a, event="cancel", reason="改日再查", **where),
        "start": lambda a: services.end(actor=a, event="start", **where),
    }
    for state in ("open", "finished", "cancelled"):
        Inspection.objects.filter(pk=inspection.pk).update(state=state, ended_at=timezone.now())
        for name in ACTS:
            for who in WHO:
                mark = transaction.savepoint()
                try:
                    acts[name](walk.actor(who))
                    ended: object = "done"
                except Refusal as refused:
                    ended = type(refused)
                transaction.savepoint_rollback(mark)
                if who in TABLE.get((state, name), set()):
                    assert ended == "done", (state, name, who, ended)
                elif who not in SEE and name != "start":
                    assert ended is NotFound, (state, name, who, ended)
                else:
                    assert ended in (Forbidden, IllegalTransition), (state, name, who, ended)


def test_only_keepers_send_out_and_write_lists(walk):
    for who in WHO:
        may = who in KEEP
        mark = transaction.savepoint()
        for act in (lambda w=who: walk.start(w), lambda w=who: a_list(walk.cast, walk.actor(w), name="另一张")):
            try:
                act()
                ended: object = "done"
            except Refusal as refused:
                ended = type(refused)
            assert ended == ("done" if may else Forbidden), who
        transaction.savepoint_rollback(mark)


# ---------------------------------------------------------------- lists
def test_a_changed_list_is_the_next_version_and_the_old_walk_goes_on(walk):
    inspection = walk.start()
    new = services.change_list(
        actor=walk.actor("secretary"), checklist_id=walk.checklist.pk, name="沿街店铺安全", items=[*ITEMS, "有应急灯"]
    )
    assert (new.version, new.family) == (2, walk.checklist.family)
    assert inspection.checklist.items.count() == 3
    walk.say(inspection, 0, 2, "ok")
    with pytest.raises(Stale):
        services.change_list(actor=walk.actor("secretary"), checklist_id=walk.checklist.pk, name="又一版", items=ITEMS)
    with pytest.raises(Invalid):
        walk.start(checklist=Checklist.objects.get(pk=walk.checklist.pk))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 31}, "name"),
        ({"items": []}, "items"),
        ({"items": ["\0", " "]}, "items"),
        ({"items": ["一样", " 一样 "]}, "items"),
        ({"items": ["长" * 61]}, "items"),
        ({"items": [f"第 {n} 样" for n in range(31)]}, "items"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(walk, wrong, field):
    with pytest.raises(Invalid) as refused:
        a_list(walk.cast, walk.actor("secretary"), **wrong)
    assert field in refused.value.extra["errors"]


def test_a_list_out_of_use_is_not_offered(walk):
    for active in (False, False, True):
        services.retire_list(actor=walk.actor("secretary"), checklist_id=walk.checklist.pk, active=active)
        assert (walk.checklist in queries.usable_lists(walk.actor("secretary").reach)) is active


def test_the_database_keeps_what_is_promised(walk):
    inspection = walk.start()
    result = walk.say(inspection, 0, 0, "problem")
    for change in ({"case": None}, {"note": ""}, {"found": "ok"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InspectionResult.objects.filter(pk=result.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        inspection.places.create(label=SHOPS[0], order=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.filter(pk=inspection.pk).update(state="finished", ended_at=None)


def test_whoever_was_sent_writes_down_on_a_ground_wider_than_their_own(walk):
    """A grid worker sent round the whole community: the page listed them, and the door refused them."""
    place = walk.cast.place
    inspection = walk.start(grid=place.community, buildings=True)
    there = inspection.places.get(building=place.building)
    elsewhere = inspection.places.get(label=SHOPS[0])
    worker = walk.actor("grid_worker")
    item = inspection.checklist.items.first()
    services.write_down(actor=worker, place_id=there.pk, item_id=item.pk, found="problem", note="过期了")
    assert Case.objects.get().grid == place.building
    found = services.write_down(actor=worker, place_id=elsewhere.pk, item_id=item.pk, found="problem", note="也过期了")
    # A shop that is no building of ours: the worker's own grid, as far as they may file.
    assert (found.case.grid, found.case.address) == (place.grid, SHOPS[0])
    assert not rules.goes(walk.actor("grid_worker_b"), inspection)
    Posting.objects.filter(user=walk.cast.grid_worker).update(ends_at=timezone.now())
    gone = walk.cast.actor("grid_worker")
    assert not rules.goes(gone, inspection)
