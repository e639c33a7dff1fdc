"""Restricted kinds: read by the secretary, whoever holds it and the reporter; in nobody else's list or figure."""

import pytest

from petitions.cases import counts, figures, queries
from petitions.cases.models import Case, Category
from petitions.cases.periods import period_from
from portal.audit.models import AuditEntry
from portal.errors import Refusal
from portal.notifications.models import Notice
from portal.workbench.registry import panels_for, todos_of
from tests.petitions.cases.conftest import at

EVERYBODY = (
    *("resident", "neighbour", "volunteer", "outsider", "grid_worker", "grid_worker_b", "clerk", "clerk_b"),
    *("secretary", "secretary_b", "street_supervisor", "street_supervisor_b", "district_admin", "department_handler"),
    *("auditor", "sysadmin"),
)
SECRET = "两家为漏水吵起来"


@pytest.fixture(params=["mediation", "care"])
def kind(request, db):
    return Category.objects.create(code="closed", name="不公开的", sla="help", kind=request.param)


@pytest.fixture
def talk(desk, db):
    """A dispute, just filed."""
    kind = Category.objects.create(code="talk", name="邻里纠纷", sla="help", kind="mediation")
    return desk.file(category=kind, title=SECRET, address="5 号楼", contact_phone="13800002046")


def readers(desk, case) -> set[str]:
    return {who for who in EVERYBODY if Case.objects.visible_to(desk.cast.actor(who).reach).filter(pk=case.pk).exists()}


def walk(desk, case, *steps):
    for event, who, data in steps:
        case = desk.act(case, event, who, **data)
    return case


ACCEPT = ("accept", "secretary", {})


# ---------------------------------------------------------------- who reads it, step by step
def test_filed_it_is_the_secretarys_and_the_reporters(desk, kind):
    assert readers(desk, desk.file(category=kind)) == {"resident", "secretary"}


def test_assigned_it_is_the_holders_too(desk, talk):
    case = walk(desk, talk, ACCEPT, ("assign", "secretary", {"person": desk.cast.grid_worker}))
    assert readers(desk, case) == {"resident", "secretary", "grid_worker"}
    case = walk(desk, case, ("reassign", "secretary", {"reason": "换人", "person": desk.cast.clerk}))
    assert readers(desk, case) == {"resident", "secretary", "clerk"}


def test_a_department_shares_it_until_one_has_signed(desk, talk):
    from grids.postings.models import Posting

    Posting.objects.create(
        user=desk.cast.volunteer,
        role="department_handler",
        grid=desk.cast.place.sector,
        starts_at=at("2026-01-01 00:00"),
    )
    case = walk(desk, talk, ACCEPT, ("assign", "secretary", {"department": desk.cast.place.sector}))
    assert readers(desk, case) == {"resident", "secretary", "department_handler", "volunteer"}
    case = desk.act(case, "sign", "department_handler")
    assert readers(desk, case) == {"resident", "secretary", "department_handler"}


def test_each_level_reads_it_while_it_lies_there(desk, talk):
    case = walk(
        desk, talk, ACCEPT, ("assign", "secretary", {"person": desk.cast.grid_worker}), ("sign", "grid_worker", {}),
        ("escalate", "grid_worker", {"reason": "谈不拢"}),
    )  # fmt: skip
    assert readers(desk, case) == {"resident", "secretary"}
    case = walk(desk, case, ("receive", "secretary", {}), ("escalate", "secretary", {"reason": "谈不拢"}))
    assert readers(desk, case) == {"resident", "secretary", "street_supervisor"}
    case = walk(desk, case, ("receive", "street_supervisor", {}), ("escalate", "street_supervisor", {"reason": "难"}))
    assert readers(desk, case) == {"resident", "secretary", "district_admin"}
    assert walk(desk, case, ("receive", "district_admin", {})).state == "in_progress"


