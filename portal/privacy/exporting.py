"""Two people and a file: ask, decide, build, take along, and the end of it. What may leave at all: exports.py."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import record, record_about
from portal.db import in_one_transaction
from portal.errors import Forbidden, IllegalTransition, Invalid, NotFound
from portal.flow import due
from portal.longwork.services import start
from portal.notifications.services import queue
from portal.privacy import sheets
from portal.privacy.enums import ExportState
from portal.privacy.exports import ExportKind, kind_of, kinds
from portal.privacy.models import Export

KEPT = timedelta(days=7)
ANSWERED_IN = timedelta(days=3)
WORK = "privacy.export"


def says_something(text: str) -> str:
    """The text in one line. Raises Invalid where it gives no reason."""
    plain = " ".join(text.split())[:200]
    if sum(char.isalnum() for char in plain) < 2:
        said = _("请写一句为什么，本人查得到。")
        raise Invalid(said, code="REASON_NEEDED", errors={"reason": [said]})
    return plain


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "exports"


def askable(actor: Actor) -> list[tuple[ExportKind, list[tuple[str, str]]]]:
    """Kinds this person may ask for, and of which places."""
    found = []
    for kind in kinds():
        places = [(path, str(name)) for path, name in kind.places(actor) if kind.may_ask(actor, path)]
        if places:
            found.append((kind, places))
    return found


def visible(actor: Actor) -> QuerySet[Export]:
    """One's own, and those of places where one may let out. A place is only ever within one's reach."""
    return Export.objects.filter(Q(asked_by_id=actor.id) | actor.reach.q("path"))


def for_actor(actor: Actor, export_id: UUID, *, lock: bool = False) -> Export:
    """One's own, or one that this person may decide. Raises NotFound for everybody else."""
    rows = visible(actor).select_related("asked_by", "decided_by")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=export_id).first()
    if found is None or not (
        found.asked_by_id == actor.id or may_decide(actor, found) or found.decided_by_id == actor.id
    ):
        raise NotFound()
    return found


def may_decide(actor: Actor, one: Export) -> bool:
    """Somebody with the right, and never whoever asked."""
    kind = kind_of(one.kind)
    return kind is not None and one.asked_by_id != actor.id and bool(kind.may_approve(actor, one.path))


def ask(*, actor: Actor, kind: str, path: str, reason: str, now: datetime | None = None) -> Export:
    """Ask for a file. Raises NotFound for a kind or a place that is not theirs, Invalid without a reason."""
    said, moment = kind_of(kind), now or timezone.now()
    if said is None or actor.user is None or not said.may_ask(actor, path):
        raise NotFound()
    place = {where: str(name) for where, name in said.places(actor)}.get(path)
    if place is None:
        raise NotFound()
    why = says_something(reason)

    def work() -> Export:
        made = Export(
            number=_next_number(moment), kind=kind, path=path, place=place[:60], reason=why, asked_by=actor.user
        )
        made.save(force_insert=True)
        due.schedule(
            key=f"privacy:export:{made.pk}:lapse",
            kind="privacy.export.lapse",
            subject_id=made.pk,
            due_at=moment + ANSWERED_IN,
        )
        record(actor=actor, verb="export.ask", target=made, path=path, fields=said.fields, reason=why)
        return made

    return in_one_transaction(work)


def _next_number(moment: datetime) -> str:
    """DC20260918-01: said on the telephone, printed on every sheet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jiamenkou.export.number'))")
    head = f"DC{timezone.localtime(moment):%Y%m%d}-"
    return f"{head}{Export.objects.filter(number__startswith=head).count() + 1:02d}"


def decide(*, actor: Actor, export_id: UUID, approve: bool, answer: str, now: datetime | None = None) -> Export:
    """Let it out, or not, with a reason. Raises NotFound, Forbidden for one's own, IllegalTransition once decided."""
    moment = now or timezone.now()

    def work() -> Export:
        one = for_actor(actor, export_id, lock=True)
        if one.asked_by_id == actor.id:
            raise Forbidden(_("自己要的，要请另一个人点头。"), code="SECOND_PERSON")
        if not may_decide(actor, one):
            raise NotFound()
        if one.state != ExportState.ASKED:
            raise IllegalTransition()
        one.answer = says_something(answer)
        one.state = ExportState.APPROVED if approve else ExportState.REFUSED
        one.decided_by, one.decided_at = actor.user, moment
        one.save(update_fields=["answer", "state", "decided_by", "decided_at"])
        due.cancel(subject_id=one.pk, kinds=("privacy.export.lapse",))
        verb = "export.approve" if approve else "export.refuse"
        record(actor=actor, verb=verb, target=one, path=one.path, fields=["state"], reason=one.answer)
        if approve:
            # The file is the asker's: theirs is the page that shows how far it is.
            start(actor=Actor.of(one.asked_by), kind=WORK, params={"export": str(one.pk)})
        said = _("%(number)s可以导出了，文件正在做") if approve else _("%(number)s没有同意导出")
        _tell(one, "decided", said % {"number": one.number}, one.answer)
        return one

    return in_one_transaction(work)


