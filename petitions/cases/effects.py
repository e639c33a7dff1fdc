"""What each event does to a case besides moving its state: on the locked row, before it is saved. It may refuse."""

from datetime import timedelta

from django.utils.translation import gettext as _

from petitions.cases import answers, clocks, holders, merging, powers, rules
from petitions.cases.enums import Asking, Event, Level, RatedBy, State, level_above
from petitions.cases.flow import flow
from petitions.cases.models import Ask, Case, Rating
from petitions.cases.terms import REOPEN_DAYS, STREET_REVIEW_ROUND
from petitions.cases.transitions import HANDLING
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET
from portal.attachments.services import attach
from portal.errors import Conflict, IllegalTransition, Invalid, Refusal
from portal.flow.engine import Step

CaseStep = Step[Case]


@flow.on(Event.ACCEPT)
def accept(step: CaseStep) -> None:
    """Accepting sets the category and the place right, if the reporter could not."""
    case, data = step.subject, step.data
    case.accepted_at = step.now
    if category := data.get("category"):
        case.category, case.sla, case.restricted = category, category.sla, category.restricted
    if data.get("sla"):
        case.sla = data["sla"]
    if grid := data.get("grid"):
        district = DISTRICT if rules.nobodys_street(step.actor, case) else ()
        if not step.actor.reach.covers(grid.path, *COMMUNITY, *STREET, *district):
            raise Refusal(_("那里不归您管，请只在自己的片里改地点。"), code="OUT_OF_REACH")
        case.grid = grid


@flow.on(Event.MERGE)
def merge(step: CaseStep) -> None:
    target: Case = step.data["target"]
    if target.pk == step.subject.pk:
        raise Invalid(_("不能并到它自己。"), code="MERGE_SELF")
    # Into what is still being worked on, so that its answer is still to come. Locked: it must not end meanwhile.
    target = Case.objects.select_for_update(no_key=True).get(pk=target.pk)
    if target.restricted or step.subject.restricted:
        # The answer of one would be told to the reporter of the other.
        raise Refusal(_("限制查看的诉求不能合并，请分别办理。"), code="MERGE_RESTRICTED")
    if not target.is_open:
        raise Conflict(_("那一件已经办结了，不能再往里并。"), code="MERGE_CLOSED")
    merging.lead_on(step.subject, target)
    step.subject.merged_into = target


@flow.on(Event.WITHDRAW)
def withdraw(step: CaseStep) -> None:
    merging.refuse_while_others_wait(step.subject)


@flow.on(Event.CONTACT)
def contact(step: CaseStep) -> None:
    step.subject.contacted_at = step.subject.contacted_at or step.now


@flow.on(Event.REQUEST_INFO)
def request_info(step: CaseStep) -> None:
    step.subject.back_to = step.from_state
    close_ask(step)


@flow.on(Event.PROVIDE_INFO)
def provide_info(step: CaseStep) -> None:
    step.subject.back_to = ""
    keep_photos(step, "case")


@flow.on(Event.ASSIGN, Event.REASSIGN)
def assign(step: CaseStep) -> None:
    case, data = step.subject, step.data
    close_ask(step)
    case.signed_at, case.ruling_open = None, False
    if person := data.get("person"):
        holders.give_to_person(case, person, step.now)
    elif department := data.get("department"):
        holders.give_to_node(case, department)
    else:
        raise Invalid(_("请选交给谁办。"), code="MISSING", missing=["person"], errors={"to": [_("请选交给谁办。")]})
    data["to"] = case.holder_label


@flow.on(Event.SIGN)
def sign(step: CaseStep) -> None:
    case = step.subject
    case.signed_at, case.ruling_open = step.now, False
    if step.actor.user is not None:
        holders.take(case, step.actor.user, step.now)


@flow.on(Event.RETURN)
def return_(step: CaseStep) -> None:
    case = step.subject
    case.returns += 1
    case.ever_returned = True
    if step.to_state == State.ACCEPTED:
        holders.put_down(case)
    else:
        case.ruling_open = True


@flow.on(Event.RULE)
def rule(step: CaseStep) -> None:
    step.subject.ruling_open = False
    if step.to_state == State.ACCEPTED:
        holders.put_down(step.subject)


@flow.on(Event.ESCALATE)
def escalate(step: CaseStep) -> None:
    case = step.subject
    close_ask(step)
    case.below_user, case.below_grid = case.holder_user, case.holder_grid
    case.below_level, case.below_label = case.holder_level, case.holder_label
    case.ever_escalated = True
    holders.give_to_level(case, level_above(case.holder_level) or Level.DISTRICT)
    step.data["to"] = case.holder_label


@flow.on(Event.RECEIVE)
def receive(step: CaseStep) -> None:
    if step.actor.user is not None:
        holders.take(step.subject, step.actor.user, step.now)


@flow.on(Event.SEND_BACK)
def send_back(step: CaseStep) -> None:
    case = step.subject
    case.holder_user, case.holder_grid = case.below_user, case.below_grid
    case.holder_level, case.holder_label = case.below_level, case.below_label


