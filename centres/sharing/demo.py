"""The demo's shelf in 文昌花园: kits, tools, twelve drifting books with their journeys; and a drive of the district."""

import datetime as dt
from typing import Any

from django.utils import timezone

from centres.rooms.queries import centre_of
from centres.sharing import giving, services
from centres.sharing.enums import ItemKind
from centres.sharing.models import CODE_LENGTH, CODE_LETTERS, LoanCopy, LoanItem
from centres.sharing.models_drive import Donation, DonationDrive
from centres.sharing.persons import of_account
from portal.accounts.actors import Actor
from portal.workbench.demo import Scene

LARGE, DISTRICT = "文昌花园社区", "槐荫区"
# (kind, name, what is in it, days, copies)
SHELF = (
    (ItemKind.KIT, "健康三件套", "血压计、血糖仪、体温计", 14, 3),
    (ItemKind.KIT, "文体三件套", "羽毛球拍、跳绳、象棋", 7, 2),
    (ItemKind.KIT, "便民三件套", "雨伞、针线盒、打气筒", 7, 3),
    (ItemKind.TOOL, "冲击电钻", "带一盒钻头，用前先问物业", 3, 1),
    (ItemKind.TOOL, "折叠梯", "两米，要两个人扶", 3, 1),
    (ItemKind.TOOL, "轮椅", "可折叠，后备箱放得下", 30, 2),
    (ItemKind.TOOL, "拐杖", "高低能调", 30, 2),
    (ItemKind.TOOL, "手推小车", "搬家、买菜都行", 3, 1),
)
BOOKS = (
    "城南旧事", "呼兰河传", "朝花夕拾", "边城", "骆驼祥子", "寄小读者",
    "小王子", "昆虫记", "平凡的世界", "唐诗三百首", "家常菜谱", "盆景入门",
)  # fmt: skip
READERS = ("resident", "neighbour", "volunteer", "org")
# Hands each of the first books went through; the last of them still has the first two.
JOURNEYS = (4, 2, 4, 3, 3, 1)
STILL_READ = 2


def load(scene: Scene) -> None:
    centre = centre_of(scene.place.get(LARGE))
    if centre is None:
        return
    shelf = _shelve(centre, scene)
    _lend(scene, shelf)
    _collect(scene)


def _shelve(centre: Any, scene: Scene) -> dict[str, list[LoanCopy]]:
    rows = [*SHELF, *((ItemKind.BOOK, f"《{title}》", "", 21, 1) for title in BOOKS)]
    items = [
        LoanItem(centre=centre, kind=kind, name=name, contents=what, loan_days=days, order=order)
        for order, (kind, name, what, days, _copies) in enumerate(rows)
    ]
    LoanItem.objects.bulk_create(items)
    chance = scene.rng("sharing")
    found: dict[str, list[LoanCopy]] = {}
    for item, (_kind, name, _what, _days, number) in zip(items, rows, strict=True):
        found[name] = [LoanCopy(item=item, label=f"{n + 1} 号", code=_code(chance)) for n in range(number)]
    LoanCopy.objects.bulk_create(copy for copies in found.values() for copy in copies)
    return found


def _code(chance: Any) -> str:
    return "".join(chance.choice(CODE_LETTERS) for _n in range(CODE_LENGTH))


def _lend(scene: Scene, shelf: dict[str, list[LoanCopy]]) -> None:
    """The neighbour is four days late with a kit, the resident has two things, and the drill is waited for."""
    clerk = scene.actor("clerk")

    def lend(name: str, who: str, days: float) -> None:
        person = of_account(scene.users[who])
        at = scene.now - dt.timedelta(days=days)
        services.lend(actor=clerk, copy_id=shelf[name][0].pk, on_behalf_of=person.id, now=at)

    # Those that came back first: nobody has more than three in hand.
    for position in reversed(range(len(JOURNEYS))):
        _travel(scene, clerk, shelf[f"《{BOOKS[position]}》"][0], position, JOURNEYS[position])
    lend("健康三件套", "neighbour", 18)
    lend("文体三件套", "resident", 6)
    lend("轮椅", "volunteer", 10)
    lend("冲击电钻", "org", 1)
    resident = scene.actor("resident")
    services.reserve(actor=resident, item_id=shelf["折叠梯"][0].item_id, now=scene.now - dt.timedelta(hours=3))
    services.wait(actor=scene.actor("neighbour"), item_id=shelf["冲击电钻"][0].item_id, now=scene.now)


def _travel(scene: Scene, clerk: Actor, copy: LoanCopy, position: int, hands: int) -> None:
    """From hand to hand, three weeks each; back to the shelf unless it is still being read."""
    reading = position < STILL_READ
    last = None
    for n in range(hands):
        who = READERS[(position + n) % len(READERS)]
        days = (hands - n - 1) * 24 + (9 if reading else 30)
        last = services.take_over(actor=scene.actor(who), code=copy.code, now=scene.now - dt.timedelta(days=days))
    if last is not None and not reading:
        services.return_(actor=clerk, loan_id=last.pk, now=scene.now - dt.timedelta(days=12))


# ---------------------------------------------------------------- the drive
def _collect(scene: Scene) -> None:
    """A drive of the whole district that runs now: ten thousand books and more from all its communities."""
    today = timezone.localtime(scene.now).date()
    drive = giving.open_drive(
        actor=scene.actor("district"),
        grid=scene.place[DISTRICT],
        title="4·23 捐书" if (today.month, today.day) in {(4, n) for n in range(10, 31)} else "一人一本捐书",
        purpose="捐来的书进各社区的城市书房，带上贴纸，就成了漂流书。",
        target=12_000,
        first_day=today - dt.timedelta(days=20),
        last_day=today + dt.timedelta(days=10),
        where="各社区党群服务中心一楼的书箱",
    )
    _count(scene, drive)
    clerk, place = scene.actor("clerk"), scene.place[LARGE]
    at = scene.now - dt.timedelta(hours=2)
    giving.record_donation(actor=clerk, drive_id=drive.pk, community=place, quantity=36, giver_name="孙老师", now=at)
    typed = giving.record_donation(
        actor=clerk, drive_id=drive.pk, community=place, quantity=120, now=at + dt.timedelta(minutes=20)
    )
    giving.correct(
        actor=clerk, donation_id=typed.pk, quantity=12, reason="多打了一个零", now=at + dt.timedelta(minutes=25)
    )
    giving.pledge(actor=scene.actor("resident"), drive_id=drive.pk, quantity=15, community=place, now=scene.now)
    giving.pledge(actor=scene.actor("volunteer"), drive_id=drive.pk, quantity=8, community=place, now=scene.now)


def _count(scene: Scene, drive: DonationDrive) -> None:
    """What stood in the boxes every few days, written at once: each took a form of its own."""
    chance = scene.rng("sharing.drive")
    by = scene.users["district"]
    places = sorted((one for one in scene.place.values() if one.level == "community"), key=lambda one: one.path)
    Donation.objects.bulk_create(
        Donation(
            drive=drive,
            community=place,
            quantity=chance.randint(90, 200),
            recorded_by=by,
            created_at=scene.now - dt.timedelta(days=day, hours=chance.randint(0, 6)),
        )
        for day in (18, 14, 9, 5)
        for place in {one.pk: one for one in places}.values()
    )
