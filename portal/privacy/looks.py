"""Who looked at one's data, when and why: the trail, in words. Staff by role and place, never by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.audit import queries as trail
from portal.privacy.declarations import declaration, declarations
from portal.privacy.held import is_for
from portal.privacy.subjects import Subject, places_of

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


@dataclass(frozen=True)
class Look:
    at: datetime
    what: str
    who: str
    why: str
    seen: bool


def of_subject(subject: Subject, *, reader: Actor | None = None) -> QuerySet[Any]:
    """Lines of other people about them, the newest first. reader: as of held.rooms."""
    found = trail.about(subject.ids, but_by=subject.account_id)
    closed = [one.label.lower() for one in declarations() if not is_for(reader, subject, one.only)]
    return found.exclude(actor_role="system").exclude(object_type__in=closed)


def in_words(entries: Iterable[Any]) -> list[Look]:
    """A page of lines as they are read: two queries more, however many."""
    page = list(entries)
    places = places_of({one.actor_id for one in page if one.actor_id})
    return [Look(one.at, what(one), who(one, places), note(one), one.verb in SEEN) for one in page]


def what(entry: Any) -> str:
    said = SEEN.get(entry.verb) or ACTS.get(entry.verb)
    if said is None:
        return str(ROOMS.get(entry.verb.split(".")[0], _("办理了和您有关的事")))
    return str(said) % {"what": fields(entry)} if "%(what)s" in str(said) else str(said)


def fields(entry: Any) -> str:
    """Columns by the words of their declaration."""
    label = next((one.label for one in declarations() if one.label.lower() == entry.object_type), "")
    said = declaration(label) or declaration("grids.Resident")
    register_said = declaration("grids.Resident")
    names = []
    for name in entry.fields:
        held = (said.fields.get(name) if said else None) or (register_said.fields.get(name) if register_said else None)
        names.append(str(held.label) if held else str(name))
    return _("、").join(names) or _("信息")


def who(entry: Any, places: dict[UUID, str]) -> str:
    role = str(dict(Role.choices).get(entry.actor_role, _("工作人员")))
    place = places.get(entry.actor_id, "")
    return f"{role} · {place}" if place else role


def note(entry: Any) -> str:
    return str(entry.note.text) if hasattr(entry, "note") else ""
