"""回访: whom the desk rings, what may be written down, by whom, and which figures it counts in."""

from datetime import timedelta

import pytest
from django.urls import reverse

from petitions.cases import callbacks, figures
from petitions.cases.figures import Period
from petitions.cases.models import Case, FollowUpCall, InternalNote, Rating, Remark
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT
from tests.petitions.cases.test_report import once

PHONE = {"contact_phone": "13800002046"}
GOOD = {"solved": "yes", "satisfaction": "satisfied"}
SOON = FILED_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _that_monday(time_machine):
    time_machine.move_to(SOON, tick=False)


def on_list(desk, who: str = "clerk", now=SOON) -> list[Case]:
    return list(callbacks.to_call(desk.cast.actor(who).reach, now))


def unrated(desk, **fields) -> Case:
    """Closed because nobody rated it within seven days."""
    case = desk.at("awaiting_feedback", **(PHONE | fields))
    desk.sweep(FILED_AT + timedelta(days=8))
    case.refresh_from_db()
    assert (case.state, case.satisfaction) == ("closed", "")
    return case


# ---------------------------------------------------------------- whom to ring
def test_rung_is_who_left_a_number_and_has_not_said(desk):
    waits = desk.at("awaiting_feedback", **PHONE)
    desk.at("awaiting_feedback", contact_phone="", anonymous=True)
    desk.at("in_progress", **PHONE)
    desk.at("closed", **PHONE)
    desk.at("awaiting_feedback", grid=desk.cast.place.grid, **PHONE)
    assert waits in on_list(desk)
    assert len(on_list(desk)) == 2
    assert on_list(desk, "clerk_b") == on_list(desk, "grid_worker") == on_list(desk, "street_supervisor") == []


def test_closed_unrated_stays_on_the_list_for_thirty_days(desk):
    case = unrated(desk)
    assert on_list(desk, now=FILED_AT + timedelta(days=20)) == [case]
    assert on_list(desk, now=case.closed_at + timedelta(days=30, minutes=1)) == []


def test_who_would_rather_not_rate_is_confirmed_as_that(desk, browse):
    case, client = desk.at("awaiting_feedback", **PHONE), browse("clerk")
    url = reverse("case-follow-up", args=[case.ref])
    said = client.post(url, {"do": "told", "_once": once(client.get(url))}, follow=True).content.decode()
    assert "他不想评，不再打" in said


def test_reached_or_tried_three_times_nobody_is_rung_again(desk):
    one, other = desk.at("awaiting_feedback", **PHONE), desk.at("awaiting_feedback", **PHONE)
    clerk = desk.actor("clerk")
    for n in (1, 2, 3):
        assert one in on_list(desk)
        callbacks.not_reached(actor=clerk, case_id=one.pk)
        assert FollowUpCall.objects.filter(case=one).count() == n
    callbacks.told(actor=clerk, case_id=other.pk)
    assert on_list(desk) == []
    assert AuditEntry.objects.filter(verb="case.call", object_id=str(one.pk)).count() == 3


def test_the_reporter_of_a_merged_case_is_rung_once_there_is_an_answer(desk):
    target = desk.at("in_progress", reply_by="slip", contact_phone="")
    Case.objects.filter(pk=target.pk).update(contact_phone="")
    other = desk.act(desk.file("neighbour", contact_phone="13900004157"), "merge", "clerk", target=target)
    assert on_list(desk) == []
    target = desk.act(target, "submit_result", "grid_worker", answer="换了新灯。", solved="yes")
    desk.act(target, "verify_pass", "secretary")
    assert on_list(desk) == [other]
    assert callbacks.answer_of(on_list(desk)[0]) == "换了新灯。"
    callbacks.wants_more(actor=desk.actor("clerk"), case_id=other.pk, said="我家门口那盏还没换")
    assert "我家门口那盏还没换" in InternalNote.objects.get(case=target).text
    assert not Remark.objects.exists()  # it would stand on the other one's slip
    assert on_list(desk) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same(desk, browse, django_assert_num_queries, rows):
    case = desk.at("awaiting_feedback", **PHONE)
    for n in range(1, rows):
        case.pk, case.ref, case.token_hash, case._state.adding = None, f"X-{n}", str(n), True
        case.id = Case._meta.pk.get_default()
        case.save(force_insert=True)
    client = browse("clerk")
    client.get(reverse("follow-ups"))
    with django_assert_num_queries(LIST):
        page = client.get(reverse("follow-ups"))
    assert len(page.context["rows"]) == rows