@flow.on(Event.ASK_SHELVE, Event.ASK_EXTEND)
def ask(step: CaseStep) -> None:
    case, until = step.subject, step.data["until"]
    if until <= step.now:
        raise Refusal(_("日期要在今天之后。"), code="OUT_OF_RANGE")
    kind = Asking.SHELVE if step.row.event == Event.ASK_SHELVE else Asking.EXTEND
    if kind == Asking.EXTEND and (case.due_at is None or step.now > case.due_at):
        raise Refusal(_("期限已经过了，不能再申请延期。"), code="TOO_LATE")
    case.asking = kind
    Ask.objects.create(
        case=case, kind=kind, until=until, reason=step.reason, asked_by=step.actor.user, asked_at=step.now
    )


@flow.on(Event.ESCALATE, Event.WHISTLE, Event.ASK_SHELVE)
def name_the_power(step: CaseStep) -> None:
    """Whoever hands it up, calls others or puts it aside may say who decides; the reporter reads it."""
    powers.name(step.subject, str(step.data.get("power") or ""), step.now)


@flow.on(Event.GRANT, Event.REFUSE)
def decide(step: CaseStep) -> None:
    case = step.subject
    granted = step.row.event == Event.GRANT
    found = Ask.objects.get(case=case, decided_at=None)
    found.decided_at, found.granted = step.now, granted
    found.save(update_fields=["decided_at", "granted"])
    step.data |= {"kind": found.kind, "until": found.until, "ask": str(found.pk)}
    if granted and found.kind == Asking.EXTEND:
        case.extended = True
    case.asking = ""


@flow.on(Event.SUBMIT_RESULT)
def submit_result(step: CaseStep) -> None:
    """The answer is the record's reason too, so that every round keeps its own."""
    case = step.subject
    close_ask(step)
    case.answer, case.solved, case.handed_in_at = step.data.pop("answer").strip(), step.data["solved"], step.now
    if not case.answer:
        raise Refusal(_("还没有写答复。"), code="MISSING", missing=["answer"])
    if said := answers.still_blank(case.answer):
        raise Refusal(said, code="BLANK_LEFT", errors={"answer": [said]})
    step.reason = case.answer
    keep_photos(step, "case_result")


@flow.on(Event.VERIFY_FAIL)
def verify_fail(step: CaseStep) -> None:
    step.subject.answer = step.subject.solved = ""
    step.subject.handed_in_at = None


@flow.on(Event.RATE)
def rate(step: CaseStep) -> None:
    """By whichever way it came: the door the actor came through says which, never what was sent along."""
    case, data, channel = step.subject, step.data, step.actor.channel
    data["channel"] = channel if channel in RatedBy.values else RatedBy.WEB.value
    taken_down = channel in (RatedBy.PHONE, RatedBy.PAPER)
    Rating.objects.create(
        case=case, round=case.round, at=step.now, satisfaction=data["satisfaction"], solved=data["solved"],
        words=str(data.pop("words", ""))[:300], channel=data["channel"],
        taken_by=step.actor.user if taken_down else None,
    )  # fmt: skip
    case.satisfaction, case.verdict = data["satisfaction"], data["solved"]
    if step.to_state == State.CLOSED:
        close(step)
    else:
        new_round(step)


@flow.on(Event.LAPSE)
def lapse(step: CaseStep) -> None:
    step.subject.satisfaction = step.subject.verdict = ""
    close(step)


@flow.on(Event.REOPEN)
def reopen(step: CaseStep) -> None:
    case = step.subject
    if case.closed_at is None or step.now - case.closed_at > timedelta(days=REOPEN_DAYS):
        raise IllegalTransition(_("结案超过三十天了，请另外反映一件，我们接着办。"))
    case.reopened, case.closed_at = True, None
    new_round(step)


def close(step: CaseStep) -> None:
    step.subject.closed_at = step.now
    step.subject.first_closed_at = step.subject.first_closed_at or step.now


def new_round(step: CaseStep) -> None:
    """重办: the same holder again with the terms of a rework; from the third round on, the street."""
    case = step.subject
    case.round += 1
    case.returns, case.ruling_open, case.handled_by, case.extended = 0, False, [], False
    case.contacted_at = case.signed_at = case.handed_in_at = None
    case.answer = case.solved = ""
    powers.forget(case)
    if case.round >= STREET_REVIEW_ROUND:
        holders.give_to_level(case, Level.STREET)
    elif not holders.still_on_duty(case, step.now):
        holders.give_to_level(case, Level.COMMUNITY)
    step.data |= {"round": case.round, "to": case.holder_label}


def close_ask(step: CaseStep) -> None:
    """Another step overtook what was asked for."""
    if step.subject.asking:
        Ask.objects.filter(case=step.subject, decided_at=None).update(decided_at=step.now)
        step.subject.asking = ""


def keep_photos(step: CaseStep, owner_type: str) -> None:
    """Photos uploaded before, now given to the case."""
    ids = step.data.pop("attachments", None) or []
    if ids:
        step.data["photos"] = attach(
            actor=step.actor, attachment_ids=list(ids), owner_type=owner_type, owner_id=step.subject.pk
        )


@flow.on(*HANDLING)
def remember_who_handled(step: CaseStep) -> None:
    if step.actor.id is not None and step.actor.id not in step.subject.handled_by:
        step.subject.handled_by = [*step.subject.handled_by, step.actor.id]


# Last of the effects: it reads the round, the class and the holder that the others have set.
flow.on(*flow.table.events)(clocks.run)
