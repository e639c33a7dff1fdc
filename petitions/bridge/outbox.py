"""Answers to other systems. Written with the step that causes them, sent after it, each once for its key.

An attempt is claimed and committed before anything leaves; with it the next attempt is written as a due row. So whoever
is killed, whenever: the next row finds what has no answer and tries again with the same `Idempotency-Key`, never more
than `limit` times, and then a person is asked. Answers of one ticket leave in their order.
"""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from petitions.bridge import keys, wire
from petitions.bridge.enums import UNDER_WAY, Stage
from petitions.bridge.models import ExternalTicket, OutboundUpdate
from petitions.cases.enums import Event, State
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import IllegalTransition, Invalid, NotFound
from portal.flow import due

log = logging.getLogger(__name__)

SEND = "bridge.send"
# After the attempt of this number; the last pause is for its answer only.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(minutes=10),
)
MOST = len(PAUSES)
# Statuses that another try may change.
PASSING = (408, 425, 429)
LONGEST_ANSWER = 2000
# Steps that concern nobody outside, and do not move the state.
QUIET = frozenset({Event.RETURN, Event.RULE, Event.ASK_SHELVE, Event.ASK_EXTEND, Event.REFUSE, Event.WHISTLE})
# Steps whose reason was written for the reporter.
SAYS_WHY = frozenset({Event.REJECT, Event.REQUEST_INFO, Event.CONTACT})
# From here on the answer has been checked and may leave the house.
ANSWERED = (State.AWAITING_FEEDBACK, State.CLOSED)


@dataclass(frozen=True)
class Result:
    stage: str  # sent, waiting (try again) or dead
    error: str = ""


# ---------------------------------------------------------------- written with the step
def tell_first(ticket: ExternalTicket, case: Any, now: datetime) -> None:
    """The ticket has become a case: its number and its deadlines."""
    _write(ticket, case, event=Event.SUBMIT, state=case.state, at=now)


def tell_step(case: Any, made: Any) -> None:
    """A step of a case that came over the bridge; `made` is its record. In the step's own transaction."""
    if made.from_state == made.to_state and made.event in QUIET:
        return
    for ticket in _locked(case=case):
        why = made.reason if made.event in SAYS_WHY else ""
        _write(ticket, case, event=made.event, state=made.to_state, at=made.at, why=why)


def tell_merged(case: Any, made: Any) -> None:
    """并案: whoever handed us the same question hears the same answer, and how it ends; as the reporters of merged ones
    do (cases/merging.py), without a word or a verdict of the other one. Costs one question, at the end only."""
    for ticket in _locked(case__merged_into=case):
        why = made.reason if made.event == Event.REJECT and not case.restricted else ""
        _write(ticket, case, event=made.event, state=made.to_state, at=made.at, why=why)


def _locked(**which: Any) -> list[ExternalTicket]:
    """Tickets, locked: who writes the next answer and who finishes the last one must not miss each other."""
    found = ExternalTicket.objects.filter(**which).select_related("system")
    return list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _write(ticket: ExternalTicket, case: Any, *, event: str, state: str, at: datetime, why: str = "") -> None:
    system = ticket.system
    if not (system.is_active and system.answer_url):
        return
    update = OutboundUpdate(
        key=f"{ticket.pk}:{case.pk}:{case.version}",  # for ever: a step is told once
        ticket=ticket,
        sequence=case.version,
        event=str(event),
        state=str(state),
        payload=_payload(ticket, case, str(event), str(state), at, why),
        limit=MOST,
    )
    # Asked before the row is there; the ticket is locked, so the answer holds until we commit.
    first = not OutboundUpdate.objects.filter(ticket=ticket, stage__in=UNDER_WAY).exists()
    update.save(force_insert=True)
    if first:
        _schedule(update, timezone.now())


