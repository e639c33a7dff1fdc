"""The demo's wall: twelve slips that wait in 文昌花园, some on their way, and the 76 that came true in 沙河街."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from django.utils import timezone

from petitions.wishes import services
from petitions.wishes.enums import Event, Outcome, WishState
from petitions.wishes.models import Wish, WishClaim, WishRecord
from portal.accounts.actors import Actor
from portal.workbench.demo import Scene
from volunteers.service.queries import leader_of, team_called

LARGE, SHAHE = "文昌花园社区", "沙河街社区"
OPEN = (
    "想要一副老花镜，三百度，看报用。",
    "孩子想学吹笛子，缺一支旧笛子。",
    "想有人陪着下下象棋，下午都在家。",
    "手机不会挂号，想有人教一教。",
    "想借一辆轮椅，推老伴去看看河边的花。",
    "阳台的晾衣杆坏了，自己够不着。",
    "孙女喜欢看书，想要几本旧童话书。",
    "想学写毛笔字，缺一套文房四宝。",
    "收音机不响了，请会修的人看一看。",
    "走不远，想请人上门理个发。",
    "想要一床厚一点的旧棉被，冬天用。",
    "想把老照片扫到手机里，传给外地的孩子。",
)
REVIEW = ("想要一个放大镜，看药盒上的小字。", "想请人帮忙把旧沙发搬下楼。", "想找个会织毛衣的邻居，一起做手工。")
# What came true in 沙河街, by the projects of the story.
FULFILLED = (
    "窗子关不严，冬天前想修好。",
    "中午想吃口热饭，走不到食堂。",
    "想要一根结实的拐杖。",
    "孩子缺一盏护眼的台灯。",
    "水龙头一直滴水，想换个新的。",
    "想去医院复查，请人陪一趟。",
    "轮椅的刹车松了，想修一修。",
    "想理个发，过年见孩子。",
    "孩子的书包坏了，想要一个。",
    "想要一台二手缝纫机，做点零活。",
    "楼道的灯太暗，想换个亮的。",
    "想和老邻居们照张合影。",
)
CAME_TRUE = 76


@dataclass
class Hand:
    """Who writes, who looks, who helps."""

    resident: Actor
    worker: Actor
    secretary: Actor
    volunteer: Actor
    org: Actor


def load(scene: Scene) -> None:
    names = {"worker": "gridworker", "resident": "resident", "secretary": "secretary"}
    hand = Hand(
        **{role: scene.actor(name) for role, name in names.items()},
        volunteer=scene.actor("volunteer"),
        org=scene.actor("org"),
    )
    _waiting(scene, hand)
    _under_way(scene, hand)
    _came_true(scene)


def _write(scene: Scene, hand: Hand, text: str, days: float, *, own: bool = False) -> Wish:
    at = scene.now - timedelta(days=days)
    if own:
        user: Any = hand.resident.user
        given = {"consent": True, "contact_name": "林奶奶", "contact_phone": user.phone}
        return services.submit_wish(actor=hand.resident, grid=scene.place[LARGE], text=text, now=at, **given)
    place = scene.place[f"{LARGE}/第 1 网格"]
    return services.submit_wish(actor=hand.worker, grid=place, text=text, on_behalf=True, now=at)


def _hang(scene: Scene, hand: Hand, text: str, days: float, *, own: bool = False) -> Wish:
    wish = _write(scene, hand, text, days, own=own)
    return services.approve(actor=hand.secretary, wish_id=wish.pk, now=scene.now - timedelta(days=days - 0.2))


def _waiting(scene: Scene, hand: Hand) -> None:
    for number, text in enumerate(OPEN):
        _hang(scene, hand, text, 1.5 + 2 * number, own=text.startswith("想学写毛笔字"))
    for number, text in enumerate(REVIEW):
        _write(scene, hand, text, 0.2 + 0.3 * number)
    unclear = _write(scene, hand, "想要那个东西，上次说过的。", 2, own=True)
    services.act(
        actor=hand.secretary,
        wish_id=unclear.pk,
        event=Event.REQUEST_CHANGES,
        reason="请写明白是什么，好让人认领。",
        now=scene.now - timedelta(days=1),
    )


def _under_way(scene: Scene, hand: Hand) -> None:
    """One just claimed, one being done by a team, one by the organisation, one that waits for the resident's nod."""
    own = _hang(scene, hand, "药盒的字太小，想请人来帮我贴上大字。", 5, own=True)
    for event in (Event.CLAIM, Event.START, Event.HAND_IN):
        _help(scene, hand.volunteer, own, event, 0.4)
    fresh = _hang(scene, hand, "想要一盆好养的花，放在窗台上。", 3, own=True)
    _help(scene, hand.volunteer, fresh, Event.CLAIM, 0.3)
    repair = _hang(scene, hand, "电饭锅不热了，丢了可惜，想修一修。", 4)
    team = team_called(scene.place[LARGE].path, "修小家电队")
    leader = leader_of(team) if team else None
    if team and leader:
        actor = Actor.of(leader)
        services.claim(actor=actor, wish_id=repair.pk, capacity=f"team:{team.pk}", now=scene.now - timedelta(days=0.5))
        _help(scene, actor, repair, Event.START, 0.4)
    meals = _hang(scene, hand, "腿脚不便，这个月想请人送送午饭。", 4)
    _help(scene, hand.org, meals, Event.CLAIM, 0.6)
    mended = _hang(scene, hand, "窗子关不严，冬天前想修好。", 8, own=True)
    for event in (Event.CLAIM, Event.START, Event.HAND_IN):
        _help(scene, hand.volunteer, mended, event, 2)
    services.act(actor=hand.resident, wish_id=mended.pk, event=Event.CONFIRM, now=scene.now - timedelta(days=1))


