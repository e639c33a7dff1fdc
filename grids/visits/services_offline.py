"""Writes about phones: one that turns offline on, the centre's order to wipe, the phone's word that it is done."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.visits import rules
from grids.visits.models_offline import OfflineDevice, WipeOrder, WipeReceipt
from grids.visits.queries_offline import orders_for, path_over
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Invalid, NotFound

MOST_UNSENT = 100_000


def register_device(*, actor: Actor, device_id: UUID) -> tuple[OfflineDevice, bool]:
    """This browser keeps doors from now on. The same again changes nothing; somebody else's id is not there."""
    user = actor.user
    if user is None or not actor.holds(*rules.KNOCKERS):
        raise NotFound()

    def work() -> tuple[OfflineDevice, bool]:
        try:
            with transaction.atomic():
                device = OfflineDevice(id=device_id, worker=user)
                device.save(force_insert=True)
        except IntegrityError:
            first = OfflineDevice.objects.filter(pk=device_id, worker=user).first()
            if first is None:
                raise NotFound() from None
            return first, False
        record(actor=actor, verb="visit.offline_on", target=device, path=_where(actor))
        return device, True

    return in_one_transaction(work)


def order_wipe(*, actor: Actor, worker_id: UUID, reason: str, destroys: bool = False) -> WipeOrder:
    """Every phone on which this person has turned offline on wipes itself at its next contact.

    Raises NotFound for somebody who never worked within the secretary's reach, Invalid without a reason.
    """
    reason = " ".join(reason.split())[:200]
    user, path = actor.user, path_over(actor.reach, worker_id)
    if user is None or path is None:
        raise NotFound()
    if not reason:
        raise Invalid(errors={"reason": [_("请写一句为什么要清。")]})

    def work() -> WipeOrder:
        order = WipeOrder.objects.create(
            worker_id=worker_id, ordered_by=user, path=path, reason=reason, destroys=destroys
        )
        record(actor=actor, verb="visit.order_wipe", target=order, path=path, fields=["destroys"], reason=reason)
        return order

    return in_one_transaction(work)


def confirm_wipe(*, actor: Actor, device_id: UUID, order_id: UUID, unsent: int) -> WipeReceipt:
    """The phone has done it. Whoever holds its id may say so: the session may have ended long ago. Twice is once."""

    def work() -> WipeReceipt:
        device = OfflineDevice.objects.select_for_update().filter(pk=device_id).first()
        if device is None:
            raise NotFound()
        said = WipeReceipt.objects.filter(device=device, order_id=order_id).first()
        if said is not None:
            return said
        order = orders_for(device).filter(pk=order_id).first()
        if order is None:
            raise NotFound()
        receipt = WipeReceipt.objects.create(order=order, device=device, unsent=min(max(0, unsent), MOST_UNSENT))
        record(actor=actor, verb="visit.wiped", target=order, path=order.path, fields=["unsent"])
        return receipt

    return in_one_transaction(work)


def _where(actor: Actor) -> str:
    paths = actor.reach.paths(*rules.KNOCKERS)
    return paths[0] if paths else ""
