"""A visit as it is handed in: checked, and put into one shape so that the same visit sent twice is known again."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.visits import rules
from grids.visits.enums import Outcome, Purpose
from portal.errors import Invalid
from portal.workbench.registry import follow_up_by_code

LONGEST_NOTE, LONGEST_PROMISE, LONGEST_ANSWER, LONGEST_REASON = 1000, 200, 300, 200
MOST_PROMISES, MOST_PHOTOS, MOST_FOLLOW_UPS, MOST_TICKS = 5, 6, 3, 20


@dataclass(frozen=True)
class PromiseEntry:
    text: str
    due_on: date


@dataclass(frozen=True)
class ErrandEntry:
    """An errand of somebody else that was seen to at the door, and what they are answered."""

    errand_id: UUID
    answer: str = ""


@dataclass(frozen=True)
class VisitEntry:
    """What was written at one door. follow_ups: each with its `code` and what its service wants to know.

    kept: promises made there before that are done now. materials: leaflets left. quiet_reason: why somebody knocked
    although the household had asked not to.
    """

    household_id: UUID
    outcome: str
    visited_at: datetime
    purposes: tuple[str, ...] = ()
    note: str = ""
    promises: tuple[PromiseEntry, ...] = ()
    photos: tuple[str, ...] = ()
    follow_ups: tuple[dict[str, Any], ...] = ()
    resident_id: UUID | None = field(default=None)
    kept: tuple[UUID, ...] = ()
    materials: tuple[UUID, ...] = ()
    errands: tuple[ErrandEntry, ...] = ()
    quiet_reason: str = ""

    @property
    def note_kept(self) -> str:
        """The note as the visit keeps it. Words that become something confidential stand there and nowhere else."""
        moved = {one.get("text", "").strip() for one in self.follow_ups if is_confidential(str(one.get("code", "")))}
        return "" if self.note.strip() in moved else self.note

    @property
    def digest(self) -> str:
        """SHA-256 over everything that was said; the order of purposes, photos, ticks and keys does not matter."""
        said: dict[str, Any] = {
            "household": str(self.household_id),
            "outcome": self.outcome,
            "visited_at": self.visited_at.astimezone(UTC).isoformat(),
            "purposes": sorted(self.purposes),
            "note": self.note,
            "promises": [[one.text, one.due_on.isoformat()] for one in self.promises],
            "photos": sorted(self.photos),
            "follow_ups": self.follow_ups,
            "resident": str(self.resident_id or ""),
        }
        more = {
            "kept": sorted(map(str, self.kept)),
            "materials": sorted(map(str, self.materials)),
            "errands": sorted([str(one.errand_id), one.answer] for one in self.errands),
            "quiet_reason": self.quiet_reason,
        }
        # Only what was said: a visit that an older page wrote must be known again after the portal was renewed.
        said |= {name: value for name, value in more.items() if value}
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def is_confidential(code: str) -> bool:
    known = follow_up_by_code(code)
    return known is not None and known.confidential


def checked(entry: VisitEntry, now: datetime) -> VisitEntry:
    """The entry, tidied. Raises Invalid (422) with the sentences of every field that is wrong."""
    wrong: dict[str, list[str]] = {}
    if entry.outcome not in Outcome.values:
        wrong["outcome"] = [_("点一下：见到了、没人在，还是改天来。")]
    purposes = tuple(dict.fromkeys(entry.purposes))
    if not set(purposes) <= set(Purpose.values):
        wrong["purposes"] = [_("这次来做什么，请从列出来的里面选。")]
    if said := _wrong_time(entry.visited_at, now):
        wrong["visited_at"] = [said]
    if len(entry.note) > LONGEST_NOTE:
        wrong["note"] = [_("话太长了，最多 %(n)d 个字。") % {"n": LONGEST_NOTE}]
    photos = tuple(dict.fromkeys(one.lower() for one in entry.photos))
    if len(photos) > MOST_PHOTOS or not all(re.fullmatch(r"[0-9a-f]{64}", one) for one in photos):
        wrong["photos"] = [_("照片最多 %(n)d 张，写它们的 SHA-256。") % {"n": MOST_PHOTOS}]
    promises = tuple(PromiseEntry(" ".join(one.text.split()), one.due_on) for one in entry.promises)
    if said := _wrong_promises(promises, entry.visited_at):
        wrong["promises"] = [said]
    follow_ups = tuple(_with_note(one, entry.note) for one in entry.follow_ups)
    if said := _wrong_follow_ups(follow_ups):
        wrong["follow_ups"] = [said]
    if max(len(entry.kept), len(entry.materials), len(entry.errands)) > MOST_TICKS:
        wrong["errands"] = [_("一次勾得太多了，最多 %(n)d 样。") % {"n": MOST_TICKS}]
    if any(len(one.answer) > LONGEST_ANSWER for one in entry.errands):
        wrong["errands"] = [_("话太长了，最多 %(n)d 个字。") % {"n": LONGEST_ANSWER}]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], errors=wrong)
    return VisitEntry(
        household_id=entry.household_id,
        outcome=entry.outcome,
        visited_at=entry.visited_at,
        purposes=purposes,
        note=entry.note.strip(),
        promises=promises,
        photos=photos,
        follow_ups=follow_ups,
        resident_id=entry.resident_id,
        kept=tuple(dict.fromkeys(entry.kept)),
        materials=tuple(dict.fromkeys(entry.materials)),
        errands=tuple(
            {one.errand_id: ErrandEntry(one.errand_id, one.answer.strip()) for one in entry.errands}.values()
        ),
        quiet_reason=" ".join(entry.quiet_reason.split())[:LONGEST_REASON],
    )


def _with_note(follow_up: dict[str, Any], note: str) -> dict[str, Any]:
    """What is to become of the visit says what the note says, unless it says something of its own."""
    return follow_up if str(follow_up.get("text", "")).strip() else {**follow_up, "text": note.strip()}


def _wrong_time(visited_at: datetime, now: datetime) -> str:
    if timezone.is_naive(visited_at):
        return _("敲门的时间不对，请看看手机的日期。")
    if visited_at > now + rules.AHEAD:
        return _("敲门的时间还没到，请看看手机的日期。")
    if visited_at < now - rules.OLDEST:
        days = rules.OLDEST.days
        return _("这是 %(n)d 天以前的走访，不能再补记了。要留个底，请记进今天走访的那句话里。") % {"n": days}
    return ""


def _wrong_promises(promises: Iterable[PromiseEntry], visited_at: datetime) -> str:
    promises = list(promises)
    if len(promises) > MOST_PROMISES:
        return _("一次最多答应 %(n)d 件事。") % {"n": MOST_PROMISES}
    for one in promises:
        if not one.text or len(one.text) > LONGEST_PROMISE:
            return _("答应了什么，写一句，最多 %(n)d 个字。") % {"n": LONGEST_PROMISE}
        if one.due_on < timezone.localtime(visited_at).date():
            return _("答应的日子已经过了。")
    return ""


def _wrong_follow_ups(follow_ups: Iterable[Mapping[str, Any]]) -> str:
    follow_ups = list(follow_ups)
    if len(follow_ups) > MOST_FOLLOW_UPS:
        return _("一次最多转 %(n)d 件事。") % {"n": MOST_FOLLOW_UPS}
    for one in follow_ups:
        known = follow_up_by_code(str(one.get("code", "")))
        if known is None:
            return _("不知道怎么转成“%(code)s”。") % {"code": str(one.get("code", ""))[:20]}
        if any(not str(one.get(name, "")).strip() for name in known.fields):
            return _("要转的事还没写清楚。")
    return ""