LIST = 7


# ---------------------------------------------------------------- what they said
def test_a_verdict_by_telephone_closes_the_case_and_counts(desk):
    case = desk.at("awaiting_feedback", **PHONE)
    callbacks.rated(actor=desk.actor("clerk"), case_id=case.pk, version=case.version, channel="phone", **GOOD)
    case.refresh_from_db()
    assert (case.state, case.satisfaction) == ("closed", "satisfied")
    assert FollowUpCall.objects.get().outcome == "reached"
    assert values(desk) == {"solved": (1, 1), "satisfaction": (1, 1), "coverage": (1, 1)}


def test_on_paper_nobody_was_rung(desk):
    case = desk.at("awaiting_feedback", contact_phone="", anonymous=True)
    callbacks.rated(actor=desk.actor("clerk"), case_id=case.pk, version=case.version, channel="paper", **GOOD)
    assert Rating.objects.get().channel == "paper"
    assert not FollowUpCall.objects.exists()


@pytest.mark.parametrize(("solved", "counts"), [("yes", (1, 1)), ("partly", (0, 1)), ("no", (0, 1))])
def test_after_closing_unrated_only_whether_it_is_solved_is_asked_and_counts_as_a_follow_up(desk, solved, counts):
    case = unrated(desk)
    callbacks.rated(actor=desk.actor("clerk"), case_id=case.pk, version=None, channel="phone", solved=solved)
    case.refresh_from_db()
    assert (case.state, case.satisfaction, case.round) == ("closed", "", 1)
    assert values(desk) == {"solved": counts, "satisfaction": (0, 0), "coverage": (0, 1)}
    assert on_list(desk) == []
    with pytest.raises(Conflict):
        callbacks.rated(actor=desk.actor("clerk"), case_id=case.pk, version=None, channel="phone", solved="yes")


def values(desk) -> dict[str, tuple[int, int]]:
    period = Period(FILED_AT - timedelta(days=1), FILED_AT + timedelta(days=30))
    names = ("solved", "satisfaction", "coverage")
    found = figures.figures(desk.cast.actor("secretary").reach, "", period, names)
    return {one.figure.name: (one.numerator, one.denominator) for one in found}


def test_who_wants_more_reaches_the_holder(desk):
    case = desk.at("awaiting_feedback", **PHONE)
    callbacks.wants_more(actor=desk.actor("clerk"), case_id=case.pk, said="灯罩还没装")
    assert Remark.objects.get().by_reporter
    assert Notice.objects.filter(recipient=desk.cast.grid_worker, body="灯罩还没装").count() == 1
    assert on_list(desk) == []


def test_who_wants_more_after_closing_has_it_opened_again_once(desk):
    case = unrated(desk)
    callbacks.wants_more(actor=desk.actor("clerk"), case_id=case.pk, said="又灭了")
    case.refresh_from_db()
    assert (case.state, case.round, case.reopened) == ("assigned", 2, True)
    for event, who, data in (
        ("sign", "grid_worker", {}),
        ("submit_result", "grid_worker", {"answer": "接了线。", "solved": "yes"}),
        ("verify_pass", "secretary", {}),
    ):
        case = desk.act(case, event, who, SOON, **data)
    desk.sweep(SOON + timedelta(days=8))
    with pytest.raises(Conflict) as refused:
        callbacks.wants_more(actor=desk.actor("clerk"), case_id=case.pk, said="又灭了")
    assert refused.value.code == "NO_MORE"


