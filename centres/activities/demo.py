"""The demo's activities: what the stories name, for two weeks, planned yesterday; and who takes part."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from centres.activities import attendance, enrolling, pickup, planning, services, steps
from centres.activities.enrolling import Child
from centres.activities.enums import Kind, Mode
from centres.activities.models import Activity, Session
from centres.activities.planning import Plan
from centres.rooms.models import Centre, Room
from grids.registry.models import Resident
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.accounts.reach import Reach, Scope
from portal.errors import Refusal
from portal.workbench.demo import Scene

LARGE = "文昌花园社区"
AHEAD = dt.timedelta(days=13)
ONE_DAY = dt.timedelta(days=1)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WORKING: tuple[int, ...] = ()


@dataclass(frozen=True)
class A:
    """An activity to put on. at: (weekdays or WORKING, from, to); room: None where it is in no room of ours."""

    title: str
    kind: str
    about: str
    capacity: int
    at: tuple[tuple[tuple[int, ...], str, str], ...]
    room: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


EACH = {"enrols": "session"}
PUPILS = {"min_age": 6, "max_age": 12, "needs_pickup": True}

WENCHANG = (
    A("四点半课堂", Kind.AFTER_SCHOOL, "放学到下班这两小时，写作业、下棋、读绘本，老师和志愿者陪着。", 20,
      ((WORKING, "16:30", "18:30"),), "二楼教室",
      PUPILS | {"bring": "作业、水杯", "provider": "社区和大学生志愿者"}),
    A("书法课", Kind.COURSE, "从横竖撇捺学起，笔墨纸张都有。", 8, (((TUE, THU), "14:00", "15:00"),), "书画室",
      {"gives_certificate": True, "provider": "老年大学"}),
    A("周末影吧", Kind.FILM, "老片子、新片子轮着放，带上家里人来。", 60,
      (((FRI,), "18:30", "20:30"), ((SAT, SUN), "15:00", "17:00")), "大厅（整间）", EACH),
    A("义诊", Kind.CLINIC, "量血压、测血糖，看看老毛病，医生慢慢说。", 30, (((WED,), "09:00", "11:30"),), "大厅东半",
      EACH | {"bring": "平时吃的药", "provider": "区医院"}),
    A("义剪", Kind.HAIRCUT, "师傅义务剪发，走不动的可以说一声，上门剪。", 12, (((FRI,), "14:00", "16:30"),), "大厅西半",
      EACH | {"provider": "理发店的师傅们"}),
    A("读书会", Kind.READING, "一人读一段，说说心里话，不会读的来听。", 14, (((SAT,), "14:30", "16:00"),), "睦邻会馆",
      EACH | {"bring": "想读的书"}),
    A("日托班", Kind.DAYCARE, "三岁以下的小娃娃，白天有老师带，中午有饭有觉。", 30,
      ((WORKING, "08:30", "17:30"),), None,
      {"max_age": 3, "needs_pickup": True, "place": "一楼托育园", "fee_fen": 3000, "fee_note": "一天，含餐，在园里交"}),
    A("小哥食堂", Kind.MEAL, "送餐送件的小哥中午来吃口热的，家门口的长辈也欢迎。", 60,
      (((MON, TUE, WED, THU, FRI, SAT), "11:00", "13:00"),), None,
      EACH | {"place": "一楼食堂", "fee_fen": 1200, "fee_note": "两荤一素，在食堂付"}),
    A("护河志愿行", Kind.VOLUNTEERING, "沿河走一圈，捡一袋垃圾，认认水鸟。", 25, (((SUN,), "09:30", "11:00"),), None,
      EACH | {"place": "文昌河边，桥头集合", "bring": "帽子、水"}),
)  # fmt: skip

# What the other stories name; a week of it.
NAMED: dict[str, tuple[A, ...]] = {
    "花园社区": (
        A("红色影院", Kind.FILM, "周末一场老电影，看完聊一聊。", 36, (((SAT,), "15:00", "17:00"),), "观影室", EACH),
    ),
    "育才路社区": (
        A("翰墨课", Kind.COURSE, "雅心翰墨轩的毛笔课，零起点。", 12, (((TUE,), "15:00", "16:30"),), "雅心翰墨轩"),
    ),
    "东大街社区": (
        A("四点半教室", Kind.AFTER_SCHOOL, "放学不用一个人在家，来写作业。", 20, (((MON, WED), "16:30", "18:30"),),
          "四点半教室", PUPILS),
        A("影吧", Kind.FILM, "周末两场，一场给孩子，一场给大人。", 30, (((SAT,), "14:00", "16:00"),), "影吧", EACH),
    ),
    "合水东路社区": (
        A("跃动课", Kind.COURSE, "拉伸、八段锦，站着坐着都能做。", 16, (((THU,), "09:30", "10:30"),), "跃动吧"),
    ),
    "沙河街社区": (
        A("义演排练", Kind.SHOW, "重阳、元旦的节目，缺人手，会一点就来。", 15, (((FRI,), "15:00", "17:00"),), "排练室",
          EACH),
    ),
    "南山社区": (
        A("乒乓球课", Kind.COURSE, "从握拍学起，拍子这里有。", 8, (((SAT,), "09:30", "11:00"),), "乒乓球室"),
    ),
}  # fmt: skip
CHILDREN = ("小满", "小暑", "豆豆", "安安", "童童", "果果")


def load(scene: Scene) -> None:
    today = timezone.localtime(scene.now).date()
    # Planned before the first of them began, as the rooms' own classes are.
    earlier = _at(today - ONE_DAY, "09:30")
    centres = {centre.grid_id: centre for centre in Centre.objects.select_related("grid")}
    for name, wanted in {LARGE: WENCHANG, **NAMED}.items():
        place = scene.place.get(name)
        if place is None:
            continue
        keeper = _keeper(scene, place)
        last = today + (AHEAD if name == LARGE else dt.timedelta(days=6))
        rooms = {room.name: room.pk for room in Room.objects.filter(centre=centres[place.pk])}
        for one in wanted:
            _put_on(keeper, centres[place.pk], rooms, one, today, last, earlier)
    _holiday_care(scene, centres[scene.place[LARGE].pk], today, earlier)
    _take_part(scene, earlier)
    _finished(scene, centres[scene.place[LARGE].pk], today)


def _keeper(scene: Scene, place: Any) -> Actor:
    """The secretary, as if of this community: only the large one has people who sign in."""
    user = scene.users["secretary"]
    return Actor(user=user, reach=Reach((Scope(Role.SECRETARY, place.path, place.pk),), user.pk))


def _put_on(
    keeper: Actor,
    centre: Centre,
    rooms: dict[str, UUID],
    one: A,
    first: dt.date,
    last: dt.date,
    now: dt.datetime,
    *,
    publish: bool = True,
) -> Activity | None:
    made = services.create_activity(
        actor=keeper,
        centre=centre.pk,
        title=one.title,
        kind=one.kind,
        about=one.about,
        capacity=one.capacity,
        **({"closes_at": _at(last + ONE_DAY, "00:00")} if "enrols" not in one.fields else {}),
        **one.fields,
    )
    for weekdays, start, end in one.at:
        plan = Plan(
            first=first,
            last=last,
            start=dt.time.fromisoformat(start),
            end=dt.time.fromisoformat(end),
            weekdays=frozenset(weekdays),
            working_days=not weekdays,
            room=rooms[one.room] if one.room else None,
        )
        try:
            planning.carry_out(actor=keeper, activity_id=made.pk, plan=plan, mode=Mode.SKIP, now=now)
        except Refusal:
            continue  # a fortnight of holidays: no such day, or no day that works
    if publish and made.sessions.standing().exists():
        return services.publish(actor=keeper, activity_id=made.pk, now=now)
    return None


def _holiday_care(scene: Scene, centre: Centre, today: dt.date, now: dt.datetime) -> None:
    """爱“新”: the next school holidays that are at least a week away."""
    starts = [(dt.date(year, *day), name) for year in (today.year, today.year + 1) for day, name in HOLIDAYS]
    first, name = min((start, name) for start, name in starts if start > today + dt.timedelta(days=7))
    care = A(
        f"爱“新”{name}", Kind.SUMMER_CARE, "放假了，上午写作业，下午做手工、认社区，有老师有志愿者。", 24,
        ((WORKING, "08:30", "11:30"),), "二楼教室", PUPILS | {"bring": "作业、水杯", "fee_note": "不要钱，午饭自带"},
    )  # fmt: skip
    rooms = {room.name: room.pk for room in Room.objects.filter(centre=centre)}
    keeper = _keeper(scene, scene.place[LARGE])
    _put_on(keeper, centre, rooms, care, first, first + dt.timedelta(days=4), now)


HOLIDAYS = (((1, 25), "寒托班"), ((7, 6), "暑托班"))


def _take_part(scene: Scene, earlier: dt.datetime) -> None:
    """The calligraphy class is full and has a line; the neighbour has just been offered a seat in it."""
    clerk = scene.actor("clerk", channel="desk")
    ours = {one.title: one for one in Activity.objects.published().filter(centre__grid=scene.place[LARGE])}
    people = list(
        Resident.objects.under(scene.place[LARGE].path).filter(phone__isnull=False, user=None).order_by("sort_key")[:20]
    )
    if course := ours.get("书法课"):
        seated = [_enrol(clerk, course, earlier, on_behalf_of=one.pk) for one in people[: course.capacity]]
        _enrol(scene.actor("neighbour"), course, earlier)
        for one in people[course.capacity : course.capacity + 2]:
            _enrol(clerk, course, earlier, on_behalf_of=one.pk)
        if seated and seated[0] is not None:
            enrolling.withdraw(actor=clerk, enrolment_id=seated[0].pk, now=scene.now)
    if school := ours.get("四点半课堂"):
        first = _enrol(
            scene.actor("resident"), school, earlier, child=Child(CHILDREN[0], consent=True), born=_born(9, scene)
        )
        for one, name in zip(people[10:], CHILDREN[1:], strict=False):
            _enrol(clerk, school, earlier, on_behalf_of=one.pk, child=Child(name, consent=True), born=_born(8, scene))
        if first is not None:
            pickup.name_person(
                actor=scene.actor("resident"),
                enrolment_id=first.pk,
                name="周桂芳",
                phone="13800009021",
                relation="奶奶",
            )
            if session := pickup.session_of_today(first, scene.now):
                pickup.issue(enrolment=first, session=session)
    for who, title in (("resident", "义诊"), ("volunteer", "读书会"), ("volunteer", "护河志愿行"), ("org", "周末影吧")):
        if activity := ours.get(title):
            _enrol(scene.actor(who), activity, scene.now)


def _enrol(actor: Actor, activity: Activity, now: dt.datetime, **given: Any) -> Any:
    session = None
    if activity.by_session:
        session = activity.sessions.standing().filter(starts_at__gt=now).first()
    try:
        return enrolling.enrol(
            actor=actor, activity_id=activity.pk, session_id=session.pk if session else None, now=now, **given
        )
    except Refusal:
        return None


def _finished(scene: Scene, centre: Centre, today: dt.date) -> None:
    """A short course that ended two weeks ago: the resident has its certificate."""
    first = today - dt.timedelta(days=18)
    phones = A(
        "手机课", Kind.COURSE, "挂号、交费、视频，一样一样教到会。", 10, (((*range(7),), "15:00", "16:30"),), None,
        {"gives_certificate": True, "place": "一楼阅览室", "provider": "青年志愿者"},
    )  # fmt: skip
    keeper, clerk, now = _keeper(scene, scene.place[LARGE]), scene.actor("clerk"), _at(first - ONE_DAY, "09:00")
    course = _put_on(keeper, centre, {}, phones, first, first + dt.timedelta(days=2), now)
    enrolment = _enrol(scene.actor("resident"), course, now) if course is not None else None
    if course is None or enrolment is None:
        return
    sessions: list[Session] = list(course.sessions.standing())
    for session in sessions:
        attendance.arrive(actor=clerk, session_id=session.pk, enrolment_id=enrolment.pk, now=session.starts_at)
    steps.end(session_id=sessions[-1].pk, now=sessions[-1].ends_at)
    steps.certify(session_id=sessions[-1].pk, now=sessions[-1].ends_at + ONE_DAY)


def _born(age: int, scene: Scene) -> dt.date:
    today = timezone.localtime(scene.now).date()
    return dt.date(today.year - age - 1, 12, 1) if today.month < 12 else dt.date(today.year - age, 1, 1)


def _at(day: dt.date, clock: str) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.fromisoformat(clock)))
