"""What the pages put on the home page, and what the search box finds among them and among the portal's own words."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.pages import queries
from portal.workbench.registry import Hit, Panel, panel_source, search_source
from portal.workbench.words import acts

# What people type, and the act it leads to (by its path).
SPOKEN = {
    "/report/": "坏了 不亮 漏水 堵 噪音 停车 路灯 垃圾 投诉 反映 物业 电梯 井盖 代办 居住证 补贴 助餐",
    "/rooms/": "活动室 预约 约 房间 场地 教室 排练 开会 阅览 棋牌 书画",
    "/grid/worker/": "网格员 红马甲 电话 找人 上门",
}


@panel_source("home")
def news(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """The three newest things to know."""
    rows = list(queries.notices(getattr(place, "code", ""))[:3])
    return Panel("news", _("要知道的"), "portal/pages/_home.html", {"rows": rows}, order=60)


@search_source
def by_word(actor: Actor, place: Any, text: str) -> list[Hit]:
    """The portal's own pages, by the words people use for them."""
    hits = []
    for act in acts():
        spoken = SPOKEN.get(act.path, "").split()
        if any(word in text or text in word for word in spoken) or text in str(act.label):
            hits.append(Hit(act.label, act.url, act.note))
    if "愿" in text:
        hits.append(Hit(_("心愿墙"), "/wishes/", _("许一个，或认领一个")))
    return hits


@search_source
def pages(actor: Actor, place: Any, text: str) -> list[Hit]:
    found = queries.found(getattr(place, "code", ""), text)
    return [Hit(page.title, reverse("page", args=[page.slug]), page.lead) for page in found]
