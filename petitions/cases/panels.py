"""What cases put on the board, on a resident's own page, into the one search box, and into the footer."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grids.tree import queries as tree
from grids.tree.enums import Level
from petitions.cases import counts, figures, queries, refs, routing, staff_words, whistle_queries, whistle_words, words
from petitions.cases.periods import last_day, period_from
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role
from portal.ui import charts, navigation
from portal.ui.words import day
from portal.workbench.registry import Counted, Hit, Number, Panel, number_source, panel_source, read_once, search_source

FEW, MOST = 8, 24
HEADLINES = ("response", "on_time", "satisfaction", "rework")

navigation.register(gettext_lazy("查回单"), path="/track/", order=5, place="foot", elder=True)
navigation.register(gettext_lazy("分派规则"), path="/desk/rules/", roles=routing.KEEPERS, order=60, shelf="cases")
navigation.register(gettext_lazy("答复模板"), path="/desk/answers/", roles=(Role.SECRETARY,), order=61, shelf="cases")
navigation.register(gettext_lazy("吹哨报到"), path="/whistles/", roles=(Role.DEPARTMENT_HANDLER, *STREET), order=15)


def at_board(actor: Actor) -> bool:
    return actor.holds(*COMMUNITY, *STREET, *DISTRICT)


def link(**query: Any) -> str:
    return f"{reverse('cases')}?{urlencode(query)}"


@read_once
def _tally(actor: Actor, now: datetime) -> counts.Tally:
    return counts.tally(actor.reach, now)


@read_once
def _clocks(actor: Actor, now: datetime) -> dict[str, Any]:
    """Working clocks by community, kept from list to list: each is asked for once."""
    return {}


# ---------------------------------------------------------------- headline numbers
@number_source(10)
def numbers(actor: Actor, now: datetime) -> list[Number]:
    """四件超时，两件今天到期: each opens the very rows it counts."""
    if not at_board(actor):
        return []
    tally = _tally(actor, now)
    said = {"late": staff_words.spoken(tally.late), "today": staff_words.spoken(tally.today)}
    return [
        Number(
            _("超时"), tally.late, link(late=1), late=bool(tally.late),
            phrase=ngettext("%(n)s件超时", "%(n)s件超时", tally.late) % {"n": said["late"]},
        ),
        Number(
            _("今天到期"), tally.today, link(today=1),
            phrase=ngettext("%(n)s件今天到期", "%(n)s件今天到期", tally.today) % {"n": said["today"]},
        ),
        Number(_("等您核查"), tally.verify, link(view="verify")),
    ]  # fmt: skip


# ---------------------------------------------------------------- the board
@panel_source("board")
def late_panel(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """超时的，在谁手里."""
    if not at_board(actor):
        return None
    found = queries.late(actor.reach, now)
    context = {
        "rows": staff_words.rows(found[:FEW], now, _clocks(actor, now)),
        "open": _tally(actor, now).open,
        "more": link(late=1),
        "all": link(),
    }
    return Panel("late", _("超时的，在谁手里"), "petitions/cases/panel_late.html", context, order=10)


@number_source(15)
def late_calls(actor: Actor, now: datetime) -> list[Number] | Counted:
    """吹哨没到场: whoever was called and has not come in time. Nothing late, nothing said."""
    if not at_board(actor):
        return []
    url = f"{reverse('whistles')}?late=1"

    def say(n: int) -> list[Number]:
        phrase = ngettext("%(n)s处吹了哨没人到", "%(n)s处吹了哨没人到", n) % {"n": staff_words.spoken(n)}
        return [Number(_("吹哨没人到"), n, url, late=True, phrase=phrase)] if n else []

    return Counted(say, whistle_queries.late(actor.reach, now))


@panel_source("board")
def calls_panel(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """吹哨报到: who is awaited, since when and until when. No call, no panel."""
    if not at_board(actor):
        return None
    rows = whistle_words.rows(whistle_queries.awaited(actor.reach)[:FEW], now, _clocks(actor, now))
    if not rows:
        return None
    context = {"rows": rows, "more": reverse("whistles")}
    return Panel("calls", _("吹了哨，在等到场的"), "petitions/cases/panel_calls.html", context, order=12)


@panel_source("board")
def figures_panel(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """This month so far, each figure with its two numbers."""
    if not at_board(actor):
        return None
    period = period_from("", "", now)
    found = figures.figures(actor.reach, "", period, HEADLINES)
    query = urlencode({"from": timezone.localtime(period.since).date(), "to": last_day(period)})
    context = {
        "figures": figures.with_urls(found, query),
        "month": timezone.localtime(now).month,
        "more": reverse("case-figures"),
    }
    return Panel("figures", _("这个月到今天"), "petitions/cases/panel_figures.html", context, order=60)


@panel_source("board")
def charts_panel(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """Each week's coming and going, and what each grid (community, street) has on its hands, in the tree's order."""
    if not at_board(actor):
        return None
    context = {"weeks": _weeks(actor, now), "grids": _grids(actor, now)}
    return Panel("charts", _("收到与办结"), "petitions/cases/panel_charts.html", context, order=70)


def _weeks(actor: Actor, now: datetime) -> charts.Columns:
    groups = []
    for monday, received, closed in counts.by_week(actor.reach, now):
        start = timezone.localtime(monday).date()
        span = {"from": start, "to": start + timedelta(weeks=1)}
        urls = [link(view="all", **span), link(view="closed", **span)]
        groups.append(charts.Group(f"{start.month}/{start.day}", urls[0], [received, closed], urls=urls))
    series = [charts.Series(_("收到"), "c-a"), charts.Series(_("办结"), "c-b")]
    return charts.columns(_("近八周每周收到与办结件数"), groups, series)


def _grids(actor: Actor, now: datetime) -> charts.Bars:
    nodes, own = _nodes(actor)
    series = [
        charts.Series(_("超时"), "c-late"),
        charts.Series(_("今天到期"), "c-w"),
        charts.Series(_("还有时间"), "c-rest"),
    ]
    groups = []
    for load in counts.load_by_grid(actor.reach, [*nodes, *own], now):
        at = {"grid": load.grid.code} | ({"exact": 1} if load.grid in own else {})
        urls = [link(view=view, **at) for view in ("late", "today", "rest")]
        label = _("没分网格的") if load.grid in own else load.label
        groups.append(charts.Group(label, link(**at), [load.late, load.today, load.rest], urls=urls))
    return charts.bars(_("手上的件数，按编号排列"), groups, series)


def _nodes(actor: Actor) -> tuple[list[Any], list[Any]]:
    """The nodes below the office: streets, communities or grids; and the community, for cases without a grid."""
    reach = actor.reach
    if reach.holds(*DISTRICT):
        return tree.visible(reach, Level.STREET)[:MOST], []
    if reach.holds(*STREET):
        return tree.visible(reach, Level.COMMUNITY)[:MOST], []
    nodes = tree.visible(reach, Level.COMMUNITY, Level.BASIC_GRID)
    own = [node for node in nodes if node.level == Level.COMMUNITY]
    ours = reach.paths(*COMMUNITY)
    return [node for node in nodes if node not in own and node.path.startswith(ours)][:MOST], own[:1]


# ---------------------------------------------------------------- a resident's own page, and the search box
@panel_source("my")
def my_cases(actor: Actor, now: datetime, place: Any) -> Panel | None:
    if actor.id is None:
        return None
    rows = [
        {
            "url": case.track_path,
            "title": case.title,
            "day": day(case.submitted_at, now),
            "said": words.sentence(case, now).replace("|", ""),
            "tag": words.tag_kind(case, now),
            "state": case.get_state_display(),
        }
        for case in queries.of_reporter(actor.id).select_related("grid").prefetch_related("supervisions")[:FEW]
    ]
    if not rows and actor.reach.scopes:
        return None
    return Panel("my-cases", _("我反映的"), "petitions/cases/panel_my.html", {"rows": rows}, order=20)


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    """A slip number leads to its slip; words of a category to reporting it."""
    if refs.parse(text):
        url = f"{reverse('track-form')}?{urlencode({'number': text})}"
        return [Hit(_("查这张回单"), url, _("还要电话的后四位"))]
    hits = []
    for category in queries.categories():
        known = [category.name, *category.hint.split("、")]
        if any(word and (word in text or text in word) for word in known):
            url = f"{reverse('report')}?{urlencode({'category': category.code})}"
            hits.append(Hit(_("反映：%(what)s") % {"what": category.name}, url, category.hint))
    return hits
