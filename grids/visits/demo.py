"""The demo's visits: a round that has run for four weeks, today's nine doors, promises made at some of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from grids.postings.queries import below
from grids.registry.queries import doors
from grids.visits.entry import ErrandEntry, PromiseEntry, VisitEntry
from grids.visits.enums import Outcome, PartOfDay, Purpose
from grids.visits.errands import ask_errand
from grids.visits.materials import add_material
from grids.visits.models import Visit, VisitRound
from grids.visits.models_errands import PolicyMaterial
from grids.visits.notes import write_note
from grids.visits.objections import object_to
from grids.visits.rules import ASKERS
from grids.visits.services import keep_promise, log_visit, move_promise, open_round
from grids.visits.signs import put_up_sign
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.rows import uuid7
from portal.workbench.demo import Scene

if TYPE_CHECKING:
    from grids.registry.models import Household

HOME = "文昌花园社区"
DAYS_RUN, DAYS_LEFT, PER_DAY = 26, 20, 9
PURPOSES = (Purpose.PUBLICITY, Purpose.INFORMATION)
TODAY = ("5-1-201", "5-1-202", "5-1-203", "5-1-204")
# Door → what was promised, how many days ago, due in how many days (negative: past), kept?
PROMISED: dict[str, tuple[str, int, int, bool]] = {
    "5-1-301": ("带助浴申请表来", 7, 0, False),
    "3-2-101": ("问清助餐几点送，回个话", 5, 1, False),
    "1-1-402": ("把老年卡的回执送来", 9, -2, False),
    "2-1-601": ("请物业看看楼道灯", 12, -5, True),
}
MISSED = {"2-1-302": Outcome.NOT_HOME, "4-2-501": Outcome.DECLINED}
NOTES = ("", "", "", "", "送了助餐点的单子", "问了暖气，正常", "想知道书房几点开", "门禁不灵，已经告诉物业")
QUIET = "5-1-304"
LEAFLETS = (
    ("家庭教育促进法小册子", "怎么陪、怎么管，社区有课", 120),
    ("助餐点的单子", "几点送、怎么订、找谁", 60),
    ("居民医保缴费说明", "今年交多少、到哪天", 30),
)
ERRANDS = (
    ("department", "5-1-301", "请看一眼阳台雨棚牢不牢", 5),
    ("clerk", "5-1-301", "把高龄补贴的回执捎去", 3),
    ("clerk", "2-1-601", "把老年卡的收条捎去", 2),
)
NOTES_OF_DAYS = (
    (1, "陪两位老人去窗口办老年卡", 4),
    (2, "和物业一起看了三个单元的楼道灯", 3),
    (3, "给五户送助餐点的单子，接了几个电话", 4),
)
ELSEWHERE = (
    ("问清居住证要带什么", 0),
    ("带一份医保缴费的说明来", 2),
    ("陪着去窗口办代办", 1),
    ("约好时间看看阳台漏水", -1),
    ("把暑托班的报名表送来", 3),
)


def load(scene: Scene) -> None:
    today = timezone.localdate(scene.now)
    current = open_round(
        actor=scene.actor("secretary"),
        grid=scene.place[HOME],
        name="入户走一遍",
        starts_on=today - timedelta(days=DAYS_RUN),
        ends_on=today + timedelta(days=DAYS_LEFT),
        purposes=tuple(code.value for code in PURPOSES),
        per_day=PER_DAY,
    )
    worker = scene.actor("gridworker")
    own = {door.code: door for door in _doors_of(worker)}
    _promised(scene, worker, own)
    _in_the_own_grid(scene, current, worker, own)
    _today(scene, worker, own)
    _elsewhere(scene, current)
    _handed_in_late(scene)
    _at_the_doors(scene, worker, own)


def _at_the_doors(scene: Scene, worker: Actor, own: "dict[str, Household]") -> None:
    """What stands on doors, what was objected to, errands of others, leaflets, notes of one's own day."""
    today, clerk = timezone.localdate(scene.now), scene.actor("clerk")
    leaflets = [
        add_material(
            actor=clerk, grid=scene.place[HOME], title=title, about=about, review_on=today + timedelta(days=days)
        )
        for title, about, days in LEAFLETS
    ]
    # One that is due to be looked at again.
    PolicyMaterial.objects.filter(pk=leaflets[-1].pk).update(review_on=today - timedelta(days=3))
    put_up_sign(actor=worker, household_id=own[QUIET].pk, quiet_from=today, quiet_until=today + timedelta(days=12))
    put_up_sign(actor=worker, household_id=own["5-1-303"].pk, likes=[PartOfDay.EVENING.value])
    home = scene.residents["resident"].household
    put_up_sign(actor=scene.actor("resident"), household_id=home.pk, likes=[PartOfDay.AFTERNOON.value])
    note = "问了书房几点开；家里有两位老人"
    due_on = today + timedelta(days=1)
    seen = _knock(
        worker,
        home,
        _at(scene, 4, 15),
        note=note,
        materials=(leaflets[0].pk,),
        promises=(PromiseEntry("把书房的开门时间抄一份送来", due_on),),
    )
    move_promise(
        actor=worker,
        promise_id=seen.promises.get().pk,
        due_on=due_on + timedelta(days=3),
        reason="书房下周改时间，改定了再送",
    )
    object_to(actor=scene.actor("resident"), visit_id=seen.pk, text="家里只有一位老人")
    asked = [
        ask_errand(
            actor=scene.actor(who),
            asker_id=scene.actor(who).reach.grid_ids(*ASKERS)[0],
            place=scene.place[HOME].code,
            code=code,
            text=text,
            until=today + timedelta(days=days),
        )
        for who, code, text, days in ERRANDS
    ]
    ticked = ErrandEntry(asked[-1].pk, "送到了，老人签了收条")
    _knock(worker, own["2-1-601"], _at(scene, 0, 9), errands=(ticked,), materials=(leaflets[1].pk,))
    for days, text, half_hours in NOTES_OF_DAYS:
        write_note(actor=worker, day=today - timedelta(days=days), text=text, half_hours=half_hours)


