"""What visits put on the board and on a resident's own page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grids.postings.queries import worker_of
from grids.registry.queries import residents_of
from grids.visits import rules
from grids.visits.queries import homes_of, promises_within, visits_at_homes, visits_within, week_of
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role
from portal.ui import words
from portal.ui.navigation import register
from portal.workbench.registry import Counted, Number, Panel, number_source, panel_source

register(gettext_lazy("门口是谁"), path="/door/", order=15, place="foot", elder=True)
register(gettext_lazy("捎带的事"), path="/errands/", roles=(*rules.ASKERS, Role.GRID_WORKER), order=70, shelf="doors")
register(gettext_lazy("敲门行动"), path="/grid/rounds/", roles=rules.READERS, order=71, shelf="doors")
register(gettext_lazy("宣传材料"), path="/grid/materials/", roles=rules.READERS, order=72, shelf="doors")
register(gettext_lazy("工作日记"), path="/grid/notes/", roles=rules.KNOCKERS, order=73, shelf="doors")
register(gettext_lazy("服务卡"), path="/grid/cards/", roles=rules.KNOCKERS, order=75, shelf="doors")
register(gettext_lazy("门口口令"), path="/grid/code/", roles=rules.KNOCKERS, order=74, shelf="doors")
register(gettext_lazy("离线的手机"), path="/grid/phones/", roles=rules.JUDGES, order=75, shelf="doors")

BOARD = (*COMMUNITY, *STREET, *DISTRICT)
ON_BOARD, ON_MY = 8, 3


@number_source(40)
def promises_due(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Promises of today and before that still wait, within reach."""
    if not actor.holds(*BOARD):
        return []
    today = timezone.localtime(now).date()
    url = f"{reverse('promises')}?due={today:%Y-%m-%d}"

    def say(n: int, late: int) -> list[Number]:
        detail = _("其中 %(n)d 件已经过了日子") % {"n": late} if late else ""
        phrase = ngettext("%(n)s个承诺今天要兑现", "%(n)s个承诺今天要兑现", n) % {"n": words.spoken(n)}
        return [Number(_("今天要兑现的承诺"), n, url, detail, late=late > 0, phrase=phrase)]

    due = promises_within(actor.reach, due_by=today)
    return Counted(say, due, due.filter(due_on__lt=today))


@number_source(50)
def visits_this_week(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Visits since Monday, within reach."""
    if not actor.holds(*BOARD):
        return []
    monday = week_of(now)
    url = f"{reverse('visits')}?since={monday:%Y-%m-%d}"

    def say(n: int) -> list[Number]:
        phrase = ngettext("这周走访%(n)s次", "这周走访%(n)s次", n) % {"n": words.spoken(n)}
        return [Number(_("本周走访"), n, url, phrase=phrase)]

    return Counted(say, visits_within(actor.reach, since=monday))


@panel_source("board")
def promises_panel(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """答应过，今天要兑现: the first ones, the rest behind a link."""
    if not actor.holds(*BOARD):
        return None
    today = timezone.localtime(now).date()
    due = promises_within(actor.reach, due_by=today)
    rows = [(promise, promise.is_late(today)) for promise in due[: ON_BOARD + 1]]
    context = {
        "rows": rows[:ON_BOARD],
        "more": len(rows) > ON_BOARD,
        "all": f"{reverse('promises')}?due={today:%Y-%m-%d}",
    }
    return Panel("promises", _("答应过，今天要兑现"), "grids/visits/_board.html", context, order=40)


@panel_source("my")
def at_my_door(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """Who looks after my door, when they came, what they promised."""
    residents = residents_of(actor.user)
    if not residents:
        return None
    context = {
        "worker": worker_of(residents[0].household.building.path, now),
        "visits": visits_at_homes(homes_of(residents), ON_MY),
        "today": timezone.localtime(now).date(),
    }
    return Panel("my-door", _("来过我家的"), "grids/visits/_my.html", context, order=50)