@pytest.mark.parametrize("state", ["submitted", "in_progress", "under_review", "rejected", "withdrawn"])
def test_there_is_nothing_to_ask_in_other_states(desk, state):
    case = desk.at(state, **PHONE)
    with pytest.raises(Conflict):
        callbacks.told(actor=desk.actor("clerk"), case_id=case.pk)
    assert not FollowUpCall.objects.exists()


def test_only_the_communitys_desk_and_never_blank(desk):
    case = desk.at("awaiting_feedback", **PHONE)
    for who in ("clerk_b", "grid_worker", "street_supervisor", "neighbour", "auditor"):
        with pytest.raises(Forbidden):
            callbacks.told(actor=desk.actor(who), case_id=case.pk)
    with pytest.raises(Invalid):
        callbacks.wants_more(actor=desk.actor("clerk"), case_id=case.pk, said="  ")
    with pytest.raises(Invalid):
        callbacks.rated(actor=desk.actor("clerk"), case_id=case.pk, version=None, channel="phone", solved="yes")
    assert not FollowUpCall.objects.exists()


def test_a_stale_page_writes_nothing(desk):
    case = desk.at("awaiting_feedback", **PHONE)
    with pytest.raises(Conflict) as refused:
        callbacks.rated(actor=desk.actor("clerk"), case_id=case.pk, version=1, channel="phone", **GOOD)
    assert refused.value.code == "STALE"
    assert not FollowUpCall.objects.exists()


# ---------------------------------------------------------------- the pages
def test_from_the_list_to_the_verdict(desk, browse):
    case, client = desk.at("awaiting_feedback", **PHONE), browse("clerk")
    url = reverse("case-follow-up", args=[case.ref])
    assert url in client.get(reverse("follow-ups")).content.decode()
    page = client.get(url).content.decode()
    assert "换了新灯。" in page
    assert "138 0000 2046" not in page
    assert "13800002046" not in page
    shown = client.post(url, {"do": "phone"}).content.decode()
    assert "13800002046" in shown
    assert AuditEntry.objects.filter(verb="case.reveal", object_id=str(case.pk)).count() == 1
    given = {"do": "verdict", "channel": "phone", "version": case.version, "_once": once(client.get(url))} | GOOD
    assert client.post(url, given).url == reverse("follow-ups")
    case.refresh_from_db()
    assert case.state == "closed"
    assert 'name="solved"' not in client.get(url).content.decode()  # only: it is broken again


def test_the_page_of_who_handled_it_offers_no_verdict(desk, browse):
    case = desk.file(**PHONE)
    for event, who, data in (
        ("accept", "clerk", {}),
        ("assign", "secretary", {"person": desk.cast.clerk}),
        ("sign", "clerk", {}),
        ("submit_result", "clerk", {"answer": "换了新灯。", "solved": "yes"}),
        ("verify_pass", "secretary", {}),
    ):
        case = desk.act(case, event, who, **data)
    url = reverse("case-follow-up", args=[case.ref])
    page = browse("clerk").get(url).content.decode()
    assert "要请没有经手的同事代录" in page
    assert 'name="satisfaction"' not in page
    refused = browse("clerk").post(url, {"do": "verdict", "channel": "phone"} | GOOD)
    assert refused.status_code == 403
    assert not Rating.objects.exists()


@pytest.mark.parametrize("junk", [{}, {"do": "verdict"}, {"do": "more"}, {"do": "verdict", "channel": "web"} | GOOD])
def test_junk_is_no_error_page(desk, browse, junk):
    case = desk.at("awaiting_feedback", **PHONE)
    assert browse("clerk").post(reverse("case-follow-up", args=[case.ref]), junk).status_code in (302, 422)
    assert not Rating.objects.exists()
