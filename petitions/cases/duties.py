"""What falls due for cases. Each handler bears being called for a case that has moved on: it then answers "skipped"."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from petitions.cases import clocks, ladder, services, whistle_flow, whistle_notices, whistles
from petitions.cases.enums import Event
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import IllegalTransition
from portal.flow.due import duty, duty_of_many
from portal.flow.models import DueRow
from portal.workdays.services import on_year_published


@duty_of_many(clocks.RUNG)
def rungs(rows: list[DueRow], now: datetime) -> list[str]:
    return ladder.climb([_step(row) for row in rows], now)


def _step(row: DueRow) -> ladder.Step:
    _case, case_id, round_, rung = row.key.split(":")
    return ladder.Step(row.key, case_id, int(round_[1:]), rung)


def _by_itself(row: DueRow, now: datetime, event: str, reason: str = "") -> str | None:
    try:
        services.act(actor=SYSTEM, case_id=row.subject_id, event=event, reason=reason, now=now)
    except IllegalTransition:
        return "skipped"
    return None


@duty(clocks.INFO)
def go_on_without_an_answer(row: DueRow, now: datetime) -> str | None:
    with translation.override(settings.LANGUAGE_CODE):
        return _by_itself(row, now, Event.PROVIDE_INFO, _("等了四十个工作小时没有等到补充，先接着办"))


@duty(clocks.RATE)
def close_unrated(row: DueRow, now: datetime) -> str | None:
    return _by_itself(row, now, Event.LAPSE)


@duty(clocks.SHELVED)
def take_off_the_shelf(row: DueRow, now: datetime) -> str | None:
    return _by_itself(row, now, Event.UNSHELVE)


@duty("case.posting")
def pass_on(row: DueRow, now: datetime) -> str | None:
    """Somebody's posting ended; `subject_id` is the account."""
    with translation.override(settings.LANGUAGE_CODE):
        return None if services.hand_over_all(user_id=row.subject_id, now=now) else "skipped"


@duty(whistle_flow.ARRIVAL)
def nobody_has_come(row: DueRow, now: datetime) -> str | None:
    """whistle:<id>:arrive; `subject_id` is the call."""
    return None if whistle_notices.tell_late(row.subject_id, now) else "skipped"


@on_year_published
def recompute(*, actor: Actor, year: int) -> int:
    return services.recompute_deadlines(year=year) + whistles.recompute_calls(year=year)
