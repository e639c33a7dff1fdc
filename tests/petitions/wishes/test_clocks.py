"""Clocks of a wish: review 16 WH, on the wall 30 days, a claim 40 WH; a second sweep changes nothing."""

import datetime as dt
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from petitions.wishes import services
from petitions.wishes.lifecycle import due_key
from petitions.wishes.models import Wish, WishClaim, WishRecord, WishTerms
from portal.accounts.actors import SYSTEM
from portal.flow.due import sweep
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.workdays.services import publish_year
from tests.petitions.wishes.people import a_wish, bring_to, helpers

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 9, 14, 9, 0, tzinfo=SHANGHAI)  # a week without holidays


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 9, day, hour, minute, tzinfo=SHANGHAI)


def open_rows(wish: Wish) -> list[tuple[str, dt.datetime]]:
    return list(DueRow.objects.filter(subject_id=wish.pk, done_at=None).values_list("kind", "due_at"))


@pytest.fixture
def hung(cast) -> Wish:
    """Written down on Monday at 9, hung up at 10."""
    helpers(cast)
    wish = a_wish(cast, now=MONDAY)
    return services.approve(actor=cast.actor("secretary"), wish_id=wish.pk, now=at(14, 10))


@pytest.fixture
def claimed(cast, hung) -> Wish:
    """Claimed on Monday at 10:30; 40 working hours are the next Monday at 10:30, but for the Sunday worked instead."""
    return services.claim(actor=cast.actor("volunteer"), wish_id=hung.pk, now=at(14, 10, 30))


# ---------------------------------------------------------------- when
def test_review_has_sixteen_working_hours(cast):
    wish = a_wish(cast, now=MONDAY)
    assert wish.due_at == at(16, 9)
    assert open_rows(wish) == [("wish.review", wish.due_at)]


def test_wall_has_thirty_days(hung):
    assert hung.due_at == at(14, 10) + timedelta(days=30)
    assert open_rows(hung) == [("wish.expire", hung.due_at)]


def test_claim_has_forty_working_hours(claimed):
    # Sunday 2026-09-20 is worked (国庆节调休): Monday 10:30 + 5 working days of 8 hours is that Sunday.
    assert claimed.due_at == at(20, 10, 30)
    assert open_rows(claimed) == [("wish.release", claimed.due_at)]


def test_start_leaves_the_clock_running(cast, claimed):
    started = services.act(actor=cast.actor("volunteer"), wish_id=claimed.pk, event="start", now=at(15, 9))
    assert started.due_at == claimed.due_at
    assert open_rows(claimed) == [("wish.release", claimed.due_at)]


def test_handing_in_stops_the_clock_and_not_yet_lets_the_rest_run(cast, claimed):
    volunteer, resident = cast.actor("volunteer"), cast.actor("resident")
    services.act(actor=volunteer, wish_id=claimed.pk, event="start", now=at(15, 9))
    handed = services.hand_in(actor=volunteer, wish_id=claimed.pk, evidence="配好了", now=at(15, 10, 30))
    assert (handed.due_at, open_rows(claimed)) == (None, [])
    back = services.act(actor=resident, wish_id=claimed.pk, event="not_yet", reason="度数不对", now=at(21, 10, 30))
    # 8 of 40 hours were used; the other four working days end on Monday the 28th, as Friday is 中秋.
    assert back.due_at == at(28, 10, 30)
    assert back.allowance == timedelta(hours=32)
    assert [kind for kind, _due in open_rows(claimed)] == ["wish.release"]


def test_not_yet_leaves_at_least_a_working_day(cast, claimed):
    volunteer, resident = cast.actor("volunteer"), cast.actor("resident")
    services.act(actor=volunteer, wish_id=claimed.pk, event="start", now=at(15, 9))
    services.hand_in(actor=volunteer, wish_id=claimed.pk, evidence="配好了", now=at(20, 10, 29))
    back = services.act(actor=resident, wish_id=claimed.pk, event="not_yet", reason="度数不对", now=at(21, 9))
    assert back.allowance == timedelta(hours=8)
    assert back.due_at == at(22, 9)


@pytest.mark.parametrize("state", ["needs_changes", "declined", "to_confirm", "fulfilled", "expired", "withdrawn"])
def test_no_clock_runs_where_nobody_is_asked(cast, state):
    helpers(cast)
    wish = bring_to(cast, state)
    assert (wish.due_at, open_rows(wish)) == (None, [])


def test_a_place_may_have_terms_of_its_own(cast):
    WishTerms.objects.create(grid=cast.place.community, review_hours=8, claim_hours=24, open_days=10)
    assert a_wish(cast, now=MONDAY).due_at == at(15, 9)
    assert a_wish(cast, now=MONDAY, grid=cast.place.community_b).due_at == at(16, 9)