def _payload(ticket: ExternalTicket, case: Any, event: str, state: str, at: datetime, why: str) -> dict[str, Any]:
    """What they are told. No name, no telephone, nobody's account: they know the caller, we know the case."""
    with translation.override(settings.LANGUAGE_CODE):
        said = {
            "id": ticket.external_id,
            "ref": case.ref,
            "event": event,
            "state_name": str(State(state).label) if state in State.values else state,
            "at": timezone.localtime(at).isoformat(timespec="seconds"),
            "due_at": timezone.localtime(case.due_at).isoformat(timespec="seconds") if case.due_at else None,
            "round": case.round,
        }
    if why:
        said["reason"] = why[:LONGEST_ANSWER]
    # 并案 into a restricted kind: that there is a result, not its words, which are somebody else's.
    if state in ANSWERED and not (case.restricted and ticket.case_id != case.pk):
        said |= {"answer": case.answer[:LONGEST_ANSWER], "solved": case.solved}
    if state == State.CLOSED and ticket.case_id == case.pk:
        said |= {"satisfaction": case.satisfaction or None, "verdict": case.verdict or None}
    return said


def _schedule(update: OutboundUpdate, at: datetime) -> None:
    attempt = update.attempt + 1
    due.schedule(key=f"{SEND}:{update.pk}:{attempt}", kind=SEND, subject_id=update.pk, due_at=at)


# ---------------------------------------------------------------- sent after it
def begin(*, update_id: UUID, attempt: int, now: datetime) -> str | None:
    """An attempt is due: claim it, write the next one, and send once this has committed. In the sweep's transaction."""
    update = _lock(update_id)
    if update is None or update.stage not in UNDER_WAY or update.attempt != attempt - 1:
        return "skipped"
    if update.attempt >= update.limit:
        # The last one was begun and nobody wrote down how it ended.
        _end(update, Result(Stage.DEAD, update.last_error or _("送过了，一直没有等到答复。")), now)
        return None
    update.attempt, update.stage = attempt, Stage.SENDING
    update.claimed_at, update.started_at = now, None
    update.save(update_fields=["attempt", "stage", "claimed_at", "started_at"])
    pause = PAUSES[min(MOST - 1, max(0, attempt - 1 - (update.limit - MOST)))]
    # From the clock on the wall, not from when it was due: after an outage the pause is still a pause.
    _schedule(update, max(now, timezone.now()) + pause)
    transaction.on_commit(partial(wake, update.pk, attempt), robust=True)
    return None


def wake(update_id: UUID, attempt: int) -> None:
    """Ask a worker to send; where there is no broker to ask, send here."""
    try:
        current_app.send_task("petitions.bridge.tasks.send", args=[str(update_id), attempt], expires=50, retry=False)
    except Exception as error:  # the broker's client raises many kinds
        log.warning("broker unreachable, the bridge sends by itself: %r", error)
        send(update_id=update_id, attempt=attempt)


def send(*, update_id: UUID, attempt: int, now: datetime | None = None) -> bool:
    """Send one claimed attempt; True where it arrived. The second of two workers finds it taken and leaves."""
    moment = now or timezone.now()
    update = OutboundUpdate.objects.select_related("ticket__system").filter(pk=update_id).first()
    if update is None:
        return False
    body = content(update)
    digest = hashlib.sha256(body).hexdigest()
    # Another wording under the old key would be answered with what was said to the old one.
    edition = update.edition + 1 if update.sent_hash and update.sent_hash != digest else update.edition
    mine = OutboundUpdate.objects.filter(pk=update_id, attempt=attempt, stage=Stage.SENDING, started_at=None)
    if not mine.update(started_at=moment, edition=edition, sent_hash=digest):
        return False
    update.edition = edition
    result = _try(update, body, moment)

    def work() -> bool:
        found = _lock(update_id)
        if found is None or found.stage not in UNDER_WAY:
            return False
        if result.stage != Stage.SENT and found.attempt != attempt:
            return False  # somebody is at it again; only good news is still news
        _end(found, result, timezone.now())
        return result.stage == Stage.SENT

    return in_one_transaction(work)


def content(update: OutboundUpdate) -> bytes:
    """The body: the state in their words, and a number that grows, so that an old answer is known for one."""
    codes = update.ticket.system.state_codes
    state = codes.get(update.state, update.state) if isinstance(codes, dict) else update.state
    said = update.payload | {"state": state, "sequence": update.sequence}
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()