def test_the_street_reads_what_it_is_asked_to_decide_and_no_longer(desk, talk):
    case = walk(
        desk, talk, ACCEPT, ("assign", "secretary", {"person": desk.cast.grid_worker}), ("sign", "grid_worker", {}),
        ("ask_shelve", "grid_worker", {"reason": "等", "until": at("2026-11-02 09:00")}),
    )  # fmt: skip
    assert "street_supervisor" in readers(desk, case)
    assert "street_supervisor" not in readers(desk, desk.act(case, "refuse", "street_supervisor", reason="接着谈"))


def test_what_the_secretary_did_the_street_verifies(desk, talk):
    case = walk(
        desk, talk, ACCEPT, ("assign", "secretary", {"person": desk.cast.secretary}), ("sign", "secretary", {}),
        ("submit_result", "secretary", {"answer": "谈妥了", "solved": "yes"}),
    )  # fmt: skip
    assert readers(desk, case) == {"resident", "secretary", "street_supervisor"}
    case = desk.act(case, "verify_pass", "street_supervisor")
    assert readers(desk, case) == {"resident", "secretary"}


def test_a_called_department_reads_it_until_it_has_reported(desk, talk):
    from petitions.cases import whistles

    case = walk(
        desk, talk, ACCEPT, ("assign", "secretary", {"person": desk.cast.secretary}), ("sign", "secretary", {}),
        ("escalate", "secretary", {"reason": "要民政来"}), ("receive", "street_supervisor", {}),
        ("whistle", "street_supervisor", {"reason": "一起上门", "departments": [desk.cast.place.sector]}),
    )  # fmt: skip
    assert "department_handler" in readers(desk, case)
    call = case.calls.get()
    for event, said in (("arrive", ""), ("report", "去过了")):
        whistles.answer(actor=desk.actor("department_handler"), call_id=call.pk, event=event, reason=said)
    assert "department_handler" not in readers(desk, case)


# ---------------------------------------------------------------- nowhere else
OTHERS = ("clerk", "grid_worker", "street_supervisor", "district_admin", "department_handler")


