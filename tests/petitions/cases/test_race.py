"""Rivals on one case: one has it, the others are told so. Real threads, real connections."""

from collections import Counter
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection
from django.db.models import QuerySet

from petitions.cases import services
from petitions.cases.flow import flow
from petitions.cases.models import Case, CaseRecord, RefCounter
from portal.errors import Refusal
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
