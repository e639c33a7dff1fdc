"""Every write of a case. An event is `act`; what does not move the state has a verb of its own.

`now` is for replaying what happened on paper or elsewhere: records, clocks and notices then speak of that moment.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from grids.registry.queries import resident_of
from grids.tree import queries as tree
from grids.tree.enums import Kind as GridKind
from petitions.cases import clocks, holders, notices, refs, slips
from petitions.cases import effects as _effects  # noqa: F401  (hangs what events do on the table)
from petitions.cases import whistles as _whistles  # noqa: F401  (and what calls do)
from petitions.cases.enums import FILED, Event, ReplyBy, Sla, State
from petitions.cases.flow import flow
from petitions.cases.models import Case, CaseClock, Category, InternalNote, RefCounter, Remark
from petitions.cases.transitions import BY_SYSTEM
from portal import phones
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import User
from portal.attachments.services import attach
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, IllegalTransition, Invalid
from portal.throttle.services import caller as caller  # lent to neighbouring rooms: one table counts all tries
from portal.throttle.services import hit as hit
from portal.workdays.clock import SHANGHAI
from portal.workdays.queries import clock_for

if TYPE_CHECKING:
    from grids.tree.models import Grid

SHORTEST, LONGEST = 2, 2000
HEADLINE = 20


# ---------------------------------------------------------------- filing
def submit(
    *,
    actor: Actor,
    title: str = "",
    description: str = "",
    category: Category | None = None,
    sla: str | None = None,
    grid: "Grid | None" = None,
    address: str = "",
    contact_phone: str = "",
    reporter_name: str = "",
    reply_by: str = "",
    anonymous: bool = False,
    attachments: tuple[UUID, ...] | list[UUID] = (),
    photos: tuple[UUID, ...] | list[UUID] = (),
    reporter: User | None = None,
    channel: str = "",
    now: datetime | None = None,
) -> Case:
    """File a case; its clocks start. Staff file on behalf of somebody on their own ground, others for themselves.

    title: cut from the description where none is given. sla: overrides the category's; neither: help. grid: where it is
    (None: the filer's community); a building the address names is found. reporter: the account it is for, where staff
    know it. attachments: photos this actor uploaded; photos: those uploaded by nobody in particular (a draft's).
    Raises Invalid with `errors` by field, Forbidden where this actor may not file (there).
    """
    moment = now or timezone.now()
    text = description.strip() or title.strip()
    name, phone = _who(actor, reporter_name, contact_phone, anonymous, on_behalf=_is_staff(actor))
    errors = _problems(text, title, sla, reply_by, phone)
    if errors:
        raise Invalid(errors=errors)
    place = _place(actor, grid, address)
    staff = _is_staff(actor)
    owner = None if anonymous else reporter if staff else actor.user
    case = Case(
        title=(title.strip() or headline(text))[:60],
        description=text,
        category=category,
        sla=sla or (category.sla if category else Sla.HELP),
        restricted=bool(category and category.restricted),
        grid=place,
        address=address.strip()[:120],
        reporter=owner,
        reporter_name=name,
        contact_phone=phone,
        reply_by=reply_by or (ReplyBy.SMS if phone else ReplyBy.SLIP),
        anonymous=anonymous,
        on_behalf_by=actor.user if staff else None,
        channel=channel or actor.channel,
        submitted_at=moment,
        created_at=moment,
    )
    slips.seal(case)

    # 不留姓名: neither the records nor the trail may name who is signed in, or the promise would be a lie.
    named = Actor(channel=actor.channel) if anonymous and not staff else actor

    def work() -> Case:
        clock_for(hold=True)
        case.ref = refs.compose(*_next_number(place, moment))
        flow.begin(case, event=Event.SUBMIT, actor=named, now=moment)
        owned: dict[str, Any] = {"owner_type": "case", "owner_id": case.pk, "forget_uploader": named is not actor}
        for uploader, ids in ((actor, attachments), (Actor(), photos)):
            if ids:
                attach(actor=uploader, attachment_ids=list(ids), **owned)
        return case

    return in_one_transaction(work)


def headline(text: str) -> str:
    """The first sentence, or as much of it as a list can show."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    for end in "。！？；!?;":
        first = first.split(end)[0]
    while len(first) > HEADLINE and "，" in first:
        first = first.rpartition("，")[0]
    return first.strip()[:30]


def _is_staff(actor: Actor) -> bool:
    return bool(actor.reach.scopes)


def _who(actor: Actor, name: str, phone: str, anonymous: bool, *, on_behalf: bool) -> tuple[str, str]:
    """Name and number as they are kept: none of the account's where somebody else or nobody is to be named."""
    if not anonymous and not on_behalf and actor.user is not None:
        name, phone = name or actor.user.name, phone or (actor.user.phone or "")
    try:
        phone = phones.e164(phone) if phone.strip() else ""
    except phones.NotAPhone as error:
        raise Invalid(errors={"contact_phone": [str(error)]}) from error
    return ("" if anonymous else name.strip()[:20]), phone


def _problems(text: str, title: str, sla: str | None, reply_by: str, phone: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if len(text) < SHORTEST:
        errors["description"] = [_("再多写几个字，好让师傅找得到。")]
    elif len(text) > LONGEST:
        errors["description"] = [_("写得太长了，请缩到两千字以内，细节可以见面说。")]
    if sla and sla not in FILED:
        errors["sla"] = [_("没有这一类。")]
    if reply_by and reply_by not in ReplyBy.values:
        errors["reply_by"] = [_("没有这种回复方式。")]
    if reply_by in (ReplyBy.CALL, ReplyBy.SMS) and not phone:
        errors["contact_phone"] = [_("要我们联系您，请留一个电话。")]
    return errors


def _place(actor: Actor, grid: "Grid | None", address: str) -> "Grid":
    """Where it is: the building the address names, if that ground has one, so that it reaches the right worker."""
    place = grid or _own_community(actor)
    if place is None:
        raise Invalid(_("请说是哪个社区。"), errors={"grid": [_("请说是哪个社区。")]})
    if not place.is_active or place.kind == GridKind.SECTOR:
        # A place that has ended and a department are nobody's ground: nobody would ever accept what lies there.
        said = _("“%(name)s”不是现在在用的一片地方，请换一个。") % {"name": place.label}
        raise Invalid(said, errors={"grid": [said]})
    said = "".join(address.split())
    if said and place.depth >= tree.COMMUNITY_DEPTH:
        named = [b for b in tree.buildings_under(place.path) if (n := "".join(b.label.split())) and n in said]
        # 15 号楼 also contains 5 号楼: the longest name is meant.
        return max(named, key=lambda building: len(building.label), default=place)
    return place


def _own_community(actor: Actor) -> "Grid | None":
    """Where a filer works or lives, else the portal's own community, else the first."""
    for scope in actor.reach.scopes:
        if found := tree.community_of(tree.by_id(scope.grid_id)):
            return found
    resident = resident_of(actor.user)
    if resident is not None:
        return tree.community_of(resident.household.building)
    return tree.by_code(settings.DEFAULT_COMMUNITY) or next(iter(tree.communities()), None)


def _next_number(place: "Grid", at: datetime) -> tuple[str, int]:
    """The next number of the community's letters and day. Rivals wait on its row until the other has committed."""
    community = tree.community_of(place) or place
    prefix = refs.prefix_of(community.name, at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {RefCounter._meta.db_table} (prefix, last) VALUES (%s, 1) "
            f"ON CONFLICT (prefix) DO UPDATE SET last = {RefCounter._meta.db_table}.last + 1 RETURNING last",
            [prefix],
        )
        return prefix, cursor.fetchone()[0]


# ---------------------------------------------------------------- events
def act(
    *,
    actor: Actor,
    case_id: UUID,
    event: str,
    version: int | None = None,
    reason: str = "",
    now: datetime | None = None,
    **data: Any,
) -> Case:
    """One event of the table on one case: lock → recheck → act → write → record → notices, in one transaction.

    data by event: accept (category, sla, grid), assign and reassign (person or department), merge (target), rule
    (upheld), whistle (departments: sector grids), ask_shelve and ask_extend (until), escalate, whistle and ask_shelve
    (power: who decides), submit_result (answer, solved, attachments), rate (satisfaction,
    solved, words), provide_info (attachments). Raises Forbidden, Stale, IllegalTransition, Refusal as the engine does.
    """
    if event == Event.SUBMIT:
        raise IllegalTransition()
    if actor.is_system and event not in BY_SYSTEM:
        raise Forbidden()

    def work() -> Case:
        # The calendar before the case: whoever publishes a year holds it and then locks cases, in this order too.
        clock_for(hold=True)
        return flow.fire(case_id, event=event, actor=actor, version=version, reason=reason, now=now, **data)

    return in_one_transaction(work)


def hand_over(*, case: Case, now: datetime) -> Case:
    """The holder's posting has ended: to those who stand nearest in the same office, else to the community."""
    reason = gettext_noop("原来的经办人不再负责这一片")
    office = holders.office_for(case, now)
    return act(actor=SYSTEM, case_id=case.pk, event=Event.REASSIGN, reason=reason, department=office, now=now)


def hand_over_all(*, user_id: UUID, now: datetime) -> int:
    """Everything this person may no longer act on, into other hands; returns how many. Twice changes nothing."""
    held = Case.objects.filter(holder_user_id=user_id, state__in=(State.ASSIGNED, State.IN_PROGRESS))
    gone = [case for case in held.select_related("grid", "holder_grid") if not holders.still_on_duty(case, now)]
    for case in gone:
        hand_over(case=case, now=now)
    return len(gone)


# ---------------------------------------------------------------- words
def add_remark(
    *, actor: Actor, case: Case, text: str, by_reporter: bool, attachments: list[UUID] | tuple[UUID, ...] = ()
) -> Remark:
    """A word for the timeline, read by the reporter and whoever has the case. Raises Invalid for none or too many."""
    words = _words(text)
    if not case.is_open:
        raise IllegalTransition(_("这件事已经了结了，不能再留言。"))

    def work() -> Remark:
        remark = Remark.objects.create(case=case, author=actor.user, by_reporter=by_reporter, text=words)
        if attachments:
            attach(actor=actor, attachment_ids=list(attachments), owner_type="case", owner_id=case.pk)
        record(actor=actor, verb="case.remark", target=case, path=case.grid.path, subject_id=case.reporter_id)
        notices.tell_remark(remark)
        return remark

    return in_one_transaction(work)


def add_note(*, actor: Actor, case: Case, text: str) -> InternalNote:
    """A note among colleagues. Raises Invalid for none or too many words, Forbidden for whoever has no posting."""
    words = _words(text)
    if actor.user is None or not actor.reach.scopes:
        raise Forbidden()
    author = actor.user

    def work() -> InternalNote:
        note = InternalNote.objects.create(case=case, author=author, text=words)
        record(actor=actor, verb="case.note", target=case, path=case.grid.path)
        return note

    return in_one_transaction(work)


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid(_("还没有写。"), errors={"text": [_("还没有写。")]})
    if len(words) > LONGEST:
        raise Invalid(_("写得太长了。"), errors={"text": [_("写得太长了，请缩到两千字以内。")]})
    return words


# ---------------------------------------------------------------- masked fields
def record_opening(*, actor: Actor, case: Case) -> None:
    """A restricted case was opened by a colleague: the person it is about can read who did. Others leave no trace."""
    if not case.restricted or (actor.id is not None and actor.id == case.reporter_id):
        return
    record(
        actor=actor, verb="case.open", target=case, path=case.grid.path, subject_id=case.reporter_id,
        fields=["description"],
    )  # fmt: skip


def reveal_phone(*, actor: Actor, case: Case, reason: str) -> str:
    """The reporter's number in full, to a colleague who says why. Recorded. Raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid(_("请写下为什么要看。"), errors={"reason": [_("请写下为什么要看。")]})
    record(
        actor=actor, verb="case.reveal", target=case, path=case.grid.path, subject_id=case.reporter_id,
        fields=["contact_phone"], reason=reason.strip(),
    )  # fmt: skip
    return case.contact_phone


def print_slip(*, actor: Actor, case: Case) -> str:
    """The tracking link once more, to hand to the reporter on paper. Recorded, because it opens the slip."""
    record(
        actor=actor, verb="case.print_slip", target=case, path=case.grid.path, subject_id=case.reporter_id,
        fields=["token"],
    )  # fmt: skip
    return case.track_path


# ---------------------------------------------------------------- the calendar
def recompute_deadlines(*, year: int) -> int:
    """A year was published: open working deadlines by its days, with history; returns how many cases moved.

    In the publishing transaction, which holds the calendar. Notices already told stay told: their keys are taken.
    """
    # A notice may also change the last days of the year before.
    first = datetime(year - 1, 12, 18, tzinfo=SHANGHAI)
    touched = CaseClock.objects.filter(outcome="", natural=False, due_at__gte=first).order_by("case_id")
    moved = 0
    for case_id in list(touched.values_list("case_id", flat=True).distinct()):
        case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
        bench = clocks.Bench(case, timezone.now())
        if bench.recompute():
            bench.save()
            case.save(update_fields=["due_at", "sign_by", "respond_by", "step_due_at", "provisional"])
            moved += 1
    return moved