def _doors_of(actor: Actor) -> "list[Household]":
    return list(doors(actor.reach, Role.GRID_WORKER).select_related("building"))


def _at(scene: Scene, days_ago: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of that day, in the morning or the afternoon; for today one that has passed."""
    day = timezone.localtime(scene.now) - timedelta(days=days_ago)
    return min(day.replace(hour=hour, minute=minute, second=0), scene.now)


def _knock(actor: Actor, door: "Household", at: datetime, outcome: str = Outcome.MET, **more: Any) -> Visit:
    purposes = tuple(code.value for code in PURPOSES)
    entry = VisitEntry(household_id=door.pk, outcome=outcome, visited_at=at, purposes=purposes, **more)
    return log_visit(actor=actor, visit_id=uuid7(), entry=entry).visit


def _promised(scene: Scene, worker: Actor, own: "dict[str, Household]") -> None:
    for code, (text, ago, due, kept) in PROMISED.items():
        due_on = timezone.localdate(scene.now) + timedelta(days=due)
        # Before this round: a door that waits for a promise is still one of the round's.
        visit = _knock(worker, own[code], _at(scene, ago + DAYS_RUN), promises=(PromiseEntry(text, due_on),))
        if kept:
            keep_promise(actor=worker, promise_id=visit.promises.get().pk, note="换好了")


def _in_the_own_grid(scene: Scene, current: VisitRound, worker: Actor, own: "dict[str, Household]") -> None:
    """The four weeks so far: everything up to the doors of today, two of them without luck."""
    rng = scene.rng("visits")
    before = list(own.values())
    before = before[: next(at for at, door in enumerate(before) if door.code == TODAY[0])]
    plan = []
    for number, door in enumerate(before):
        ago = max(1, DAYS_RUN - number // PER_DAY)
        plan.append(
            (door, _at(scene, ago, 9 + number % PER_DAY, rng.randrange(60)), MISSED.get(door.code, Outcome.MET))
        )
    _write(current, worker.user, plan, rng)


def _today(scene: Scene, worker: Actor, own: "dict[str, Household]") -> None:
    morning = timezone.localtime(scene.now).replace(hour=0, minute=0, second=0)
    outcomes = (Outcome.MET, Outcome.MET, Outcome.NOT_HOME, Outcome.MET)
    for number, (code, outcome) in enumerate(zip(TODAY, outcomes, strict=True)):
        at = max(morning, scene.now - timedelta(minutes=70 - 12 * number))
        _knock(worker, own[code], at, outcome, note="送了助餐点的单子" if number == 1 else "")


def _elsewhere(scene: Scene, current: VisitRound) -> None:
    """The other grids of the community: each its worker, some sixty doors, one promise."""
    rng = scene.rng("visits-elsewhere")
    postings = below(path=scene.place[HOME].path, roles=(Role.GRID_WORKER,), at=scene.now)
    others = [one for one in postings if one.user_id != scene.users["gridworker"].pk and not one.stands_in_for_id]
    for number, posting in enumerate(others):
        actor = Actor.of(posting.user)
        own = _doors_of(actor)
        plan = []
        for at, door in enumerate(own[: 50 + rng.randrange(20)]):
            ago = max(0, DAYS_RUN - at // 3)
            when = _at(scene, ago, 9 + at % 8, rng.randrange(60)) if ago else scene.now - timedelta(minutes=30 + at)
            outcome = rng.choices((Outcome.MET, Outcome.NOT_HOME, Outcome.DECLINED), (8, 2, 1))[0]
            plan.append((door, when, outcome))
        _write(current, posting.user, plan, rng)
        text, due = ELSEWHERE[number % len(ELSEWHERE)]
        promise = PromiseEntry(text, timezone.localdate(scene.now) + timedelta(days=due))
        _knock(actor, own[-1], _at(scene, 4 + number % 3, 15), promises=(promise,))


def _handed_in_late(scene: Scene) -> None:
    """Somebody whose posting ended two days ago, and who knocked once more yesterday."""
    left = User.objects.get(username="worker-left")
    home = next(doors(scene.actor("secretary").reach, path=scene.place[f"{HOME}/第 2 网格"].path).iterator())
    _knock(Actor.of(left), home, _at(scene, 1, 16), note="在外面没有信号，今天才传上来")


def _write(current: VisitRound, worker: User | None, plan: Sequence[tuple[Any, datetime, str]], rng: Random) -> None:
    Visit.objects.bulk_create(_rows(current, worker, plan, rng), batch_size=1000)


def _rows(
    current: VisitRound, worker: User | None, plan: Sequence[tuple[Any, datetime, str]], rng: Random
) -> Iterator[Visit]:
    purposes = tuple(code.value for code in PURPOSES)
    for door, at, outcome in plan:
        note = rng.choice(NOTES) if outcome == Outcome.MET else ""
        entry = VisitEntry(household_id=door.pk, outcome=outcome, visited_at=at, purposes=purposes, note=note)
        yield Visit(
            household=door,
            round=current,
            worker=worker,
            purposes=list(purposes),
            outcome=outcome,
            visited_at=at,
            note=note,
            digest=entry.digest,
            created_at=at + timedelta(seconds=20),
        )
