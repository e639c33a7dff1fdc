"""Publishing a year: what is written, what is told, what is recomputed, and what happens when it goes wrong."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from django.db import connections

from portal.accounts.actors import SYSTEM
from portal.audit.models import AuditEntry
from portal.errors import Invalid
from portal.tabular import TableError
from portal.workdays import queries, services
from portal.workdays.clock import SHANGHAI, Hours
from portal.workdays.enums import DayKind
from portal.workdays.importing import YearDraft
from portal.workdays.models import CalendarDay, CalendarYear, DayOverride, WorkingHours
from portal.workdays.services import (
    changes_by,
    lift_override,
    on_year_published,
    override_day,
    publish_year,
    set_working_hours,
)
from portal.workdays.statutory import statutory_days

COMMUNITY = "620902001001"
MONDAY, WORKED = dt.date(2027, 10, 4), dt.date(2027, 10, 9)


def a_year(**changes) -> YearDraft:
    days = {date: (DayKind.HOLIDAY, name) for date, name in statutory_days(2027).items()}
    days |= {MONDAY: (DayKind.HOLIDAY, "国庆节"), WORKED: (DayKind.WORKING, "国庆节调休")}
    return YearDraft(2027, "通知", days | changes.pop("days", {}), **changes)


@pytest.fixture
def hooks(monkeypatch):
    """The registry, empty for this test."""
    monkeypatch.setattr(services, "_hooks", [])
    return services._hooks


@pytest.mark.django_db
def test_publishing_makes_the_year_official(hooks):
    publish_year(actor=SYSTEM, draft=a_year())
    calendar = queries.calendar_for()
    assert calendar.official(2027)
    assert calendar.named(WORKED) == (DayKind.WORKING, "国庆节调休")
    assert CalendarYear.objects.get().source == "通知"


@pytest.mark.django_db
def test_publishing_reports_what_reads_differently(hooks):
    assert [
        (change.date, change.before[0], change.after[0])
        for change in publish_year(actor=SYSTEM, draft=a_year()).changes
    ] == [
        (MONDAY, DayKind.WORKING, DayKind.HOLIDAY),
        (WORKED, DayKind.REST, DayKind.WORKING),
    ]


@pytest.mark.django_db
def test_a_preview_reports_the_same_and_writes_nothing(hooks):
    preview = changes_by(a_year())
    assert not CalendarYear.objects.exists()
    assert preview == publish_year(actor=SYSTEM, draft=a_year()).changes


@pytest.mark.django_db
def test_publishing_twice_changes_nothing(hooks):
    calls = []
    on_year_published(lambda **told: calls.append(told))
    publish_year(actor=SYSTEM, draft=a_year())
    before = list(CalendarDay.objects.values()), list(CalendarYear.objects.values()), AuditEntry.objects.count()
    again = publish_year(actor=SYSTEM, draft=a_year())
    assert (again.written, again.changes, len(calls)) == (False, (), 1)
    assert before == (
        list(CalendarDay.objects.values()),
        list(CalendarYear.objects.values()),
        AuditEntry.objects.count(),
    )


@pytest.mark.django_db
def test_publishing_again_replaces_and_reports_the_difference(hooks):
    publish_year(actor=SYSTEM, draft=a_year())
    corrected = a_year(days={dt.date(2027, 10, 5): (DayKind.HOLIDAY, "国庆节")})
    del corrected.days[WORKED]
    changes = publish_year(actor=SYSTEM, draft=corrected).changes
    assert {change.date: change.after[0] for change in changes} == {
        dt.date(2027, 10, 5): DayKind.HOLIDAY,
        WORKED: DayKind.REST,
    }
    assert not CalendarDay.objects.filter(date=WORKED).exists()


@pytest.mark.django_db
def test_a_day_of_the_year_before_is_taken_back_to_that_years_own_word(hooks):
    new_years_eve = dt.date(2026, 12, 31)
    publish_year(actor=SYSTEM, draft=a_year(days={new_years_eve: (DayKind.HOLIDAY, "元旦")}))
    assert queries.calendar_for().kind(new_years_eve) == DayKind.HOLIDAY
    [change] = publish_year(actor=SYSTEM, draft=a_year()).changes
    assert (change.date, change.after) == (new_years_eve, (DayKind.WORKING, ""))


@pytest.mark.django_db
def test_the_later_notice_wins_over_an_imported_year_before(hooks):
    new_years_eve = dt.date(2026, 12, 31)
    publish_year(actor=SYSTEM, draft=YearDraft(2026, "通知", {new_years_eve: (DayKind.REST, "盘点")}))
    draft = a_year(days={new_years_eve: (DayKind.HOLIDAY, "元旦")})
    told = {change.date: change.after for change in publish_year(actor=SYSTEM, draft=draft).changes}
    assert told[new_years_eve] == queries.calendar_for().named(new_years_eve) == (DayKind.HOLIDAY, "元旦")


@pytest.mark.django_db
def test_hooks_see_the_new_days_and_are_counted(hooks):
    seen = []

    @on_year_published
    def recompute(*, actor, year):
        due = queries.clock_for(COMMUNITY).add_working_time(
            dt.datetime(2027, 10, 8, 17, 30, tzinfo=SHANGHAI), dt.timedelta(hours=8)
        )
        seen.append((actor, year, due.at.astimezone(SHANGHAI).day, due.provisional))
        return 3

    assert publish_year(actor=SYSTEM, draft=a_year()).recomputed == 3
    assert seen == [(SYSTEM, 2027, 9, False)]


@pytest.mark.django_db
def test_a_year_that_comes_as_expected_still_reaches_the_hooks(hooks):
    # Nothing reads differently, yet what was provisional stands from now on.
    calls = []
    on_year_published(lambda **told: calls.append(told["year"]))
    plain = YearDraft(2027, "通知", {date: (DayKind.HOLIDAY, name) for date, name in statutory_days(2027).items()})
    published = publish_year(actor=SYSTEM, draft=plain)
    assert (published.written, published.changes, calls) == (True, (), [2027])


@pytest.mark.django_db
def test_a_hook_that_fails_leaves_the_year_unpublished(hooks):
    @on_year_published
    def fail(*, actor, year):
        raise LookupError("a case that cannot be recomputed")

    before = queries.calendar_for()
    with pytest.raises(LookupError):
        publish_year(actor=SYSTEM, draft=a_year())
    assert not CalendarYear.objects.exists()
    assert queries.calendar_for().named(MONDAY) == before.named(MONDAY)


def test_a_hook_registered_twice_is_called_once(hooks):
    def recompute(*, actor, year):
        return None

    assert on_year_published(on_year_published(recompute)) is recompute
    assert hooks == [recompute]


@pytest.mark.django_db
def test_a_draft_with_errors_is_refused(hooks):
    with pytest.raises(Invalid):
        publish_year(actor=SYSTEM, draft=a_year(errors=[TableError("坏行", 3)]))
    assert not CalendarYear.objects.exists()


@pytest.mark.django_db
def test_publishing_leaves_one_line_in_the_trail(hooks, cast):
    actor = cast.actor("secretary")
    publish_year(actor=actor, draft=a_year())
    entry = AuditEntry.objects.get(verb="calendar.publish")
    assert (entry.actor_id, entry.note.text) == (actor.id, "通知")
    assert CalendarYear.objects.get().imported_by == actor.user


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ever_written", [False, True])
def test_two_who_publish_at_once_write_one_year(hooks, ever_written):
    if ever_written:
        WorkingHours.objects.create()
    on_year_published(lambda **told: sleep(0.3))  # the first keeps its transaction open while the second comes
    start = Barrier(2)

    def publish():
        try:
            start.wait(timeout=10)
            return publish_year(actor=SYSTEM, draft=a_year()).written
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        written = [future.result(timeout=20) for future in [pool.submit(publish), pool.submit(publish)]]
    assert sorted(written) == [False, True]
    assert CalendarDay.objects.filter(year=2027).count() == len(a_year().days)


@pytest.mark.django_db
def test_a_day_is_overridden_and_set_free_again():
    keep = {"actor": SYSTEM, "scope_code": COMMUNITY, "date": MONDAY}
    override_day(**keep, kind=DayKind.REST, name="抗洪", reason="汛情")
    override_day(**keep, kind=DayKind.HOLIDAY, name="抗洪放假")
    assert queries.calendar_for(COMMUNITY).named(MONDAY) == (DayKind.HOLIDAY, "抗洪放假")
    assert lift_override(**keep) is True
    assert lift_override(**keep) is False
    assert not DayOverride.objects.exists()
    assert AuditEntry.objects.filter(verb__startswith="calendar.").count() == 3


@pytest.mark.django_db
def test_an_override_for_everybody_is_one_row():
    for name in ("停电", "停水"):
        override_day(actor=SYSTEM, scope_code=None, date=MONDAY, kind=DayKind.REST, name=name)
    assert DayOverride.objects.get().name == "停水"


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [Hours(), Hours(((dt.time(9), dt.time(17)),))])
def test_hours_are_set_and_read_back(hours):
    for _time in range(2):
        set_working_hours(actor=SYSTEM, scope_code=COMMUNITY, hours=hours)
    assert queries.hours_for(COMMUNITY) == hours
    assert WorkingHours.objects.count() == 1


@pytest.mark.django_db
def test_hours_of_three_spans_are_refused():
    three = Hours(((dt.time(8), dt.time(9)), (dt.time(10), dt.time(11)), (dt.time(12), dt.time(13))))
    with pytest.raises(Invalid):
        set_working_hours(actor=SYSTEM, scope_code=COMMUNITY, hours=three)
