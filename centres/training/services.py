"""Every write of a training order. Each is one transaction: lock, recheck, write, record, queue the notice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import services as rooms
from centres.training import rules
from centres.training.enums import Event
from centres.training.lifecycle import Unavailable, flow
from centres.training.lines import Group, LineRefused, LineWish, read_group, read_lines
from centres.training.models import TrainingBase
from centres.training.models_order import OrderLine, TrainingOrder
from grids.registry.rules import says_something
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, Invalid, NotFound

__all__ = ["Group", "LineRefused", "LineWish", "Unavailable", "submit_order"]

PREFIX = "PX"


# ---------------------------------------------------------------- a new order
def submit_order(
    *, actor: Actor, base_id: UUID, group: Group, lines: Sequence[LineWish], now: datetime | None = None
) -> TrainingOrder:
    """An organisation's group asks to come; the account is its contact. Nothing is held until the base confirms.

    Raises Invalid for the group, by field; LineRefused for a line, with its place; NotFound for a base that is not
    there; Forbidden without an account.
    """
    if actor.user is None:
        raise Forbidden()
    moment = now or timezone.now()
    base = TrainingBase.objects.select_related("centre__grid").filter(pk=base_id, is_active=True).first()
    if base is None:
        raise NotFound()
    group = read_group(group, moment)
    read = read_lines(base, group, lines, moment)

    def work() -> TrainingOrder:
        order = TrainingOrder(
            ref=_next_ref(moment),
            base=base,
            organisation=group.organisation,
            contact=actor.user,
            contact_phone=group.contact_phone,
            people=group.people,
            first_day=group.first_day,
            last_day=group.last_day,
            wish=group.wish,
        )
        doer = actor.acting(Role.ORG_CONTACT)
        flow.begin(order, event=Event.SUBMIT, actor=doer, now=moment, people=group.people, lines=len(read))
        for line in read:
            line.order = order
        OrderLine.objects.bulk_create(read)
        return order

    return in_one_transaction(work)


def _next_ref(now: datetime) -> str:
    """PX, month, day, a running number of that day over the years: PX0918003. Writers of a day wait for each other."""
    head = f"{PREFIX}{timezone.localtime(now):%m%d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"training.ref:{head}"])
    refs = TrainingOrder.objects.filter(ref__startswith=head).values_list("ref", flat=True)
    last = max((int(ref[len(head) :]) for ref in refs), default=0)
    return f"{head}{last + 1:03d}"


# ---------------------------------------------------------------- a change
def change_order(
    *,
    actor: Actor,
    order_id: UUID,
    group: Group,
    lines: Sequence[LineWish],
    version: int | None = None,
    now: datetime | None = None,
) -> TrainingOrder:
    """Another number of people, other days, other lines. The organisation while it waits; the base also afterwards.

    Of a confirmed order what is new is taken up and what is dropped given back, all or none. Organisation and
    telephone stay. Raises as submit_order, Unavailable, and as Flow.fire.
    """
    moment = now or timezone.now()

    def work() -> TrainingOrder:
        order = visible_order(actor, order_id)
        was = group_of(order)
        kept = list(order.lines.with_what())
        asked = read_group(
            replace(group, organisation=was.organisation, contact_phone=was.contact_phone), moment, was=was
        )
        read = read_lines(order.base, asked, lines, moment, kept=kept)
        rooms.hold_rooms(line.room_id for line in (*kept, *read))
        return flow.fire(
            order_id,
            event=Event.CHANGE,
            actor=_doer(actor, order),
            version=version if version is not None else order.version,
            now=moment,
            group=asked,
            wanted=read,
            people=asked.people,
            lines=len(read),
        )

    return in_one_transaction(work)


def move_line(
    *,
    actor: Actor,
    order_id: UUID,
    line_id: UUID,
    room: UUID,
    starts_at: datetime,
    version: int | None = None,
    now: datetime | None = None,
) -> TrainingOrder:
    """One course or meeting into another room or to another time, everything else as it is. Raises as change_order."""

    def work() -> TrainingOrder:
        order = visible_order(actor, order_id)
        lines = list(order.lines.all())
        if not any(line.pk == line_id and line.takes_room for line in lines):
            raise NotFound()
        local = timezone.localtime(starts_at)
        wishes = [
            replace(LineWish.of(line), room=room, day=local.date(), start=local.time())
            if line.pk == line_id
            else LineWish.of(line)
            for line in lines
        ]
        return change_order(
            actor=actor, order_id=order_id, group=group_of(order), lines=wishes, version=version, now=now
        )

    return in_one_transaction(work)


def group_of(order: TrainingOrder) -> Group:
    return Group(order.organisation, order.contact_phone, order.people, order.first_day, order.last_day, order.wish)


# ---------------------------------------------------------------- the answer
def confirm(*, actor: Actor, order_id: UUID, version: int | None = None, now: datetime | None = None) -> TrainingOrder:
    """The base promises: every room, bed and meal is taken, or none. Raises Unavailable with each line and why."""
    return _fire(actor, order_id, Event.CONFIRM, version=version, now=now)


def decline(
    *, actor: Actor, order_id: UUID, reason: str, version: int | None = None, now: datetime | None = None
) -> TrainingOrder:
    """Say no, and why: the contact reads it."""
    return _fire(actor, order_id, Event.DECLINE, version=version, reason=reason, now=now)


def cancel(
    *, actor: Actor, order_id: UUID, reason: str = "", version: int | None = None, now: datetime | None = None
) -> TrainingOrder:
    """The organisation until the day it comes; the base, with a reason, until it has left. All is given back."""
    return _fire(actor, order_id, Event.CANCEL, version=version, reason=reason, now=now)


def _fire(actor: Actor, order_id: UUID, event: str, **given: object) -> TrainingOrder:
    def work() -> TrainingOrder:
        order = visible_order(actor, order_id)
        rooms.hold_rooms(order.lines.values_list("room_id", flat=True))
        return flow.fire(order_id, event=event, actor=_doer(actor, order), **given)  # type: ignore[arg-type]

    return in_one_transaction(work)


def _doer(actor: Actor, order: TrainingOrder) -> Actor:
    return actor.acting(Role.ORG_CONTACT) if rules.is_contact(actor, order) else actor


def visible_order(actor: Actor, order_id: UUID) -> TrainingOrder:
    """The order, where this person may see it. Raises NotFound."""
    order = TrainingOrder.objects.visible_to(actor).with_base().filter(pk=order_id).first()
    if order is None:
        raise NotFound()
    return order


# ---------------------------------------------------------------- telephone
@transaction.atomic
def reveal_phone(*, actor: Actor, order_id: UUID, reason: str) -> str:
    """The contact's telephone, for the house; who looked and why is recorded, and the contact reads it.

    Raises NotFound, Forbidden, Invalid (422) for a reason that says nothing.
    """
    order = visible_order(actor, order_id)
    if not rules.is_house(actor, order):
        raise Forbidden()
    reason = " ".join(reason.split())[:200]
    if not says_something(reason):
        said = _("请写一句为什么要看，本人查得到。")
        raise Invalid(said, code="REASON_NEEDED", errors={"reason": [said]})
    record(
        actor=actor,
        verb="training.reveal",
        target=order,
        path=order.base.centre.grid.path,
        subject_id=order.contact_id,
        fields=["contact_phone"],
        reason=reason,
    )
    return order.contact_phone
