"""Many dates at once: which work and why the others do not; then all of them, or those that work."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.activities import line, occupying, services, timetable
from centres.activities.enums import Mode
from centres.activities.models import Activity, Session
from centres.rooms.queries import room_by_id
from portal.accounts.actors import Actor
from portal.db import in_one_transaction
from portal.errors import Conflict, NotFound, Refusal
from portal.workdays.enums import DayKind
from portal.workdays.queries import calendar_for

MOST = 120
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """weekdays: 0 is Monday. working_days: every working day of the calendar instead, make-up weekends among them."""

    first: dt.date
    last: dt.date
    start: dt.time
    end: dt.time
    weekdays: frozenset[int] = field(default_factory=frozenset)
    working_days: bool = False
    room: UUID | None = None


@dataclass(frozen=True)
class Row:
    """One date of a plan. code: empty where it works, else a stable word; why: the sentence."""

    date: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    code: str = ""
    why: str = ""

    @property
    def works(self) -> bool:
        return not self.code


def preview(*, actor: Actor, activity_id: UUID, plan: Plan, now: dt.datetime | None = None) -> list[Row]:
    """Date by date what would happen. Writes nothing. Raises Refusal for a plan that is none, NotFound."""
    moment = now or timezone.now()
    activity = Activity.objects.within(actor).with_centre().filter(pk=activity_id).first()
    if activity is None:
        raise NotFound()
    return [_judged(actor, activity, plan, row, moment) for row in _rows(activity, plan, moment)]


def carry_out(
    *, actor: Actor, activity_id: UUID, plan: Plan, mode: Mode, now: dt.datetime | None = None
) -> tuple[list[Session], list[Row]]:
    """Plan the dates; returns the sessions made and the dates left out. With Mode.ALL one that fails undoes the rest.

    Raises Conflict PLAN_CLASH (Mode.ALL), Refusal NONE_WORK, and as preview().
    """
    moment = now or timezone.now()

    def work() -> tuple[list[Session], list[Row]]:
        activity = services.held(actor, activity_id, rooms=[plan.room])
        made, left = [], []
        for row in _rows(activity, plan, moment):
            row = _judged(actor, activity, plan, row, moment, look=False)
            if row.works:
                try:
                    # A savepoint each: the engine may still say no, and the others stand.
                    with transaction.atomic():
                        made.append(timetable.put(actor, activity, row.starts_at, row.ends_at, plan.room, moment))
                    continue
                except Refusal as refused:
                    row = _refused(row, refused)
            left.append(row)
        _stands(mode, made, left)
        line.reset_clocks(activity, None)
        return made, left

    return in_one_transaction(work)


def _stands(mode: Mode, made: list[Session], left: list[Row]) -> None:
    if not made:
        raise Refusal(_("这些日子一天也排不上，换个时间或换一间试试。"), code="NONE_WORK")
    if left and mode == Mode.ALL:
        lines = [f"{row.date:%m-%d} {row.why}" for row in left]
        raise Conflict(_("有几天排不上，一天也没有排。可以先排排得上的。"), code="PLAN_CLASH", errors={"dates": lines})


def _rows(activity: Activity, plan: Plan, now: dt.datetime) -> list[Row]:
    """The dates a plan means. Raises Refusal REVERSED, PAST, TOO_FAR, TOO_MANY, NO_DATES."""
    today = timezone.localtime(now).date()
    if plan.last < plan.first or plan.end <= plan.start:
        raise Refusal(_("从哪天到哪天、从几点到几点，写反了，请换过来。"), code="REVERSED")
    if plan.last < today:
        raise Refusal(_("这些日子已经过去了。"), code="PAST")
    # Before any arithmetic on dates: the year 9999 has no day after its last.
    if plan.last > today + timetable.FURTHEST:
        raise Refusal(_("太远了，最多排到一年以后。"), code="TOO_FAR")
    first = max(plan.first, today)
    if plan.room is not None:
        room = room_by_id(plan.room)
        if room is None or room.centre_id != activity.centre_id:
            raise NotFound()
    calendar = calendar_for(activity.centre.grid.code)
    days = [first + n * ONE_DAY for n in range((plan.last - first).days + 1)]
    if plan.working_days:
        days = [day for day in days if calendar.kind(day) == DayKind.WORKING]
    else:
        days = [day for day in days if day.weekday() in plan.weekdays]
    if not days:
        raise Refusal(_("这段时间里没有这样的日子，请看看选的星期。"), code="NO_DATES")
    if len(days) > MOST:
        said = {"n": len(days), "most": MOST}
        raise Refusal(_("有 %(n)s 天，一次最多排 %(most)s 天，请分几次排。") % said, code="TOO_MANY")
    rows = []
    for day in days:
        starts_at, ends_at = (timezone.make_aware(dt.datetime.combine(day, t)) for t in (plan.start, plan.end))
        holiday = calendar.kind(day) == DayKind.HOLIDAY and plan.room is None
        why = _("%(name)s放假") % {"name": calendar.name(day)} if holiday else ""
        rows.append(Row(day, starts_at, ends_at, "HOLIDAY" if holiday else "", why))
    return rows


def _judged(actor: Actor, activity: Activity, plan: Plan, row: Row, now: dt.datetime, *, look: bool = True) -> Row:
    if not row.works:
        return row
    try:
        timetable.check_times(activity, row.starts_at, row.ends_at, now)
        if look and plan.room is not None:
            occupying.look(actor=actor, room=plan.room, starts_at=row.starts_at, ends_at=row.ends_at, now=now)
    except Refusal as refused:
        return _refused(row, refused)
    return row


def _refused(row: Row, refused: Refusal) -> Row:
    return Row(row.date, row.starts_at, row.ends_at, refused.code, str(refused.message))
