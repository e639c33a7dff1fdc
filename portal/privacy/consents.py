"""Consents: what somebody agreed to, in which words. Other rooms name their purposes here and ask before they show.

    PURPOSE = purpose("care.need", _("关爱需求"), version=1, words=_("我同意社区记下…"), lasts=timedelta(days=365))
    give(actor=…, subject_id=resident.pk, purpose="care.need", path=…)
    is_given(subject_id=resident.pk, purpose="care.need")

subject_id: a resident of the register, or an account. A withdrawn or expired one is kept, with how it ended.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid
from portal.flow import due
from portal.privacy.enums import Ended
from portal.privacy.models import Consent
from portal.stored import source

# on_end(subject_id, purpose, now): called in the transaction that ends it, for what must not be shown any more.
OnEnd = Callable[[UUID, str, datetime], object]


@dataclass(frozen=True)
class Purpose:
    """What may be agreed to. A new version of the words is a new consent: the old one says what it said."""

    code: str
    label: Any
    words: Any
    version: int = 1
    lasts: timedelta | None = None
    on_end: OnEnd | None = None
    # On the desk's page only these roles read that there is one; empty: whoever may print somebody's page.
    only: tuple[str, ...] = ()


_purposes: dict[str, Purpose] = {}


def purpose(
    code: str,
    label: Any,
    *,
    words: Any,
    version: int = 1,
    lasts: timedelta | None = None,
    on_end: OnEnd | None = None,
    only: tuple[str, ...] = (),
) -> Purpose:
    """Name a purpose, at start-up (a room's personal.py is the place)."""
    if code in _purposes:
        raise ValueError(f"two consents are called {code}")
    _purposes[code] = Purpose(code, label, words, version, lasts, on_end, only)
    return _purposes[code]


def purpose_of(code: str) -> Purpose:
    return _purposes[code]


def only_for(code: str) -> tuple[str, ...]:
    return _purposes[code].only if code in _purposes else ()


def label_of(code: str) -> str:
    return str(_purposes[code].label) if code in _purposes else code


def give(
    *,
    actor: Actor,
    subject_id: UUID,
    purpose: str,
    path: str | None = None,
    given_by: str = "",
    paper_ref: str = "",
    by_themself: bool = False,
    now: datetime | None = None,
) -> Consent:
    """Write down that somebody agrees. Given again, it begins anew, in the words of today; the old one is kept.

    by_themself: the actor is the person; else the actor took their word (`given_by` names a guardian who spoke).
    Raises Invalid for a purpose that nobody named.
    """
    said = _purposes.get(purpose)
    if said is None:
        raise Invalid(_("没有这一项授权。"))
    moment = now or timezone.now()

    def work() -> Consent:
        _hold(subject_id, purpose)
        for old in _live(subject_id, purpose):
            _end(old, Ended.REPLACED, moment)
        made = Consent(
            subject_id=subject_id,
            purpose=purpose,
            version=said.version,
            words=source(said.words),
            given_at=moment,
            expires_at=moment + said.lasts if said.lasts else None,
            recorded_by=None if by_themself else actor.user,
            given_by=" ".join(given_by.split())[:40],
            paper_ref=" ".join(paper_ref.split())[:40],
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict() from error
        _falls_due(made)
        record(actor=actor, verb="privacy.consent", target=made, path=path, subject_id=subject_id, fields=[purpose])
        return made

    return in_one_transaction(work)


def withdraw(
    *,
    actor: Actor,
    subject_id: UUID,
    purpose: str,
    path: str | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> bool:
    """Take a consent back: it holds no more, from this moment. Twice changes nothing; True where there was one."""
    moment = now or timezone.now()

    def work() -> bool:
        _hold(subject_id, purpose)
        found = list(_live(subject_id, purpose))
        for one in found:
            _end(one, Ended.WITHDRAWN, moment)
            record(
                actor=actor,
                verb="privacy.withdraw",
                target=one,
                path=path,
                subject_id=subject_id,
                fields=[purpose],
                reason=reason[:200],
            )
        if found:
            _tell(subject_id, purpose, moment)
        return bool(found)

    return in_one_transaction(work)


def close(*, actor: Actor, subject_id: UUID, purpose: str, now: datetime, path: str | None = None) -> bool:
    """What was agreed to is over by itself: the consent ends with it, in the caller's transaction. Nobody is told by
    `on_end`: whoever calls has ended what stood on it. False where there was none."""
    _hold(subject_id, purpose)
    found = list(_live(subject_id, purpose))
    for one in found:
        _end(one, Ended.OVER, now)
        record(actor=actor, verb="privacy.close", target=one, path=path, subject_id=subject_id, fields=[purpose])
    return bool(found)


def resume(
    *, actor: Actor, subject_id: UUID, purpose: str, closed_at: datetime, now: datetime, path: str | None = None
) -> bool:
    """What was over by mistake goes on: the consent that was closed with it (`closed_at`) holds as it did, no longer.

    False where none was closed then, or it would be over by now, or another has been given since.
    """
    _hold(subject_id, purpose)
    if any(_live(subject_id, purpose)):
        return False
    rows = Consent.objects.select_for_update().filter(subject_id=subject_id, purpose=purpose, ended=Ended.OVER)
    one = rows.filter(ended_at=closed_at).order_by("-pk").first()
    if one is None or (one.expires_at is not None and one.expires_at <= now):
        return False
    one.ended_at, one.ended = None, ""
    one.save(update_fields=["ended_at", "ended"])
    _falls_due(one)
    record(actor=actor, verb="privacy.resume", target=one, path=path, subject_id=subject_id, fields=[purpose])
    return True


def carry_over(*, from_id: UUID, to_id: UUID, now: datetime) -> tuple[list[str], list[str]]:
    """Two ids were one person: what the one agreed to, the other has. Returns the consents that were carried, and
    those that were replaced because both had one for the same purpose (the one given later holds)."""
    ids = sorted((from_id, to_id))
    rows = Consent.objects.select_for_update().filter(subject_id__in=ids).order_by("pk")
    live: dict[str, list[Consent]] = {}
    mine = []
    for one in rows:
        if one.subject_id == from_id:
            mine.append(one)
        if one.ended_at is None:
            live.setdefault(one.purpose, []).append(one)
    replaced = [two[0] for two in live.values() if len(two) > 1]
    for one in replaced:
        _end(one, Ended.REPLACED, now)
    Consent.objects.filter(pk__in=[one.pk for one in mine]).update(subject_id=to_id)
    return [str(one.pk) for one in mine], [str(one.pk) for one in replaced]


def hand_back(*, carried: Iterable[str], replaced: Iterable[str], to_id: UUID) -> None:
    """`carry_over` undone. Raises Conflict where somebody has given or taken back something since."""
    Consent.objects.filter(pk__in=list(carried)).update(subject_id=to_id)
    for one in Consent.objects.select_for_update().filter(pk__in=list(replaced)):
        one.ended_at, one.ended = None, ""
        try:
            with transaction.atomic():
                one.save(update_fields=["ended_at", "ended"])
        except IntegrityError as error:
            raise Conflict() from error
        _falls_due(one)


def end_of_everything(subject_ids: Iterable[UUID], now: datetime) -> int:
    """An erasure takes back whatever they had agreed to, and what stands on it ends before it is erased."""
    found = Consent.objects.select_for_update().filter(subject_id__in=list(subject_ids), ended_at__isnull=True)
    rows = list(found.order_by("pk"))
    for one in rows:
        _end(one, Ended.WITHDRAWN, now)
        record(actor=SYSTEM, verb="privacy.withdraw", target=one, subject_id=one.subject_id, fields=[one.purpose])
        _tell(one.subject_id, one.purpose, now)
    return len(rows)


def is_given(*, subject_id: UUID, purpose: str, now: datetime | None = None) -> bool:
    """True while a consent holds. The clock decides, not the night that writes down that it is over."""
    return given_by_many([subject_id], purpose, now=now) == {subject_id}


def given_by_many(subject_ids: Iterable[UUID], purpose: str, *, now: datetime | None = None) -> set[UUID]:
    """Those of them who have agreed, in one query."""
    moment = now or timezone.now()
    live = Consent.objects.filter(subject_id__in=list(subject_ids), purpose=purpose, ended_at__isnull=True)
    return {one for one, until in live.values_list("subject_id", "expires_at") if until is None or until > moment}


def expire(*, consent_id: UUID, now: datetime) -> bool:
    """Write down that a consent is over; False where it was given anew, withdrawn, or is not over yet."""
    one = Consent.objects.select_for_update().filter(pk=consent_id, ended_at__isnull=True).first()
    if one is None or one.expires_at is None or one.expires_at > now:
        return False
    _end(one, Ended.EXPIRED, now)
    record(actor=SYSTEM, verb="privacy.expire", target=one, subject_id=one.subject_id, fields=[one.purpose])
    _tell(one.subject_id, one.purpose, now)
    return True


def of_subject(ids: Iterable[UUID]) -> list[Consent]:
    """Everything they ever agreed to, the newest first."""
    return list(Consent.objects.filter(subject_id__in=list(ids)).order_by("-id"))


def _live(subject_id: UUID, purpose: str) -> Iterable[Consent]:
    return Consent.objects.select_for_update().filter(subject_id=subject_id, purpose=purpose, ended_at__isnull=True)


def _hold(subject_id: UUID, purpose: str) -> None:
    """Two who give at once, where none is there yet to be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"consent:{subject_id}:{purpose}"])


def _falls_due(one: Consent) -> None:
    if one.expires_at:
        key = f"privacy:consent:{one.pk}"
        due.schedule(key=key, kind="privacy.consent", subject_id=one.pk, due_at=one.expires_at)


def _end(one: Consent, how: str, moment: datetime) -> None:
    one.ended_at, one.ended = moment, how
    one.save(update_fields=["ended_at", "ended"])
    due.cancel(subject_id=one.pk, kinds=("privacy.consent",))


def _tell(subject_id: UUID, code: str, moment: datetime) -> None:
    said = _purposes.get(code)
    if said is not None and said.on_end is not None:
        said.on_end(subject_id, code, moment)