def build(export_id: UUID, progress: Callable[[int, int], None]) -> Export:
    """Write the file and put it where only `take` finds it. Killed half-way, it is written anew. Raises NotFound."""
    one = Export.objects.select_related("asked_by", "decided_by").filter(pk=export_id).first()
    kind = kind_of(one.kind) if one else None
    if one is None or kind is None or one.state not in (ExportState.APPROVED, ExportState.READY):
        raise NotFound(_("这份导出已经不在了。"))
    if one.state == ExportState.READY:
        return one
    if not kind.may_ask(Actor.of(one.asked_by), one.path):
        Export.objects.filter(pk=one.pk, state=ExportState.APPROVED).update(state=ExportState.FAILED)
        raise Forbidden(_("要的人已经不管这一片了，没有做。"))
    moment = timezone.now()
    one.ready_at, one.expires_at, one.file = moment, moment + KEPT, f"{one.pk}.xlsx"
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    half = folder() / f".{one.file}.half"
    subjects, one.rows = sheets.write(half, one, kind, progress)
    os.chmod(half, 0o600)
    half.replace(folder() / one.file)
    with transaction.atomic():
        fresh = Export.objects.select_for_update().filter(pk=one.pk, state=ExportState.APPROVED)
        if fresh.exists():
            one.state = ExportState.READY
            one.save(update_fields=["state", "ready_at", "expires_at", "file", "rows"])
            due.schedule(
                key=f"privacy:export:{one.pk}:expire",
                kind="privacy.export.expire",
                subject_id=one.pk,
                due_at=one.expires_at,
            )
            # Each of them reads on 我的信息谁看过 that a file with their data was made, for whom and what for.
            record_about(
                actor=Actor.of(one.asked_by),
                verb="export.built",
                target=one,
                subject_ids=subjects,
                path=one.path,
                fields=kind.fields,
                reason=one.reason,
            )
            _tell(one, "ready", _("%(number)s做好了，7 天内下载") % {"number": one.number}, "")
    return one


def take(*, actor: Actor, export_id: UUID) -> tuple[Export, Path]:
    """The file, for whoever asked, while they may and it is there; written down each time. Raises NotFound else."""

    def work() -> tuple[Export, Path]:
        one = Export.objects.filter(pk=export_id, asked_by_id=actor.id, state=ExportState.READY).first()
        kind = kind_of(one.kind) if one else None
        if one is None or kind is None or not kind.may_ask(actor, one.path):
            raise NotFound()
        path = folder() / one.file
        if one.expires_at is None or one.expires_at <= timezone.now() or not path.exists():
            raise NotFound()
        record(actor=actor, verb="export.take", target=one, path=one.path, fields=kind.fields, reason=one.reason)
        return one, path

    return in_one_transaction(work)


def lapse(export_id: UUID) -> bool:
    """Nobody answered: it is closed. False where somebody did."""
    done = Export.objects.filter(pk=export_id, state=ExportState.ASKED).update(state=ExportState.LAPSED)
    if done:
        one = Export.objects.select_related("asked_by").get(pk=export_id)
        record(actor=SYSTEM, verb="export.lapse", target=one, path=one.path, fields=["state"])
        _tell(one, "lapsed", _("%(number)s三天没人答复，作废了，要就再提一次") % {"number": one.number}, "")
    return bool(done)


def expire(export_id: UUID, now: datetime) -> bool:
    """The file is deleted from the disk, and only then said to be gone. False where it is gone already."""
    one = Export.objects.select_for_update().filter(pk=export_id, state=ExportState.READY).first()
    if one is None or one.expires_at is None or one.expires_at > now:
        return False
    (folder() / one.file).unlink(missing_ok=True)
    one.state, one.file = ExportState.EXPIRED, ""
    one.save(update_fields=["state", "file"])
    record(actor=SYSTEM, verb="export.expire", target=one, path=one.path, fields=["file"])
    return True


def sweep_files(now: datetime) -> int:
    """Files that no row stands for any more (a worker killed between writing and saying so). Returns how many."""
    kept = set(Export.objects.filter(state=ExportState.READY, expires_at__gt=now).values_list("file", flat=True))
    gone = 0
    for path in folder().glob("*") if folder().exists() else ():
        old = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo) < now - timedelta(days=1)
        if path.name not in kept and old:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _tell(one: Export, what: str, subject: str, body: str) -> None:
    key = f"export:{one.pk}:{what}"
    queue(key=key, to=one.asked_by, subject=subject, body=body, url=one.get_absolute_url(), about=one.pk)