@pytest.mark.parametrize("who", OTHERS)
def test_it_is_in_none_of_their_lists_searches_boards_and_todos(desk, talk, browse, who):
    desk.sweep(at("2026-10-30 09:00"))  # late by now, and supervised
    actor, now = desk.cast.actor(who), at("2026-10-30 10:00")
    for view in queries.VIEWS:
        assert talk not in list(queries.listing(actor.reach, queries.Wanted(view=view), now)), view
    for text in (talk.ref, "漏水", "2046", SECRET):
        assert queries.search(actor.reach, text) == [], text
    assert [todo for todo in todos_of(actor, now) if SECRET in str(todo.title)] == []
    for panel in panels_for("board", actor, now):
        assert SECRET not in str(panel.context), panel.code
    assert counts.tally(actor.reach, now).late == 0
    assert SECRET not in browse(who).get("/cases/?view=all").content.decode()
    assert browse(who).get(talk.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("who", ["clerk", "street_supervisor", "district_admin"])
def test_it_is_in_none_of_their_figures(desk, talk, who):
    period = period_from("2026-09-01", "2026-09-30", at("2026-09-30 10:00"))
    desk.act(talk, "accept", "secretary")
    mine, theirs = (figures.figures(desk.cast.actor(name).reach, "", period) for name in ("secretary", who))
    assert {one.figure.name: one.denominator for one in mine}["escalation"] == 1
    assert {one.denominator for one in theirs} == {0}
    for name in figures.BY_NAME:
        for part in figures.PARTS:
            assert not figures.rows_behind(name, part, desk.cast.actor(who).reach, "", period).exists()


@pytest.mark.parametrize("who", ["clerk", "neighbour"])
def test_the_api_neither_lists_nor_opens_it(desk, talk, call, who):
    assert call(who).get("/api/v1/cases/").json()["results"] == []
    assert call(who).get(f"/api/v1/cases/{talk.ref}/").status_code == 404
    assert call(who).post(f"/api/v1/cases/{talk.ref}/events/", {"event": "accept"}).status_code == 404


def test_messages_to_colleagues_do_not_say_what_it_is(desk, talk):
    case = walk(
        desk, talk, ACCEPT, ("assign", "secretary", {"person": desk.cast.grid_worker}),
        ("sign", "grid_worker", {}),
    )  # fmt: skip
    desk.sweep(at("2026-10-30 09:00"))
    told = Notice.objects.filter(about_id=case.pk).exclude(recipient=desk.cast.resident)
    assert {"secretary", "grid_worker", "street_supervisor", "district_admin"} <= {
        notice.recipient.username for notice in told if notice.recipient
    }
    for notice in told.exclude(recipient=None):
        assert SECRET not in notice.subject + notice.body
        if notice.recipient.username in ("street_supervisor", "district_admin"):
            assert notice.url == ""  # it does not open to them
    assert not told.filter(recipient=desk.cast.clerk).exists()


def test_it_is_not_merged_with_another(desk, talk):
    plain = desk.file()
    for one, other in ((talk, plain), (plain, talk)):
        with pytest.raises(Refusal, match="MERGE_RESTRICTED"):
            desk.act(one, "merge", "secretary", target=other)


def test_put_into_a_restricted_kind_it_leaves_the_counter(desk, talk, browse):
    case, client = desk.file(title="说不清"), browse("clerk")
    answer = client.post(f"{case.get_absolute_url()}do/accept/", {"version": 1, "category": "talk", "sla": ""})
    assert answer.url == "/cases/"
    assert "说不清" not in client.get("/cases/?view=all").content.decode()


# ---------------------------------------------------------------- every opening is recorded
def openings(case):
    rows = AuditEntry.objects.filter(verb="case.open", object_id=str(case.pk)).order_by("pk")
    return [(row.actor_role, row.subject_id) for row in rows]


def test_opening_one_is_recorded_as_an_access(desk, talk, browse, call):
    browse("secretary").get(talk.get_absolute_url())
    call("secretary").get(f"/api/v1/cases/{talk.ref}/")
    assert openings(talk) == [("secretary", desk.cast.resident.pk)] * 2
    call("resident").get(f"/api/v1/cases/{talk.ref}/")  # one's own
    browse("clerk").get(talk.get_absolute_url())  # not there
    assert len(openings(talk)) == 2


def test_no_way_round_the_record_leads_to_its_page(desk, talk, browse, call):
    """An empty note answers the whole page again; a step by the API answers the whole case; so does a call."""
    secretary = browse("secretary")
    ways = [
        lambda: secretary.post(f"/cases/{talk.ref}/say/note/", {"note-text": ""}),
        lambda: secretary.post(f"/cases/{talk.ref}/do/reject/", {"reason": ""}),
        lambda: call("secretary").post(f"/api/v1/cases/{talk.ref}/events/", {"event": "accept"}, format="json"),
    ]
    for n, way in enumerate(ways, start=1):
        assert SECRET in way().content.decode()
        assert len(openings(talk)) == n
    answered = desk.at("awaiting_feedback", title=SECRET, contact_phone="13800002046")
    Case.objects.filter(pk=answered.pk).update(restricted=True)
    assert SECRET in secretary.get(f"/cases/{answered.ref}/follow-up/").content.decode()
    assert len(openings(answered)) == 1


def test_opening_an_ordinary_one_leaves_no_line(desk, browse):
    case = desk.file()
    browse("secretary").get(case.get_absolute_url())
    assert openings(case) == []


def test_merged_before_it_was_restricted_the_other_reporter_hears_no_words(desk, talk):
    main, other = desk.file(title=SECRET), desk.file("neighbour", title="楼上漏水")
    desk.act(other, "merge", "secretary", target=main)
    walk(
        desk, main, ("accept", "secretary", {"category": talk.category}),
        ("assign", "secretary", {"person": desk.cast.grid_worker}), ("sign", "grid_worker", {}),
        ("submit_result", "grid_worker", {"answer": "王家赔两千", "solved": "yes"}), ("verify_pass", "secretary", {}),
    )  # fmt: skip
    [told] = Notice.objects.filter(recipient=desk.cast.neighbour, key__contains=":merged:")
    assert "有结果了：楼上漏水" in told.subject
    assert "王家" not in told.subject + told.body
