"""Who looked at one's data, when and why: the trail, in words. Staff by role and place, never by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, DateField, F, Max, Q, QuerySet, When
from django.db.models.functions import TruncDate, TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.audit import queries as trail
from portal.privacy.declarations import declaration, declarations
from portal.privacy.held import is_for
from portal.privacy.subjects import Subject, places_of
from portal.stored import read

# Verbs that show what is otherwise masked, or hand it out. The rest of the lines are acts.
SEEN = {
    "registry.reveal": gettext_lazy("看了您的%(what)s"),
    "case.reveal": gettext_lazy("看了您的%(what)s"),
    "case.open": gettext_lazy("打开了您限制查看的诉求"),
    "case.print_slip": gettext_lazy("替您补印了回单"),
    "case.call": gettext_lazy("给您打了回访电话"),
    "training.reveal": gettext_lazy("看了您的%(what)s"),
    "wish.contact": gettext_lazy("看了您心愿上的联系方式"),
    "care.look": gettext_lazy("看了您的%(what)s"),
    "privacy.print": gettext_lazy("打印了您的全部信息"),
    "privacy.look": gettext_lazy("看了您的%(what)s"),
    "export.built": gettext_lazy("导出了一份有您的名册：%(what)s"),
}
ACTS = {
    "registry.link": gettext_lazy("确认了您的账号"),
    "registry.unlink": gettext_lazy("解除了您的账号"),
    "privacy.consent": gettext_lazy("记下了您的授权"),
    "privacy.withdraw": gettext_lazy("记下您撤回了授权"),
    "privacy.expire": gettext_lazy("一项授权到期了"),
    "privacy.close": gettext_lazy("事情了结，一项授权跟着结束了"),
    "privacy.resume": gettext_lazy("事情接着办，一项授权照旧有效"),
    "erasure.ask": gettext_lazy("替您请求删除"),
    "erasure.grant": gettext_lazy("同意了您的删除请求"),
    "erasure.refuse": gettext_lazy("没有同意您的删除请求"),
    "erasure.done": gettext_lazy("删除了您的信息"),
}
# The first part of a verb is the room: a line that nobody has worded yet still says what it was about.
ROOMS = {
    "registry": gettext_lazy("改动了您的登记"),
    "correction": gettext_lazy("处理了您请求的更正"),
    "case": gettext_lazy("办理了您的诉求"),
    "wish": gettext_lazy("办理了您的心愿"),
    "booking": gettext_lazy("办理了您的预约"),
    "waitlist": gettext_lazy("办理了您的候补"),
    "enrolment": gettext_lazy("办理了您的报名"),
    "attendance": gettext_lazy("记下了签到"),
    "certificate": gettext_lazy("发了您的结业证"),
    "pickup": gettext_lazy("办理了接送"),
    "loan": gettext_lazy("办理了您借的东西"),
    "drive": gettext_lazy("记下了您捐的东西"),
    "team": gettext_lazy("办理了志愿队的事"),
    "volunteer": gettext_lazy("办理了志愿服务的事"),
    "visit": gettext_lazy("记下了到您家的走访"),
    "care": gettext_lazy("办理了关爱的事"),
    "account": gettext_lazy("改动了您的账号"),
    "training": gettext_lazy("办理了您订的培训"),
}


HALF_YEAR = timedelta(days=183)
# What the trail calls those who came without an account: on a reporter's slip, or as a passer-by.
NO_ACCOUNT = {"slip": gettext_lazy("拿着回单的人"), "anyone": gettext_lazy("没有登录的人")}


@dataclass(frozen=True)
class Look:
    """One line of the trail, as a file to take along has it."""

    at: datetime
    what: str
    who: str
    why: str
    seen: bool


@dataclass(frozen=True)
class Group:
    """What one person did with the same thing for the same reason on one day: one line, with every time."""

    day: date
    what: str
    who: str
    why: str
    seen: bool
    # The newest first, never empty.
    times: list[datetime] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.times[0]

    @property
    def minutes(self) -> list[tuple[datetime, int]]:
        """Each minute of the clock, with how many times fell into it."""
        found: dict[datetime, int] = {}
        for one in self.times:
            minute = one.replace(second=0, microsecond=0)
            found[minute] = found.get(minute, 0) + 1
        return list(found.items())


@dataclass(frozen=True)
class Month:
    """lines: how many the trail has of that month; `groups` may be the newest of them only."""

    first: date
    lines: int
    groups: list[Group]

    @property
    def name(self) -> str:
        """As an address says it: 2026-11."""
        return f"{self.first:%Y-%m}"

    @property
    def left_out(self) -> int:
        return self.lines - sum(len(one.times) for one in self.groups)


@dataclass(frozen=True)
class HalfYear:
    """How many came and how often. Those without an account count as one: the trail cannot tell them apart."""

    people: int
    lines: int
    # Of the lines: what is otherwise masked, or everything, was opened.
    seen: int


def of_subject(subject: Subject, *, reader: Actor | None = None) -> QuerySet[Any]:
    """Lines of other people about them, the newest first. reader: as of held.rooms."""
    found = trail.about(subject.ids, but_by=subject.account_id)
    closed = [one.label.lower() for one in declarations() if not is_for(reader, subject, one.only)]
    return found.exclude(actor_role="system").exclude(object_type__in=closed)


def half_year(found: QuerySet[Any], now: datetime) -> HalfYear:
    said = found.filter(at__gt=now - HALF_YEAR).aggregate(
        people=Count("actor_id", distinct=True),
        lines=Count("pk"),
        seen=Count("pk", filter=Q(verb__in=SEEN)),
        unknown=Count("pk", filter=Q(actor_id=None)),
    )
    return HalfYear(said["people"] + bool(said["unknown"]), said["lines"], said["seen"])


def lines_by_month(found: QuerySet[Any]) -> dict[date, int]:
    """How many lines each month has, by its first day, the newest first."""
    months = found.order_by().annotate(month=TruncMonth("at", output_field=DateField())).values_list("month")
    return dict(months.annotate(lines=Count("pk")).order_by("-month"))


def grouped(found: QuerySet[Any]) -> QuerySet[Any]:
    """Rows for in_groups(), the newest first: put together by the database, so that a page of them has each with all
    its times."""
    keys = found.order_by().annotate(
        day=TruncDate("at"),
        why=F("note__text"),
        # Two who came without an account may be two people.
        apart=Case(When(actor_id=None, then=F("pk"))),
    )
    rows = keys.values("day", "actor_id", "actor_role", "verb", "object_type", "fields", "why", "apart")
    times = {"times": ArrayAgg("at", order_by="-at"), "newest": Max("at"), "last": Max("pk")}
    return rows.annotate(**times).order_by("-day", "-newest", "-last")


def in_groups(rows: Iterable[dict[str, Any]]) -> list[Group]:
    """Rows of grouped() as they are read: two queries more, however many. Verbs that are said alike are one."""
    page = list(rows)
    places = places_of({one["actor_id"] for one in page if one["actor_id"]})
    found: dict[tuple[Any, ...], Group] = {}
    for one in page:
        said = what(one["verb"], one["object_type"], one["fields"])
        by = who(one["actor_role"], places.get(one["actor_id"], ""))
        key = (one["day"], one["actor_id"], one["apart"], by, said, one["why"])
        group = found.setdefault(key, Group(one["day"], said, by, read(one["why"] or ""), one["verb"] in SEEN))
        group.times.extend(one["times"])
    for group in found.values():
        group.times.sort(reverse=True)
    return list(found.values())


def by_month(groups: Iterable[Group], lines: dict[date, int]) -> list[Month]:
    """The groups under their months, with what lines_by_month() counted; months without any of them as well."""
    found = {first: Month(first, count, []) for first, count in lines.items()}
    for one in groups:
        if month := found.get(one.day.replace(day=1)):
            month.groups.append(one)
    return list(found.values())


def in_words(entries: Iterable[Any]) -> list[Look]:
    """Lines one by one, as they are read: two queries more, however many."""
    page = list(entries)
    places = places_of({one.actor_id for one in page if one.actor_id})
    return [
        Look(
            one.at,
            what(one.verb, one.object_type, one.fields),
            who(one.actor_role, places.get(one.actor_id, "")),
            read(one.note.text) if hasattr(one, "note") else "",
            one.verb in SEEN,
        )
        for one in page
    ]


def what(verb: str, object_type: str, names: Iterable[str]) -> str:
    said = SEEN.get(verb) or ACTS.get(verb)
    if said is None:
        return str(ROOMS.get(verb.split(".")[0], _("办理了和您有关的事")))
    return str(said) % {"what": fields(object_type, names)} if "%(what)s" in str(said) else str(said)


def fields(object_type: str, columns: Iterable[str]) -> str:
    """Columns by the words of their declaration."""
    label = next((one.label for one in declarations() if one.label.lower() == object_type), "")
    said = declaration(label) or declaration("grids.Resident")
    register_said = declaration("grids.Resident")
    names = []
    for name in columns:
        held = (said.fields.get(name) if said else None) or (register_said.fields.get(name) if register_said else None)
        names.append(str(held.label) if held else str(name))
    return _("、").join(names) or _("信息")


def who(role: str, place: str) -> str:
    names: dict[str, Any] = dict(Role.choices)
    said = str(NO_ACCOUNT.get(role) or names.get(role, _("工作人员")))
    return f"{said} · {place}" if place else said
