"""Reading what a group wants: the group itself, and its lines. Refuses plainly before anything is written."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms.queries import rooms_of
from centres.training import words
from centres.training.enums import LineKind, Meal
from centres.training.models import CourseOffer, TrainingBase
from centres.training.models_order import OrderLine
from portal import phones
from portal.errors import Invalid, Refusal

MOST_PEOPLE = 500
MOST_DAYS = 31
MOST_LINES = 80
# Nobody plans further, and arithmetic on the year 9999 would not come back.
FURTHEST = dt.timedelta(days=366)
LONGEST = 12 * 60


class LineRefused(Refusal):
    """A line that cannot be ordered. `line`: its place in the list, from 0."""

    def __init__(self, message: str, *, code: str, line: int | None = None):
        super().__init__(message, code=code, line=line)


@dataclass(frozen=True)
class Group:
    """Who comes, how many, from when to when."""

    organisation: str
    contact_phone: str
    people: int
    first_day: dt.date
    last_day: dt.date
    wish: str = ""


@dataclass(frozen=True)
class LineWish:
    """One thing that is wanted. `minutes` counts for a meeting only: a course is as long as it is."""

    kind: str
    day: dt.date
    quantity: int
    course: UUID | None = None
    room: UUID | None = None
    start: dt.time | None = None
    minutes: int = 0
    meal: str = ""

    @classmethod
    def of(cls, line: OrderLine) -> "LineWish":
        start = timezone.localtime(line.starts_at).time() if line.starts_at else None
        return cls(line.kind, line.day, line.quantity, line.course_id, line.room_id, start, line.minutes, line.meal)


# ---------------------------------------------------------------- the group
def read_group(group: Group, now: dt.datetime, *, was: Group | None = None) -> Group:
    """The group in order, its telephone as E.164. Raises Invalid, by field. `was`: what stands already may stay."""
    errors: dict[str, list[str]] = {}
    organisation, wish = " ".join(group.organisation.split()), group.wish.strip()
    if not 2 <= len(organisation) <= 60:
        errors["organisation"] = [_("写单位的全名，两个字到六十个字。")]
    if len(wish) > 300:
        errors["wish"] = [_("短一点，三百个字以内。")]
    phone = group.contact_phone
    try:
        phone = phones.e164(phone)
    except phones.NotAPhone as error:
        errors["contact_phone"] = [str(error)]
    if not 1 <= group.people <= MOST_PEOPLE:
        errors["people"] = [_("一次 1 到 %(most)s 人。人更多，请分几批来。") % {"most": MOST_PEOPLE}]
    errors |= _read_days(group, timezone.localtime(now).date(), was)
    if errors:
        raise Invalid(errors=errors)
    return replace(group, organisation=organisation, contact_phone=phone, wish=wish)


def _read_days(group: Group, today: dt.date, was: Group | None) -> dict[str, list[str]]:
    if group.last_day < group.first_day:
        return {"last_day": [_("走的日子不能早于来的日子。")]}
    if group.first_day <= today and not (was and was.first_day == group.first_day):
        return {"first_day": [_("最早从明天起，好让基地准备。")]}
    if group.last_day > today + FURTHEST:
        return {"last_day": [_("太远了，现在只排一年以内的。")]}
    if (group.last_day - group.first_day).days >= MOST_DAYS:
        return {"last_day": [_("一次最多 %(n)s 天，再长请分成两次。") % {"n": MOST_DAYS}]}
    return {}


# ---------------------------------------------------------------- its lines
def read_lines(
    base: TrainingBase,
    group: Group,
    wishes: Sequence[LineWish],
    now: dt.datetime,
    *,
    kept: Collection[OrderLine] = (),
    may_be_none: bool = False,
) -> list[OrderLine]:
    """Unsaved lines for what is wanted. Two queries, however many.

    kept: lines that stand already; they keep their price, and may lie in the past. Raises LineRefused: NO_LINES,
    TOO_MANY_LINES, UNKNOWN, OUTSIDE_DAYS, PAST, TOO_MANY_PEOPLE, BEYOND_BASE, GROUP_SIZE, ROOM_TOO_SMALL, OFF_GRID,
    BAD_TIME, TWICE.
    """
    if not wishes and not may_be_none:
        raise LineRefused(_("还一项都没有，至少排一门课、一餐或一晚。"), code="NO_LINES")
    if len(wishes) > MOST_LINES:
        raise LineRefused(
            _("一张单最多 %(n)s 项，再多请分成两张。") % {"n": MOST_LINES}, code="TOO_MANY_LINES", line=MOST_LINES
        )
    reader = _Reader(base, group, now, {line.key: line for line in kept})
    return [reader.read(number, wish) for number, wish in enumerate(wishes)]


class _Reader:
    def __init__(self, base: TrainingBase, group: Group, now: dt.datetime, kept: dict[Any, OrderLine]):
        self.base, self.group, self.now, self.kept = base, group, now, kept
        self.rooms = {room.pk: room for room in rooms_of(base.centre)}
        # Not only those offered today: what an order has may have left the catalogue since.
        self.courses = {one.pk: one for one in CourseOffer.objects.filter(category__base=base)}
        self.seen: list[OrderLine] = []

    def read(self, number: int, wish: LineWish) -> OrderLine:
        self.number = number
        if wish.kind not in LineKind.values or (wish.kind == LineKind.MEAL and wish.meal not in Meal.values):
            raise self._no("UNKNOWN", _("这一项看不懂，请重新选。"))
        line = OrderLine(kind=wish.kind, day=wish.day, quantity=wish.quantity)
        if wish.kind in (LineKind.COURSE, LineKind.ROOM):
            self._read_room(line, wish)
        elif wish.kind == LineKind.MEAL:
            line.meal, line.unit_fen = wish.meal, self.base.meal_fen(wish.meal)
        else:
            line.unit_fen = self.base.bed_fen
        known = self.kept.get(line.key)
        if known is not None:
            line.unit_fen = known.unit_fen
        self._check_day(line)
        self._check_many(line)
        if line.takes_room:
            self._check_time(line, wish, is_known=known is not None)
        elif known is None and line.day < timezone.localtime(self.now).date():
            raise self._no("PAST", _("%(line)s：这一天已经过去了。") % {"line": words.spoken(line)})
        self._check_twice(line)
        self.seen.append(line)
        return line

    def _no(self, code: str, message: str) -> LineRefused:
        return LineRefused(message, code=code, line=self.number)

    def _read_room(self, line: OrderLine, wish: LineWish) -> None:
        room = self.rooms.get(wish.room) if wish.room else None
        if room is None or not room.needs_booking:
            raise self._no("UNKNOWN", _("请选一间房。"))
        if wish.start is None:
            raise self._no("BAD_TIME", _("请选几点开始。"))
        minutes = wish.minutes
        if wish.kind == LineKind.COURSE:
            course = self.courses.get(wish.course) if wish.course else None
            if course is None:
                raise self._no("UNKNOWN", _("请选一门课。"))
            line.course, line.unit_fen, minutes = course, course.price_fen, course.minutes
        if not 15 <= minutes <= LONGEST:
            raise self._no("BAD_TIME", _("时间从一刻钟到十二小时。"))
        line.room = room
        # Far away dates are refused below; made local here they would overflow.
        if wish.day.year < 9000:
            line.starts_at = timezone.make_aware(dt.datetime.combine(wish.day, wish.start))
            line.ends_at = line.starts_at + dt.timedelta(minutes=minutes)
        if wish.kind == LineKind.ROOM:
            line.unit_fen = self.base.room_hour_fen * minutes // 60

    def _check_day(self, line: OrderLine) -> None:
        first, last = self.group.first_day, self.group.last_day
        if line.kind == LineKind.LODGING:
            if not first <= line.day < last:
                said = _("住宿只能在来的那天到走的前一晚之间，%(day)s这晚不在里面。")
                raise self._no("OUTSIDE_DAYS", said % {"day": words.day(line.day)})
        elif not first <= line.day <= last:
            raise self._no("OUTSIDE_DAYS", _("%(day)s不在你们来的日子里。") % {"day": words.day(line.day)})

    def _check_many(self, line: OrderLine) -> None:
        said = {"line": words.spoken(line), "people": self.group.people, "many": words.quantity_of(line)}
        if line.quantity < 1:
            raise self._no("TOO_MANY_PEOPLE", _("%(line)s：至少要有一个。") % said)
        if line.quantity > self.group.people:
            message = _("%(line)s：要了 %(many)s，可你们一共来 %(people)s 人。") % said
            raise self._no("TOO_MANY_PEOPLE", message)
        most = {LineKind.LODGING: self.base.beds, LineKind.MEAL: self.base.seats_per_meal}.get(LineKind(line.kind))
        if most is not None and line.quantity > most:
            message = _("%(line)s：要了 %(many)s，基地一共只有 %(most)s。")
            message %= said | {"most": words.many(line.kind, most)}
            raise self._no("BEYOND_BASE", message)
        if line.room is not None and line.room.capacity and line.quantity > line.room.capacity:
            message = _("%(line)s：这间坐得下 %(most)s 人。") % (said | {"most": line.room.capacity})
            raise self._no("ROOM_TOO_SMALL", message)
        course = line.course if line.kind == LineKind.COURSE else None
        if course is not None and not course.min_group <= line.quantity <= course.max_group:
            message = _("%(line)s：这门课 %(least)s 到 %(most)s 人开班。")
            said |= {"least": course.min_group, "most": course.max_group}
            raise self._no("GROUP_SIZE", message % said)

    def _check_time(self, line: OrderLine, wish: LineWish, *, is_known: bool) -> None:
        assert line.starts_at is not None and line.ends_at is not None  # noqa: PT018 (both or neither)
        said = {"line": words.spoken(line)}
        if any(moment.minute % 15 or moment.second for moment in (line.starts_at, line.ends_at)):
            raise self._no("OFF_GRID", _("%(line)s：开始请选整刻，像 9:00、9:15。") % said)
        if timezone.localtime(line.ends_at).date() != line.day:
            raise self._no("BAD_TIME", _("%(line)s：太晚了，要在当天结束。") % said)
        if not is_known and line.starts_at <= self.now:
            raise self._no("PAST", _("%(line)s：这个时间已经过去了。") % said)

    def _check_twice(self, line: OrderLine) -> None:
        for other in self.seen:
            said = {"line": words.spoken(line), "other": words.spoken(other)}
            if other.key == line.key:
                raise self._no("TWICE", _("%(line)s：已经排过了。") % said)
            if line.room is None or other.room_id != line.room_id or other.day != line.day:
                continue
            assert line.starts_at and line.ends_at and other.starts_at and other.ends_at  # noqa: PT018 (rooms have times)
            if line.starts_at < other.ends_at and other.starts_at < line.ends_at:
                raise self._no("TWICE", _("%(line)s：和 %(other)s 撞在同一间了。") % said)
