"""回访: whom the desk still rings about a case that is finished, and what they said.

On the list: cases that wait for a verdict, those that closed without one within thirty days, and merged ones whose
target has an answer; all with a telephone, in the caller's community, not reached yet, tried at most three times.

What comes of a call:
- reached, and said how it was: the verdict, by telephone, in the caller's name (ratings.py). A case that has closed
  unrated stays unrated; whether it was solved counts as a follow-up (解决率), never as satisfaction.
- reached, and wants more: his words go to whoever has the case; one that has closed is opened again where it still may.
- not reached: counted, so that the third time is the last.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.cases import notices, ratings, rules, services
from petitions.cases.enums import Called, Event, RatedBy, Satisfaction, Solved, State
from petitions.cases.models import Case, FollowUpCall, InternalNote, Rating, Remark
from petitions.cases.terms import REOPEN_DAYS
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.accounts.reach import Reach
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid

TRIES = 3
WITHIN = timedelta(days=REOPEN_DAYS)
ANSWERED = (State.AWAITING_FEEDBACK, State.CLOSED)


# ---------------------------------------------------------------- whom to ring
def to_call(reach: Reach, now: datetime) -> QuerySet[Any]:
    """Whom to ring, those first whose time to rate runs out; with `tries` and `tried_at`. One query."""
    since = now - WITHIN
    waits = Q(state=State.AWAITING_FEEDBACK)
    unrated = Q(state=State.CLOSED, satisfaction="", closed_at__gt=since)
    merged = Q(state=State.MERGED, merged_into__state__in=ANSWERED, merged_into__handed_in_at__gt=since)
    of_round = Q(follow_ups__round=F("round"))
    rated = Rating.objects.filter(case=OuterRef("pk"), round=OuterRef("round"))
    return (
        Case.objects.visible_to(reach)
        .filter(reach.q("grid__path", *COMMUNITY), waits | unrated | merged)
        .exclude(contact_phone="")
        .annotate(
            tries=Count("follow_ups", filter=of_round),
            reached=Count("follow_ups", filter=of_round & ~Q(follow_ups__outcome=Called.NOT_REACHED)),
            tried_at=Max("follow_ups__at", filter=of_round),
        )
        .filter(tries__lt=TRIES, reached=0)
        .exclude(Exists(rated))
        .select_related("grid", "merged_into")
        .order_by(F("step_due_at").asc(nulls_last=True), "id")
    )


def calls_of(case: Case) -> list[FollowUpCall]:
    """The calls of this round, the oldest first."""
    return list(case.follow_ups.filter(round=case.round).select_related("by"))


def answer_of(case: Case) -> str:
    """What to tell them: the answer that was verified, their own case's or that of the one it was merged into."""
    told = case.merged_into or case
    return told.answer if told.state in ANSWERED else ""


# ---------------------------------------------------------------- what may be said about it
@dataclass(frozen=True)
class May:
    """What can be written down about a case now, by this person."""

    rate: bool = False
    # It closed unrated: only whether it is solved.
    solved_only: bool = False
    # A word of theirs, or opening it again.
    more: bool = False
    call: bool = False

    @property
    def anything(self) -> bool:
        return self.rate or self.solved_only or self.more or self.call


def may(actor: Actor, case: Case, now: datetime) -> May:
    """Nothing for whoever is not at the community's desk."""
    if not rules.community(actor, case):
        return May()
    fair, rung = ratings.may_take_down(actor, case), bool(case.contact_phone)
    match case.state:
        case State.AWAITING_FEEDBACK:
            return May(rate=fair, more=True, call=rung)
        case State.CLOSED if case.closed_at and now - case.closed_at <= WITHIN:
            unrated = not case.satisfaction and not Rating.objects.filter(case=case, round=case.round).exists()
            return May(solved_only=fair and unrated and rung, more=fair and not case.reopened, call=rung and unrated)
        case State.MERGED if case.merged_into and case.merged_into.state in ANSWERED:
            return May(more=rung, call=rung)
    return May()


# ---------------------------------------------------------------- writing it down
def not_reached(*, actor: Actor, case_id: UUID, now: datetime | None = None) -> FollowUpCall:
    """Nobody answered. The third time takes the case off the list."""
    case, moment = _open_for(actor, case_id, now)

    def work() -> FollowUpCall:
        return _call(actor, case, Called.NOT_REACHED, "", moment)

    return in_one_transaction(work)


