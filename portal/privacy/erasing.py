"""Erasing one person across the storeys: what a declaration says is theirs is blanked, unless it says why it stays.

Rows stay, so that counts, records and the trail still agree; what they said about somebody is gone. Rooms with more to
do (files, sessions) register it:

    @eraser("portal.Attachment")
    def photos_go(subject: Subject, now: datetime) -> int: ...
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import User, unspoken_username
from portal.audit.services import erase_notes
from portal.privacy import blanking, consents, outside
from portal.privacy.declarations import DELETE, Declaration, declaration, personal
from portal.privacy.rows import of_subject
from portal.privacy.subjects import Person, Subject

Eraser = Callable[[Subject, datetime], int]
_erasers: dict[str, Eraser] = {}
# The person's own rows: told apart from others by something that must stay unique.
ROOTS = ("portal.User", "grids.Resident")


def eraser(label: str) -> Callable[[Eraser], Eraser]:
    """Register what is done for a table beside, or instead of, blanking its columns."""

    def register(work: Eraser) -> Eraser:
        _erasers[label] = work
        return work

    return register


def holds(subject: Subject) -> list[str]:
    """Why it cannot be done yet, in words: what is being done for them still needs what is held."""
    found = []
    for said in personal():
        if said.hold is not None and of_subject(said, subject).filter(**dict(said.hold.only)).exists():
            found.append(str(said.hold.words))
    return found


def stays(subject: Subject) -> Iterator[tuple[str, str]]:
    """What an erasure leaves, and why: label of the column, reason."""
    for said in personal():
        reasons = {str(held.stays): str(held.label) for held in said.fields.values() if held.stays and not said.apart}
        if reasons and of_subject(said, subject).exists():
            yield from ((label, why) for why, label in reasons.items())


def erase(subject: Subject, now: datetime | None = None) -> dict[str, int]:
    """Erase in the caller's transaction; returns how many rows of each table were changed. Twice changes nothing."""
    moment = now or timezone.now()
    counts: Counter[str] = Counter()
    counts["portal.Consent"] += consents.end_of_everything(subject.ids, moment)
    # From the leaves to the roots: the paths lead through the links that the roots lose last.
    for said in personal():
        if not said.apart and said.label not in ROOTS:
            counts[said.label] += _blank(said, subject)
    for label, work in _erasers.items():
        counts[label] += work(subject, moment)
    counts["portal.AuditNote"] += erase_notes(subject.ids)
    counts["grids.Resident"] += unname(subject.row_ids)
    counts["portal.User"] += _account(subject)
    return {label: n for label, n in counts.items() if n}


def to_erase(said: Declaration, subject: Subject) -> QuerySet[Any]:
    """Their rows, without those of a household where others live: what was written there is theirs as well."""
    rows = of_subject(said, subject)
    register = declaration("grids.Resident")
    if not said.whose.since or register is None:
        return rows
    people = register.model._base_manager
    homes = people.filter(pk__in=subject.resident_ids).values("household")
    others = people.filter(household__in=homes).exclude(pk__in=subject.resident_ids).values("pk")
    return rows.exclude(pk__in=said.model._base_manager.filter(**{f"{said.whose.resident}__in": others}).values("pk"))


def _blank(said: Declaration, subject: Subject) -> int:
    if said.erased == DELETE:
        along = next(iter(said.fields.values())).keep.along  # type: ignore[union-attr]
        keys = list(to_erase(said, subject).order_by().values_list("pk", flat=True))
        return blanking.delete(said, keys, along) if keys else 0
    names = [name for name, held in said.fields.items() if not held.stays]
    return blanking.blank(said, names, to_erase(said, subject)) if names else 0


# Stands in the sort key of whoever has no name any more; no pinyin is written so.
UNNAMED = "~"
MADE_OF_THE_NAME = ("sort_key", "initials", "spelled", "keys")


def unname(resident_ids: list[UUID]) -> int:
    """People of the register without what says who they are; returns how many were changed."""
    said = declaration("grids.Resident")
    if said is None or not resident_ids:
        return 0
    names = [name for name, held in said.fields.items() if not held.stays]
    changed = 0
    for row in said.model._base_manager.select_for_update(of=("self",)).filter(pk__in=resident_ids):
        new: dict[str, Any] = blanking.changes(said, names) | {
            "name": nameless(row.pk),
            "sort_key": UNNAMED,
            "initials": "",
        }
        # Not what the database makes of the name by itself: it says nothing, and never equals what is written here.
        if any(getattr(row, name) != value for name, value in new.items() if name not in MADE_OF_THE_NAME):
            said.model._base_manager.filter(pk=row.pk).update(**new)
            changed += 1
    return changed


def nameless(key: Any) -> str:
    """Within a household people are told apart by name: a part of the id that says nothing about anybody."""
    return f"（已删）{str(key)[-6:]}"


def _account(subject: Subject) -> int:
    """The account is emptied and shut; the row stays, for the lines that name its id."""
    user = User.objects.select_for_update().filter(pk=subject.account_id).first() if subject.account_id else None
    if user is None or (not user.is_active and user.phone is None and not user.name):
        return 0
    user.username, user.phone, user.phone_verified, user.name = unspoken_username(), None, False, ""
    user.is_active, user.elder_step = False, 0
    user.set_unusable_password()
    user.save()
    return 1


def again(now: datetime | None = None) -> int:
    """After a restore: everybody on the list outside is erased again. Returns how many had come back."""
    back = 0
    for line in outside.lines():
        people = tuple(Person(one, "", "", account_id=line.account_id) for one in line.resident_ids)
        with transaction.atomic():
            back += bool(erase(Subject(line.account_id, people), now))
    return back