# ---------------------------------------------------------------- what the sweep does, once
def test_sweep_twice_releases_once(claimed):
    assert sweep(claimed.due_at - timedelta(seconds=1)).done == 0
    assert Wish.objects.get(pk=claimed.pk).state == "claimed"
    assert sweep(claimed.due_at).done == 1
    assert sweep(claimed.due_at).done == 0
    wish, claim = Wish.objects.get(pk=claimed.pk), WishClaim.objects.get(wish=claimed)
    assert (wish.state, claim.outcome) == ("open", "timed_out")
    assert WishRecord.objects.filter(subject=wish, event="release").count() == 1
    assert open_rows(wish) == [("wish.expire", claimed.due_at + timedelta(days=30))]


def test_released_wish_can_be_claimed_and_released_again(cast, claimed):
    sweep(claimed.due_at)
    again = services.claim(actor=cast.actor("neighbour"), wish_id=claimed.pk, now=claimed.due_at)
    sweep(again.due_at)
    outcomes = WishClaim.objects.filter(wish=claimed).order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["timed_out", "timed_out"]


def test_claim_given_up_is_not_released_later(cast, claimed):
    services.act(actor=cast.actor("volunteer"), wish_id=claimed.pk, event="give_up", reason="赶不及", now=at(15, 9))
    services.claim(actor=cast.actor("neighbour"), wish_id=claimed.pk, now=at(18, 17))
    sweep(claimed.due_at)  # of the first claim
    assert Wish.objects.get(pk=claimed.pk).state == "claimed"


def test_sweep_twice_expires_once_and_tells_once(cast, hung):
    sweep(hung.due_at)
    sweep(hung.due_at)
    wish = Wish.objects.get(pk=hung.pk)
    assert (wish.state, wish.due_at) == ("expired", None)
    told = Notice.objects.filter(about_id=hung.pk, recipient=cast.resident, subject__startswith="您的心愿挂到期了")
    assert told.count() == 1


def test_late_review_is_told_once_to_the_community(cast):
    wish = a_wish(cast, now=MONDAY)
    sweep(wish.due_at)
    sweep(wish.due_at + timedelta(days=3))
    told = Notice.objects.filter(about_id=wish.pk, subject__contains="审核")
    assert set(told.values_list("recipient", flat=True)) == {cast.clerk.pk, cast.secretary.pk}
    assert (told.count(), Wish.objects.get(pk=wish.pk).state) == (2, "in_review")


def test_a_duty_of_an_earlier_clock_does_nothing(cast, claimed):
    """The row of the first claim, should it be worked through after all, leaves the second claim alone."""
    key = due_key(claimed)
    services.act(actor=cast.actor("volunteer"), wish_id=claimed.pk, event="give_up", reason="赶不及", now=at(15, 9))
    services.claim(actor=cast.actor("neighbour"), wish_id=claimed.pk, now=at(15, 10))
    DueRow.objects.filter(key=key).update(done_at=None, outcome="")
    sweep(claimed.due_at)
    assert DueRow.objects.get(key=key).outcome == "skipped"
    assert Wish.objects.get(pk=claimed.pk).state == "claimed"


# ---------------------------------------------------------------- a year is published
def test_a_published_year_moves_open_clocks_and_repeats_no_notice(cast, monkeypatch):
    from portal.workdays.enums import DayKind
    from portal.workdays.importing import YearDraft
    from portal.workdays.statutory import statutory_days

    filed = dt.datetime(2027, 3, 1, 9, 0, tzinfo=SHANGHAI)
    wish = a_wish(cast, now=filed)
    assert wish.due_provisional
    sweep(wish.due_at)
    told = Notice.objects.count()
    days = {date: (DayKind.HOLIDAY, name) for date, name in statutory_days(2027).items()}
    days[dt.date(2027, 3, 2)] = (DayKind.HOLIDAY, "植树")
    publish_year(actor=SYSTEM, draft=YearDraft(2027, "通知", days))
    moved = Wish.objects.get(pk=wish.pk)
    assert (moved.due_at, moved.due_provisional) == (wish.due_at + timedelta(days=1), False)
    assert services.recompute_due(actor=SYSTEM, year=2027) == 0
    sweep(moved.due_at)
    assert Notice.objects.count() == told


def test_open_clock_that_is_moved_is_kept_then(cast, claimed):
    """What the sweep works through moves with the clock."""
    Wish.objects.filter(pk=claimed.pk).update(allowance=timedelta(hours=48))
    services.recompute_due(actor=SYSTEM, year=2026)
    moved = Wish.objects.get(pk=claimed.pk)
    assert open_rows(moved) == [("wish.release", moved.due_at)]
    assert sweep(claimed.due_at).done == 0
    assert sweep(moved.due_at).done == 1