def _try(update: OutboundUpdate, body: bytes, moment: datetime) -> Result:
    system = update.ticket.system
    secret = keys.unlocked(system.secret_box)
    if not (secret and system.answer_url and system.is_active):
        return Result(Stage.DEAD, _("这个系统停用了，或者没有地址、没有密钥。请系统管理员看一看。"))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": update.idempotency_key,
        "X-Jiamenkou-Signature": keys.signature(secret, int(moment.timestamp()), body),
    }
    try:
        status = wire.post(system.answer_url, body, headers).status
    except wire.NoAnswer as error:
        return Result(Stage.WAITING, str(error))
    if 200 <= status < 300:
        return Result(Stage.SENT)
    if 300 <= status < 400:
        return Result(
            Stage.DEAD, _("对方说搬到别处去了（%(status)d），我们不跟着走，请核对地址。") % {"status": status}
        )
    if status in PASSING or status >= 500:
        return Result(Stage.WAITING, _("对方现在收不了（%(status)d）。") % {"status": status})
    return Result(Stage.DEAD, _("对方不收（%(status)d）：内容、状态代码或密钥不合它的规矩。") % {"status": status})


def _lock(update_id: UUID) -> OutboundUpdate | None:
    """The ticket first, then the update: in the order in which they are written."""
    ticket_id = OutboundUpdate.objects.filter(pk=update_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        return None
    tickets = _locked(pk=ticket_id)
    update = OutboundUpdate.objects.select_for_update(of=("self",)).get(pk=update_id)
    update.ticket = tickets[0]
    return update


def _end(update: OutboundUpdate, result: Result, now: datetime) -> None:
    """Write how an attempt ended. The caller has locked the ticket and the update."""
    stage = result.stage
    if stage == Stage.WAITING and update.attempt >= update.limit:
        stage = Stage.DEAD
    update.stage, update.last_error = stage, result.error[:200]
    if stage == Stage.SENT:
        update.sent_at = now
    update.save(update_fields=["stage", "last_error", "sent_at"])
    if stage not in UNDER_WAY:
        _pass_on(update)


def _pass_on(update: OutboundUpdate) -> None:
    """This one is over: the next of its ticket may leave. Its own due row is left to be skipped: the sweep locks rows
    first and tickets then, and closing it here would be the other way round."""
    waiting = OutboundUpdate.objects.filter(ticket=update.ticket, stage__in=UNDER_WAY).order_by("pk").first()
    if waiting is not None and waiting.stage == Stage.WAITING and waiting.attempt == 0:
        _schedule(waiting, timezone.now())


# ---------------------------------------------------------------- the dead letters
def resend(*, actor: Actor, update_id: UUID, answer: str | None = None, now: datetime | None = None) -> OutboundUpdate:
    """Try again, with as many attempts as at first. answer: the words for the other side, set right.

    Raises NotFound out of reach, IllegalTransition where it is no dead letter (any more), Invalid for no words.
    """

    def change(update: OutboundUpdate) -> None:
        if answer is not None and "answer" in update.payload:
            words = answer.replace("\0", "").strip()
            if not words:
                raise Invalid(errors={"answer": [_("还没有写答复。")]})
            update.payload = update.payload | {"answer": words[:LONGEST_ANSWER]}
        update.stage, update.limit = Stage.WAITING, update.attempt + MOST
        update.save(update_fields=["payload", "stage", "limit"])
        _schedule(update, now or timezone.now())

    return _decide(actor, update_id, "bridge.resend", change)


def give_up(*, actor: Actor, update_id: UUID, reason: str) -> OutboundUpdate:
    """Not sent any more, for a reason. Raises NotFound, IllegalTransition, Invalid."""
    words = reason.replace("\0", "").strip()[:200]
    if not words:
        raise Invalid(_("请写下为什么不再送。"), errors={"reason": [_("请写下为什么不再送。")]})

    def change(update: OutboundUpdate) -> None:
        update.stage, update.given_up_by, update.given_up_why = Stage.GIVEN_UP, actor.user, words
        update.save(update_fields=["stage", "given_up_by", "given_up_why"])

    return _decide(actor, update_id, "bridge.give_up", change, words)


def _decide(actor: Actor, update_id: UUID, verb: str, change: Any, reason: str = "") -> OutboundUpdate:
    def work() -> OutboundUpdate:
        if not OutboundUpdate.objects.visible_to(actor.reach).filter(pk=update_id).exists():
            raise NotFound()
        update = _lock(update_id)
        if update is None or update.stage != Stage.DEAD:
            raise IllegalTransition(_("这一条已经有人处理了，请看一眼现在的情况。"))
        change(update)
        path = update.ticket.case.grid.path
        record(actor=actor, verb=verb, target=update, path=path, reason=reason)
        return update

    return in_one_transaction(work)
