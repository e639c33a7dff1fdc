"""Rivals on one case: one has it, the others are told so. Real threads, real connections."""

from collections import Counter
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection
from django.db.models import QuerySet

from grids.postings.models import Posting
from petitions.cases import services, whistle_flow, whistles
from petitions.cases.flow import flow
from petitions.cases.models import Case, CaseRecord, RefCounter, WhistleCall
from portal.errors import Refusal
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT

pytestmark = pytest.mark.django_db(transaction=True)


def race(rivals: int, act) -> Counter[str]:
    """`act(n)` by so many threads at one moment; how it ended for each: ok, a refusal's code, an error's name."""
    barrier, ends = Barrier(rivals), []

    def run(number: int) -> None:
        try:
            barrier.wait(20)
            act(number)
            ends.append("ok")
        except Refusal as refused:
            ends.append(refused.code)
        except Exception as error:
            ends.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(rivals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(ends)


@pytest.mark.parametrize("rivals", [2, 20])
def test_of_rivals_one_accepts_and_the_others_are_told(desk, rivals):
    case = desk.file()
    actors = [desk.actor("clerk"), desk.actor("secretary")]
    ends = race(rivals, lambda n: services.act(actor=actors[n % 2], case_id=case.pk, event="accept", now=FILED_AT))
    assert ends == {"ok": 1, "ILLEGAL_TRANSITION": rivals - 1}
    assert CaseRecord.objects.filter(subject=case, event="accept").count() == 1
    assert Case.objects.get(pk=case.pk).version == 2


@pytest.mark.parametrize("_round", range(3))
def test_of_different_steps_seen_at_one_version_one_is_taken(desk, _round):
    """Accepting, rejecting and withdrawing would also follow one another: who saw the same page is told it is old."""
    case = desk.file()
    steps = [("accept", "clerk", {}), ("reject", "secretary", {"reason": "是商业广告"}), ("withdraw", "resident", {})]
    actors = [desk.actor(who) for _event, who, _data in steps]

    def act(n: int) -> None:
        event, _who, data = steps[n % 3]
        services.act(actor=actors[n % 3], case_id=case.pk, event=event, version=1, now=FILED_AT, **data)

    assert race(9, act) == {"ok": 1, "STALE": 8}
    records = list(CaseRecord.objects.filter(subject=case).order_by("version").values_list("version", "to_state"))
    assert records == [(1, "submitted"), (2, Case.objects.get(pk=case.pk).state)]


def test_without_the_lock_it_goes_wrong(desk, monkeypatch):
    """The negative control: the database's own constraint then stops the second, with an error instead of an answer."""
    case, met = desk.file(), Barrier(2)
    actor = desk.actor("clerk")

    def meet(step) -> None:
        # Both have looked, neither has written: the moment that the lock keeps apart.
        with suppress(BrokenBarrierError):
            met.wait(20)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setitem(flow._effects, "accept", [meet, *flow._effects.get("accept", [])])
    ends = race(2, lambda n: services.act(actor=actor, case_id=case.pk, event="accept", now=FILED_AT))
    assert set(ends) - {"ok", "ILLEGAL_TRANSITION"}, ends


def test_numbers_given_at_one_moment_differ(desk):
    actor = desk.actor("resident")
    grid = desk.cast.place.grid
    ends = race(12, lambda n: services.submit(actor=actor, description="灯坏了", grid=grid, now=FILED_AT))
    assert ends == {"ok": 12}
    assert len(set(Case.objects.values_list("ref", flat=True))) == 12
    assert RefCounter.objects.get().last == 12


# ---------------------------------------------------------------- 吹哨报到
def whistle_by_two(desk):
    """Two people of the street press at once, for the same department."""
    case, other = desk.at("in_progress"), desk.cast.users["volunteer"]
    Posting.objects.create(user=other, role="street_supervisor", grid=desk.cast.place.street, starts_at=FILED_AT)
    actors = [desk.actor("street_supervisor"), desk.actor("volunteer")]
    sector = desk.cast.place.sector

    def act(n: int) -> None:
        given = {"departments": [sector], "reason": "一起来"}
        services.act(actor=actors[n % 2], case_id=case.pk, event="whistle", now=FILED_AT, **given)

    return case, act


@pytest.mark.parametrize("rivals", [2, 12])
def test_two_streets_calling_one_department_make_one_call(desk, rivals):
    case, act = whistle_by_two(desk)
    assert race(rivals, act) == {"ok": 1, "ALREADY_CALLED": rivals - 1}
    assert WhistleCall.objects.filter(case=case).count() == 1
    assert Notice.objects.filter(recipient=desk.cast.department_handler, key__contains=":call:").count() == 1


def test_without_the_lock_the_database_holds_the_second_call_off(desk, monkeypatch):
    """The negative control: both look before either writes, and an error comes instead of an answer."""
    case, act = whistle_by_two(desk)
    met, look = Barrier(2), whistle_flow.term_of

    def meet(about):
        with suppress(BrokenBarrierError):
            met.wait(20)
        return look(about)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(whistle_flow, "term_of", meet)
    ends = race(2, act)
    assert set(ends) - {"ok", "ALREADY_CALLED"}, ends
    assert WhistleCall.objects.filter(case=case).count() == 1


def test_arriving_and_being_called_off_at_one_moment_leave_one_story(desk):
    """The department arrives while the result is handed in: whoever was first, the call is over and nothing hangs."""
    department, worker = desk.actor("department_handler"), desk.actor("grid_worker")
    given = {"departments": [desk.cast.place.sector], "reason": "一起来"}
    result = {"answer": "办好了", "solved": "yes"}
    for _round in range(3):
        case = desk.act(desk.at("in_progress"), "whistle", "street_supervisor", **given)
        call = WhistleCall.objects.get(case=case)

        def act(n: int, case_id=case.pk, call_id=call.pk) -> None:
            if n:
                whistles.answer(actor=department, call_id=call_id, event="arrive", now=FILED_AT)
            else:
                services.act(actor=worker, case_id=case_id, event="submit_result", now=FILED_AT, **result)

        ends = race(2, act)
        call.refresh_from_db()
        assert ends in ({"ok": 2}, {"ok": 1, "ILLEGAL_TRANSITION": 1})
        assert call.state == "called_off"
        assert (call.arrived_at is not None) is (ends == {"ok": 2})
