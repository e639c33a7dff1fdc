"""The few words in the masthead, and the links in the footer.

Five words at most stand beside each other, so that a 360 px screen needs no menu button. A room registers its own word
in `panels.py`; the words of `interface.md` are here already. A path nobody serves is left out, so a page renders while
a room is not built yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role

MOST = 5
# What staff look after, in the order it stands in their footer: forty links in a heap are found by nobody.
SHELVES = {
    "cases": _("诉求"),
    "doors": _("走访"),
    "register": _("住户和网格"),
    "house": _("中心"),
    "data": _("数据"),
}


@dataclass(frozen=True)
class Item:
    label: Any
    path: str = ""  # "/rooms/"; or give url_name
    url_name: str = ""
    roles: frozenset[str] = frozenset()  # empty: everybody who is not at work here
    order: int = 50
    place: str = "nav"  # nav or foot
    elder: bool = False  # of the footer, in 长辈版 as well
    shelf: str = ""  # of the footer: one of SHELVES; empty: among what is everybody's


@dataclass(frozen=True)
class Link:
    label: Any
    url: str
    current: bool = False
    elder: bool = False


_items: list[Item] = []


def register(
    label: Any,
    *,
    path: str = "",
    url_name: str = "",
    roles: Iterable[str] = (),
    order: int = 50,
    place: str = "nav",
    elder: bool = False,
    shelf: str = "",
) -> Item:
    """Add a word to the masthead (`place="nav"`) or a link to the footer (`place="foot"`, or the `shelf` it stands on).

    In 长辈版 there is no masthead, and of the footer only what is said to be for it (`elder`).

    Without `roles` it is a resident's; with them it is shown to people at work in one of these roles. Registering the
    same url for the same roles again replaces the label, so importing a module twice changes nothing.
    """
    if shelf:
        assert shelf in SHELVES, shelf
        place = "foot"
    item = Item(label, path, url_name, frozenset(str(role) for role in roles), order, place, elder, shelf)
    same = [i for i in _items if (i.path, i.url_name, i.roles, i.place) == (path, url_name, item.roles, place)]
    for old in same:
        _items.remove(old)
    _items.append(item)
    return item


@lru_cache(maxsize=256)
def _url(path: str, url_name: str, urlconf: str, prefix: str) -> str:
    try:
        if url_name:
            return reverse(url_name)
        resolve(path)
        return prefix.rstrip("/") + path
    except (NoReverseMatch, Resolver404):
        return ""


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "ROOT_URLCONF":
        _url.cache_clear()


setting_changed.connect(_forget)


def url_of(item: Item) -> str:
    """Where an item leads; empty while nobody serves it."""
    return _url(item.path, item.url_name, settings.ROOT_URLCONF, get_script_prefix())


def _links(items: Iterable[Item], at: str) -> list[Link]:
    found = [(item, url) for item in sorted(items, key=lambda item: item.order) if (url := url_of(item))]
    once: dict[str, Item] = {}
    for item, url in found:
        once.setdefault(url, item)
    home = get_script_prefix()
    here = max((url for url in once if at == url or (url != home and at.startswith(url))), key=len, default="")
    return [Link(item.label, url, url == here, item.elder) for url, item in once.items()]


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles of the person at work; none for residents and visitors. A broken lookup shows the resident's words."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.user is None:
        return frozenset()
    return frozenset(str(scope.role) for scope in actor.reach.scopes)


def nav(request: HttpRequest) -> list[Link]:
    held = roles_of(request)
    items = [item for item in _items if item.place == "nav"]
    work = [item for item in items if item.roles & held]
    return _links(work or [item for item in items if not item.roles], request.path)[:MOST]


def _in_foot(request: HttpRequest) -> list[Item]:
    held = roles_of(request)
    return [item for item in _items if item.place == "foot" and (not item.roles or item.roles & held)]


def foot(request: HttpRequest) -> list[Link]:
    """What is everybody's."""
    return _links((item for item in _in_foot(request) if not item.shelf), "")


def shelves(request: HttpRequest) -> list[tuple[Any, list[Link]]]:
    """What this person works with, under its headings; nothing for residents."""
    items = _in_foot(request)
    found = [(label, _links((one for one in items if one.shelf == name), "")) for name, label in SHELVES.items()]
    return [(label, links) for label, links in found if links]


# ---------------------------------------------------------------- the words of interface.md
BOARD = (Role.SECRETARY, Role.STREET_SUPERVISOR, Role.DISTRICT_ADMIN)

register(_("今天"), path="/", order=10)
register(_("活动室"), path="/rooms/", order=20)
register(_("心愿"), path="/wishes/", order=40)
register(_("我的"), path="/my/", order=50)

register(_("督办"), path="/board/", roles=BOARD, order=10)
register(_("窗口"), path="/desk/", roles=(Role.DESK_CLERK,), order=12)
register(_("走访"), path="/grid/today/", roles=(Role.GRID_WORKER,), order=14)
register(
    _("诉求"), path="/cases/", roles=(*BOARD, Role.DESK_CLERK, Role.GRID_WORKER, Role.DEPARTMENT_HANDLER), order=20
)
register(_("活动室"), path="/rooms/", roles=(Role.SECRETARY, Role.DESK_CLERK), order=30)
register(_("心愿"), path="/wishes/", roles=(Role.SECRETARY, Role.DESK_CLERK, Role.GRID_WORKER), order=40)
register(_("待办"), path="/todo/", roles=(Role.DEPARTMENT_HANDLER,), order=50)

register(_("我的信息谁看过"), path="/my/data/", order=10, place="foot")
register(_("网格和网格员"), path="/grid/", order=20, place="foot")
register(_("社区账目公开"), path="/open/", order=30, place="foot")
register(_("怎样用这个网站"), path="/help/", order=40, place="foot")
register(_("减负"), path="/forms/burden/", roles=BOARD, order=78, shelf="data")
