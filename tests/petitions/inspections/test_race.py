"""Two telephones at one door. Real threads, real connections."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db.models import QuerySet

from petitions.cases.models import Case
from petitions.inspections import services
from petitions.inspections.models import InspectionResult
from tests.petitions.bridge.test_race import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_presses_of_one_problem_make_one_case(walk):
    inspection = walk.start(team=("grid_worker", "secretary"))
    walk.actor("grid_worker"), walk.actor("secretary")
    ends = race(10, lambda n: walk.say(inspection, 0, 0, "problem", ("grid_worker", "secretary")[n % 2]).case_id)
    assert len(ends) == 1
    assert (Case.objects.count(), InspectionResult.objects.count()) == (1, 1)


def test_without_the_lock_it_goes_wrong(walk, monkeypatch):
    """The negative control: both find nothing written, and only the constraint stops the second."""
    inspection, met, write = walk.start(), Barrier(2), services._write
    walk.actor("grid_worker")

    def meet(*args):
        with suppress(BrokenBarrierError):
            met.wait(10)
        return write(*args)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(services, "_write", meet)
    ends = race(2, lambda n: bool(walk.say(inspection, 0, 0, "problem").case_id))
    assert ends == {"True": 1, "IntegrityError": 1}