def told(*, actor: Actor, case_id: UUID, now: datetime | None = None) -> FollowUpCall:
    """Reached, told, nothing to write down: they would rather not rate, or it was merged into another case."""
    case, moment = _open_for(actor, case_id, now)
    return in_one_transaction(lambda: _call(actor, case, Called.REACHED, "", moment))


def rated(
    *,
    actor: Actor,
    case_id: UUID,
    version: int | None,
    channel: str,
    solved: str,
    satisfaction: str = "",
    words: str = "",
    now: datetime | None = None,
) -> Case:
    """What they said of the work: the whole verdict while it waits for one; once it has closed, only whether solved."""
    case, moment = _open_for(actor, case_id, now)
    if solved not in Solved.values:
        raise Invalid(errors={"solved": [_("请选办好了没有。")]})

    def work() -> Case:
        if channel == RatedBy.PHONE:
            _call(actor, case, Called.REACHED, "", moment)
        if case.state != State.CLOSED:
            if satisfaction not in Satisfaction.values:
                raise Invalid(errors={"satisfaction": [_("请选满意不满意。")]})
            return ratings.take_down(
                actor=actor, case_id=case.pk, version=version, channel=channel, satisfaction=satisfaction,
                solved=solved, words=words,
            )  # fmt: skip
        _after_closing(actor, case, channel, solved, words, moment)
        return case

    return in_one_transaction(work)


def _after_closing(actor: Actor, case: Case, channel: str, solved: str, words: str, moment: datetime) -> None:
    if not may(actor, case, moment).solved_only or channel != RatedBy.PHONE:
        raise Conflict(_("这件事已经结案，评价的时间过去了；电话回访只记办好了没有。"), code="CLOSED")
    # Locked, so that a case opened again at this moment is not rated for the round before.
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if (locked.state, locked.round) != (State.CLOSED, case.round):
        raise Conflict(_("您看着的时候，别人已经改动过。请看一眼最新的情况，再办一次。"), code="STALE")
    Rating.objects.create(
        case=case, round=case.round, at=moment, satisfaction="", solved=solved, words=words.strip()[:300],
        channel=channel, taken_by=actor.user,
    )  # fmt: skip


def wants_more(*, actor: Actor, case_id: UUID, said: str, now: datetime | None = None) -> Case:
    """They have more to say: it reaches whoever has the case; a closed one is opened again, once, in thirty days."""
    case, moment = _open_for(actor, case_id, now)
    text = said.strip()
    if not text:
        raise Invalid(errors={"said": [_("请写下他说了什么。")]})
    if not may(actor, case, moment).more:
        raise Conflict(_("这件事不能再打开了。请替他另外记一件，我们接着办。"), code="NO_MORE")

    def work() -> Case:
        call = _call(actor, case, Called.MORE, text[:300], moment)
        if case.state == State.CLOSED:
            bearer = Actor(user=actor.user, reach=actor.reach, channel=RatedBy.PHONE, slip_of=case.pk)
            return services.act(actor=bearer, case_id=case.pk, event=Event.REOPEN, reason=text, now=now)
        if case.merged_into is not None:
            # Among colleagues: the other reporter must not read this one's words on their slip.
            note = _("并案的反映人（%(ref)s）在回访里说：%(text)s") % {"ref": case.ref, "text": text}
            InternalNote.objects.create(case=case.merged_into, author=call.by, text=note, at=moment)
            return case
        remark = Remark.objects.create(case=case, author=actor.user, by_reporter=True, text=text, at=moment)
        notices.tell_remark(remark)
        return case

    return in_one_transaction(work)


def _open_for(actor: Actor, case_id: UUID, now: datetime | None) -> tuple[Case, datetime]:
    """The case, where this person may write down anything about it now. Raises Forbidden, Conflict."""
    moment = now or timezone.now()
    found = Case.objects.select_related("grid", "merged_into__grid").get(pk=case_id)
    if not rules.community(actor, found):
        raise Forbidden()
    if not may(actor, found, moment).anything:
        raise Conflict(_("这件事现在没有要回访的了。"), code="NOTHING_TO_ASK")
    return found, moment


def _call(actor: Actor, case: Case, outcome: str, said: str, moment: datetime) -> FollowUpCall:
    assert actor.user is not None  # the desk has an account
    made = FollowUpCall.objects.create(
        case=case, round=case.round, at=moment, by=actor.user, outcome=outcome, said=said
    )
    record(
        actor=actor, verb="case.call", target=case, path=case.grid.path, subject_id=case.reporter_id,
        fields=["contact_phone"],
    )  # fmt: skip
    return made
