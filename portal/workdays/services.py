"""Every write of the working calendar. Each makes every process read it anew, by the triggers of its tables."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Invalid
from portal.workdays import queries
from portal.workdays.calendar import LoadedCalendar, Named
from portal.workdays.clock import Hours
from portal.workdays.enums import DayKind
from portal.workdays.importing import NEIGHBOUR, YearDraft
from portal.workdays.models import CalendarDay, CalendarVersion, CalendarYear, DayOverride, WorkingHours


class Recompute(Protocol):
    def __call__(self, *, actor: Actor, year: int) -> int | None: ...


Hook = TypeVar("Hook", bound=Recompute)
_hooks: list[Recompute] = []


def on_year_published(hook: Hook) -> Hook:
    """Register what must be recomputed when the days of a year change, e.g. open deadlines. Usable as a decorator.

    It is called as `hook(actor=…, year=…)` inside the publishing transaction, after the days are written; `clock_for()`
    already answers by them. It returns how many things it changed (or None). If it raises, nothing is published. It
    must bear being called twice. Register it where the storey opens the room (duties.py), so that every process has it.
    """
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


@dataclass(frozen=True)
class Change:
    date: dt.date
    before: Named
    after: Named


@dataclass(frozen=True)
class Published:
    """`written` False: it was there already, word for word. `changes`: dates that read differently from now on."""

    year: int
    written: bool
    changes: tuple[Change, ...] = ()
    recomputed: int = 0


def changes_by(draft: YearDraft) -> tuple[Change, ...]:
    """What publishing the draft would change, against the calendar that holds everywhere. Writes nothing."""
    now = queries.calendar_for()
    layers = _stored() | {draft.year: draft.days}
    days_then: dict[dt.date, Named] = {}
    for year in sorted(layers):  # where two notices speak of one date, the later has the last word
        days_then |= layers[year]
    then = LoadedCalendar(now.overrides, days_then, now.years | {draft.year})
    first, last = dt.date(draft.year - 1, *NEIGHBOUR), dt.date(draft.year, 12, 31)
    days = [first + dt.timedelta(days=offset) for offset in range((last - first).days + 1)]
    changed = (Change(day, now.named(day), then.named(day)) for day in days)
    return tuple(change for change in changed if change.before != change.after)


def publish_year(*, actor: Actor, draft: YearDraft) -> Published:
    """Write a checked year in place of what was known of it, and recompute what hangs on it. Twice changes nothing.

    Raises Invalid for a draft with errors.
    """
    if draft.errors:
        raise Invalid(errors={"file": [str(error) for error in draft.errors]})
    return in_one_transaction(lambda: _publish(actor, draft))


def _publish(actor: Actor, draft: YearDraft) -> Published:
    # First of all, before the hooks lock their rows: whoever stores a deadline holds this one (clock_for).
    CalendarVersion.objects.get_or_create(id=1, defaults={"version": "00000000-0000-0000-0000-000000000000"})
    CalendarVersion.objects.select_for_update().get(id=1)
    if _stored().get(draft.year) == draft.days:
        return Published(draft.year, written=False)
    changes = changes_by(draft)
    year, _new = CalendarYear.objects.update_or_create(
        year=draft.year,
        defaults={
            "official": True,
            "source": draft.source[:200],
            "imported_at": timezone.now(),
            "imported_by": actor.user,
        },
    )
    year.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(year=year, date=date, kind=kind, name=name) for date, (kind, name) in sorted(draft.days.items())
    )
    record(actor=actor, verb="calendar.publish", target=year, reason=draft.source)
    recomputed = sum(hook(actor=actor, year=draft.year) or 0 for hook in _hooks)
    return Published(draft.year, True, changes, recomputed)


def _stored() -> dict[int, dict[dt.date, Named]]:
    """The imported years and what each of them says."""
    years: dict[int, dict[dt.date, Named]] = {
        year: {} for year in CalendarYear.objects.filter(official=True).values_list("year", flat=True)
    }
    rows = CalendarDay.objects.filter(year__official=True).values_list("year_id", "date", "kind", "name")
    for year, date, kind, name in rows:
        years[year][date] = (DayKind(kind), name)
    return years


@transaction.atomic
def override_day(
    *, actor: Actor, scope_code: str | None, date: dt.date, kind: DayKind, name: str, reason: str = ""
) -> DayOverride:
    """Keep one date differently from the notice, in a community (None: everywhere). Deadlines already told stay."""
    override, _new = DayOverride.objects.update_or_create(
        scope_code=scope_code, date=date, defaults={"kind": kind, "name": name}
    )
    record(actor=actor, verb="calendar.override", target=override, fields=("kind", "name"), reason=reason)
    return override


@transaction.atomic
def lift_override(*, actor: Actor, scope_code: str | None, date: dt.date, reason: str = "") -> bool:
    """Keep the date as the notice says again. False where nothing was overridden."""
    override = DayOverride.objects.select_for_update().filter(scope_code=scope_code, date=date).first()
    if override is None:
        return False
    record(actor=actor, verb="calendar.lift_override", target=override, reason=reason)
    override.delete()
    return True


@transaction.atomic
def set_working_hours(*, actor: Actor, scope_code: str | None, hours: Hours, reason: str = "") -> WorkingHours:
    """Set the hours of a community (None: of whoever has set none): one span, or two with a lunch break between.

    Raises Invalid for more spans. Deadlines already told stay.
    """
    if len(hours.spans) > 2:
        raise Invalid(errors={"hours": [_("一天最多分上午、下午两段。")]})
    lunch = (hours.spans[0][1], hours.spans[1][0]) if len(hours.spans) == 2 else (None, None)
    row, _new = WorkingHours.objects.update_or_create(
        scope_code=scope_code,
        defaults={
            "opens": hours.spans[0][0],
            "lunch_from": lunch[0],
            "lunch_to": lunch[1],
            "closes": hours.spans[-1][1],
        },
    )
    record(
        actor=actor,
        verb="calendar.hours",
        target=row,
        fields=("opens", "lunch_from", "lunch_to", "closes"),
        reason=reason,
    )
    return row
