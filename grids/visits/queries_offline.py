"""Reads about phones that keep doors: whose they are within a secretary's reach, and which order waits for one."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from grids.postings.queries import once_below
from grids.visits import rules
from grids.visits.models_offline import OfflineDevice, WipeOrder, WipeReceipt
from portal.accounts.reach import Reach

if TYPE_CHECKING:
    from portal.accounts.models import User


@dataclass
class Holder:
    """Somebody with phones of theirs, the last order, and how many of them have obeyed it."""

    worker: "User"
    phones: int = 0
    order: WipeOrder | None = None
    receipts: list[WipeReceipt] = field(default_factory=list)

    @property
    def unsent(self) -> int:
        return sum(receipt.unsent for receipt in self.receipts)

    @property
    def waits(self) -> bool:
        return self.order is not None and len(self.receipts) < self.phones_then

    phones_then: int = 0


def orders_for(device: OfflineDevice) -> QuerySet[WipeOrder]:
    """Orders given since this phone turned offline on; those before were about what it had then."""
    return WipeOrder.objects.filter(worker_id=device.worker_id, created_at__gte=device.created_at)


def order_for(device: OfflineDevice) -> WipeOrder | None:
    """The order this phone has to obey next: to destroy goes first, or a milder one after it would undo it."""
    return orders_for(device).exclude(receipts__device=device).order_by("-destroys", "-created_at").first()


def device_by_id(device_id: UUID) -> OfflineDevice | None:
    return OfflineDevice.objects.filter(pk=device_id).first()


def path_over(reach: Reach, worker_id: UUID) -> str | None:
    """The node of a secretary that this person works or worked below; None out of reach."""
    return next((path for path in reach.paths(*rules.JUDGES) if once_below(path, [worker_id])), None)


def holders_within(reach: Reach) -> list[Holder]:
    """Everybody within a secretary's reach with a phone that keeps doors. Four queries, however many."""
    rows = OfflineDevice.objects.select_related("worker").order_by("worker__name", "worker_id", "created_at")
    found: dict[UUID, list[OfflineDevice]] = {}
    for device in rows:
        found.setdefault(device.worker_id, []).append(device)
    mine = {user for path in reach.paths(*rules.JUDGES) for user in once_below(path, found)}
    orders: dict[UUID, WipeOrder] = {}
    for order in WipeOrder.objects.filter(worker_id__in=mine).order_by("created_at").prefetch_related("receipts"):
        orders[order.worker_id] = order
    return [_holder(devices, orders.get(worker)) for worker, devices in found.items() if worker in mine]


def _holder(devices: list[OfflineDevice], order: WipeOrder | None) -> Holder:
    then = sum(1 for device in devices if order is not None and device.created_at <= order.created_at)
    receipts = list(order.receipts.all()) if order else []
    return Holder(devices[0].worker, len(devices), order, receipts, then)
