"""The words of the home page that belong to no room."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.ui.navigation import Item, foot, nav, url_of
from portal.workbench.registry import Headline, Hit

UNKNOWN_DOOR = Headline(_("有事，|找社区。"), _("到窗口来，打电话，或者在这里说一声，都有人管。"))


@dataclass(frozen=True)
class Act:
    label: Any
    note: Any
    icon_name: str
    path: str
    main: bool = False

    @property
    def url(self) -> str:
        return url_of(Item(self.label, path=self.path.partition("?")[0])) and self.path


ACTS = (
    Act(_("我要反映问题"), _("三步，给您回单"), "report", "/report/", main=True),
    Act(_("我要约活动室"), _("看哪间空着"), "room", "/rooms/"),
    Act(_("找我的网格员"), _("红马甲，有电话"), "person", "/grid/worker/"),
    Act(_("请人代办"), _("我们替您跑"), "errand", "/report/?for=proxy"),
)


def acts() -> list[Act]:
    """The four things people come for; one that nobody serves yet is left out."""
    return [act for act in ACTS if act.url]


def pages(request: HttpRequest, text: str) -> list[Hit]:
    """Pages of the masthead and the footer that are called so: who asks for 回单 means the page to look one up."""
    said = text.lower()
    called = [(link, str(link.label).lower()) for link in [*nav(request), *foot(request)]] if len(said) > 1 else []
    # 我的 is part of many a sentence, 志愿队 is meant.
    return [Hit(link.label, link.url) for link, label in called if said in label or (len(label) > 2 and label in said)]


def lag(late: timedelta) -> str:
    """How late the sweep is: 12 分钟, 3 小时, 2 天."""
    minutes = late // timedelta(minutes=1)
    if minutes < 60:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d 小时", "%(n)d 小时", hours) % {"n": hours}
    return ngettext("%(n)d 天", "%(n)d 天", hours // 24) % {"n": hours // 24}
