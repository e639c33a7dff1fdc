"""督办: telling the level above that a case is late. It moves nothing; 上报 does.

A rung is told once for ever: one `Supervision` row per case, round and rung, and outbox keys that name the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from petitions.cases import holders
from petitions.cases.enums import ClockName, Level, Rung, Sla
from petitions.cases.models import Supervision
from petitions.cases.notices import title_for
from portal.accounts.models import User
from portal.flow.due import DONE
from portal.notifications.enums import Channel
from portal.notifications.services import Message, queue_many
from portal.rows import uuid7
from portal.ui.words import spoken_ref, when

LEVELS = {Rung.L1.value: Level.COMMUNITY, Rung.L2.value: Level.STREET, Rung.L3.value: Level.DISTRICT}
WARN = Rung.WARN.value
ABOVE = (Rung.L2.value, Rung.L3.value)
SKIPPED = "skipped"
EMERGENCY = Sla.EMERGENCY.value


@dataclass(frozen=True)
class Step:
    """One rung of one round of a case that is due; `key` names it for ever: case:<id>:r<round>:<rung>."""

    key: str
    case_id: str
    round: int
    rung: str


class Late(NamedTuple):
    """A case whose result is owed, as far as telling somebody asks for it. Plain values: there may be thousands."""

    case_id: str
    round: int
    due_at: datetime
    ref: str
    title: str
    restricted: bool
    sla: str
    path: str
    holder_label: str
    holder_level: str
    holder_grid_id: UUID | None
    holder_user_id: UUID | None


def climb(steps: list[Step], now: datetime) -> list[str]:
    """Tell these rungs, each if its case still runs late; answers for each DONE, or "skipped" where nothing is to tell.

    A handful of queries, however many. It neither locks nor writes the cases, so that a sweep and a person at work
    never wait for each other in a circle: whoever finishes one at this very moment was late all the same.
    """
    ids = list({step.case_id for step in steps})
    owed, known = _owed(ids), _known(ids)
    found = [
        (step, owed[step.case_id, step.round])
        for step in steps
        if (step.case_id, step.round) in owed and (step.case_id, step.round, step.rung) not in known
    ]
    # After an outage: the deadline itself has passed, so a warning before it would be a lie.
    missed = {step for step, late in found if step.rung == WARN and now >= late.due_at}
    told = [(step, late) for step, late in found if step not in missed]
    people = _people(told, now)
    _record([(step, len(people.get(step, ())), step in missed) for step, _late in found], now)
    with translation.override(settings.LANGUAGE_CODE):
        queue_many(_messages(told, people, now))
    return [DONE if step in people else SKIPPED for step in steps]


def _owed(cases: list[str]) -> dict[tuple[str, int], Late]:
    """The results that are owed and have not been handed in: clocks that run."""
    # ANY of an array, ids as text: what the query builder spends on a list of thousands is more than the query.
    rows = _ask(
        "SELECT k.case_id::text, k.round, k.due_at, c.ref, c.title, c.restricted, c.sla, g.path, c.holder_label, "
        "c.holder_level, c.holder_grid_id, c.holder_user_id "
        "FROM petitions_caseclock k JOIN petitions_case c ON c.id = k.case_id "
        "JOIN grids_grid g ON g.id = c.grid_id WHERE k.case_id = ANY(%s::uuid[]) AND k.name = %s "
        "AND k.outcome = '' AND k.ended_at IS NULL AND k.paused_at IS NULL",
        [cases, ClockName.FINISH.value],
    )
    return {(row[0], row[1]): Late(*row) for row in rows}


def _known(cases: list[str]) -> set[tuple[Any, ...]]:
    """The rungs that were told or missed already: (case, round, rung)."""
    asked = "SELECT case_id::text, round, rung FROM petitions_supervision WHERE case_id = ANY(%s::uuid[])"
    return set(_ask(asked, [cases]))


def _ask(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _record(rows: list[tuple[Step, int, bool]], now: datetime) -> None:
    """The rungs, each with how many are told and whether it was missed; one that stands there already is an error."""
    if not rows:
        return
    # By columns, past the model: a sweep after an outage writes thousands.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Supervision._meta.db_table} (id, case_id, round, rung, told, skipped, at, created_at) "
            "SELECT *, %s, %s FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::int[], %s::bool[])",
            [
                now,
                now,
                [str(uuid7()) for _row in rows],
                [step.case_id for step, _told, _skipped in rows],
                [step.round for step, _told, _skipped in rows],
                [step.rung for step, _told, _skipped in rows],
                [told for _step, told, _skipped in rows],
                [skipped for _step, _told, skipped in rows],
            ],
        )


def _people(told: list[tuple[Step, Late]], now: datetime) -> dict[Step, list[User]]:
    """Whom to tell of each: the holder, or those who stand for the level above."""
    levels = {LEVELS.get(step.rung, Level.COMMUNITY) for step, _late in told}
    at = holders.people_at_many({late.path for _step, late in told}, levels, now)
    users = User.objects.in_bulk({late.holder_user_id for step, late in told if step.rung == WARN} - {None})
    sharing = cache(lambda grid_id, level: holders.people_sharing(grid_id, level, now))
    found: dict[Step, list[User]] = {}
    for step, late in told:
        if step.rung != WARN:
            found[step] = at[late.path, LEVELS[step.rung]]
        elif late.holder_user_id is not None:
            found[step] = [users[late.holder_user_id]]
        elif late.holder_grid_id is not None:
            found[step] = sharing(late.holder_grid_id, late.holder_level)
        else:
            found[step] = at[late.path, Level.COMMUNITY]
    return found


def _messages(told: list[tuple[Step, Late]], people: dict[Step, list[User]], now: datetime) -> Iterator[Message]:
    """One to each, under a key that names case, round, rung and person."""
    speak, page = _speaker(now), reverse("case", args=["REF"])
    for step, late in told:
        subject, body = speak(step.rung, late)
        # Emergencies ring: the clock runs at night too.
        by = (Channel.INAPP, Channel.SMS) if late.sla == EMERGENCY else (Channel.INAPP,)
        # Those above are told that a restricted one is late, and with whom; it does not open to them.
        url = "" if late.restricted and step.rung in ABOVE else page.replace("REF", late.ref)
        for person in people[step]:
            key = key_of(step, person)
            yield Message(key, person, subject[:120], body, url, step.case_id, by)


def key_of(step: Step, person: User) -> str:
    return f"{step.key}:{person.pk}"


def _speaker(now: datetime) -> Callable[[str, Late], tuple[str, str]]:
    """Subject and body. The sentences are looked up once, and a minute is put into words once."""
    body = _("%(ref)s，在%(who)s手里，办结期限 %(when)s")
    nobody, soon, late_ = _("社区"), _("快到期了：%(title)s"), _("超时了：%(title)s")
    said = cache(lambda minute: when(minute, now))

    def speak(rung: str, late: Late) -> tuple[str, str]:
        until = said(late.due_at.replace(second=0, microsecond=0))
        told = {"ref": spoken_ref(late.ref), "who": late.holder_label or nobody, "when": until}
        return (soon if rung == WARN else late_) % {"title": title_for(late)}, body % told

    return speak
