"""What the tests of sharing share: a shelf in 文昌花园, a drive of the district, and a loan in any state."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from centres.rooms.models import Centre
from centres.sharing import giving, services
from centres.sharing.enums import Event, ItemKind, LoanState
from centres.sharing.models import LoanCopy, LoanItem
from centres.sharing.models_drive import DonationDrive
from centres.sharing.models_loan import Loan
from portal.accounts.actors import Actor
from portal.accounts.models import User
from tests.cast import Cast
from tests.centres.rooms.people import NOW, at

__all__ = ["NOW", "Shelf", "a_drive", "act", "at", "bring_to", "rivals", "stock"]


@dataclass
class Shelf:
    """健康三件套 (two), 电钻 (one, three days), 《边城》 (one, drifting)."""

    centre: Centre
    kit: LoanItem
    drill: LoanItem
    book: LoanItem

    def copy(self, item: LoanItem, n: int = 0) -> LoanCopy:
        return list(item.copies.order_by("label"))[n]

    @property
    def code(self) -> str:
        return self.copy(self.book).code


def a_thing(centre: Centre, kind: str, name: str, copies: int, days: int = 14) -> LoanItem:
    item = LoanItem.objects.create(centre=centre, kind=kind, name=name, loan_days=days)
    LoanCopy.objects.bulk_create(LoanCopy(item=item, label=f"{n + 1} 号") for n in range(copies))
    return item


def stock(grid: Any, name: str = "文昌花园社区党群服务中心", centre: Centre | None = None) -> Shelf:
    centre = centre or Centre.objects.create(grid=grid, name=name, address="文昌路 8 号", phone="85550110")
    return Shelf(
        centre,
        a_thing(centre, ItemKind.KIT, "健康三件套", 2),
        a_thing(centre, ItemKind.TOOL, "电钻", 1, 3),
        a_thing(centre, ItemKind.BOOK, "《边城》", 1, 21),
    )


def a_drive(cast: Cast, who: str = "district_admin", node: str = "district", **given: Any) -> DonationDrive:
    """Of the whole district, from 10 to 30 September, a thousand books."""
    fields = {
        "title": "一人一本",
        "target": 1000,
        "first_day": dt.date(2026, 9, 10),
        "last_day": dt.date(2026, 9, 30),
        "where": "一楼书箱",
    }
    return giving.open_drive(actor=cast.actor(who), grid=getattr(cast.place, node), **(fields | given))


def rivals(number: int) -> list[Actor]:
    users = [User(username=f"rival-{n}", name=f"邻居{n}") for n in range(number)]
    User.objects.bulk_create(users)
    return [Actor.of(user) for user in users]


def bring_to(cast: Cast, state: str, copy: LoanCopy, who: str = "resident", now: dt.datetime = NOW) -> Loan:
    """A loan of the resident in that state. Kept first, then handed out."""
    loan = services.reserve(actor=cast.actor(who), item_id=copy.item_id, now=now)
    if state in (LoanState.OUT, LoanState.RETURNED):
        loan = services.hand_over(actor=cast.actor("clerk"), loan_id=loan.pk, now=now)
    if state == LoanState.RETURNED:
        loan = services.return_(actor=cast.actor("clerk"), loan_id=loan.pk, now=now)
    if state == LoanState.CANCELLED:
        loan = services.cancel(actor=cast.actor(who), loan_id=loan.pk, now=now)
    if state == LoanState.LAPSED:
        assert services.lapse(loan_id=loan.pk, now=now + dt.timedelta(days=2))
        loan = Loan.objects.get(pk=loan.pk)
    assert loan.state == state
    return loan


def act(actor: Actor, loan_id: UUID, event: str, now: dt.datetime = NOW, **given: Any) -> Loan:
    fire: dict[str, Any] = {
        Event.HAND_OVER: services.hand_over,
        Event.RENEW: services.renew,
        Event.RETURN: services.return_,
        Event.CANCEL: services.cancel,
    }
    return fire[event](actor=actor, loan_id=loan_id, now=now, **given)