def _help(scene: Scene, actor: Actor, wish: Wish, event: str, days: float) -> None:
    at = scene.now - timedelta(days=days)
    if event == Event.CLAIM:
        services.claim(actor=actor, wish_id=wish.pk, now=at)
    elif event == Event.HAND_IN:
        services.hand_in(actor=actor, wish_id=wish.pk, evidence="办好了，当面看过，挺满意。", now=at)
    else:
        services.act(actor=actor, wish_id=wish.pk, event=event, now=at)


def _came_true(scene: Scene) -> None:
    """The 76 of the story, as they stand after they are over: written at once, because each took five events."""
    team = team_called(scene.place[SHAHE].path, "小红兴志愿队（1队）")
    leader = leader_of(team) if team else None
    if team is None or leader is None:
        return
    wishes, claims, records = [], [], []
    for number, text in zip(range(CAME_TRUE), cycle(FULFILLED), strict=False):
        asked = scene.now - timedelta(days=20 + 4 * number)
        wish = _over(scene, text, asked)
        wishes.append(wish)
        claims.append(
            WishClaim(
                wish=wish,
                team_id=team.pk,
                claimed_by=leader,
                claimed_at=asked + timedelta(days=1),
                handed_in_at=asked + timedelta(days=4),
                evidence="办好了，当面看过。",
                ended_at=wish.closed_at,
                outcome=Outcome.FULFILLED,
            )
        )
        records += _records(scene, wish, leader, asked)
    Wish.objects.bulk_create(wishes)
    WishClaim.objects.bulk_create(claims)
    WishRecord.objects.bulk_create(records)


def _over(scene: Scene, text: str, asked: datetime) -> Wish:
    return Wish(
        ref=f"{services.PREFIX}{timezone.localtime(asked):%m%d}050",
        state=WishState.FULFILLED,
        version=6,
        grid=scene.place[SHAHE],
        written_by=scene.users["street"],
        text=text,
        wall_text=text,
        created_at=asked,
        opened_at=asked + timedelta(hours=20),
        closed_at=asked + timedelta(days=5),
    )


def _records(scene: Scene, wish: Wish, leader: Any, asked: datetime) -> list[WishRecord]:
    street = scene.users["street"]
    steps = (
        ("", Event.SUBMIT, WishState.IN_REVIEW, street, "desk_clerk", 0),
        (WishState.IN_REVIEW, Event.APPROVE, WishState.OPEN, street, "secretary", 0.8),
        (WishState.OPEN, Event.CLAIM, WishState.CLAIMED, leader, "team_leader", 1),
        (WishState.CLAIMED, Event.START, WishState.IN_PROGRESS, leader, "team_leader", 2),
        (WishState.IN_PROGRESS, Event.HAND_IN, WishState.TO_CONFIRM, leader, "team_leader", 4),
        (WishState.TO_CONFIRM, Event.CONFIRM, WishState.FULFILLED, street, "desk_clerk", 5),
    )
    return [
        WishRecord(
            subject=wish,
            version=version,
            from_state=before,
            event=event,
            to_state=after,
            actor=who,
            actor_role=role,
            at=asked + timedelta(days=days),
            data={"on_behalf": True} if event == Event.CONFIRM else {},
        )
        for version, (before, event, after, who, role, days) in enumerate(steps, start=1)
    ]
