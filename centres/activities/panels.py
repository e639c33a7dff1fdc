"""What the activities put on the home page, on 我的, on the board, in the search box; their word in the masthead."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from centres.activities import pickup, queries, words
from centres.rooms.queries import centre_of
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.ui import navigation
from portal.ui.words import count
from portal.workbench.registry import Counted, Hit, Number, Panel, number_source, panel_source, search_source

ON_HOME, ON_MY = 5, 3

navigation.register(gettext_lazy("活动"), path="/activities/", order=25)
navigation.register(gettext_lazy("活动"), path="/desk/activities/", roles=COMMUNITY, order=35)


@panel_source("home")
def coming(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """Today's and the next activities of the place: when, where, whether there is room."""
    centre = centre_of(place)
    rows = queries.coming_at(centre, now, ON_HOME) if centre is not None else []
    if not rows:
        return None
    today = sum(1 for row in rows if row.session.starts_at.astimezone(now.tzinfo).date() == now.date())
    title = ngettext("今天有%(said)s场活动", "今天有%(said)s场活动", today) % {"said": count(today)}
    title = title if today else _("接下来的活动")
    context = {"rows": rows, "panel_title": title, "today": now.date()}
    return Panel("activities", title, "centres/activities/_home.html", context, order=20)


@panel_source("my")
def mine(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """What I enrolled for, and today's code for whoever fetches my child."""
    if actor.id is None:
        return None
    live = queries.live_of(actor.id)
    rows = [
        {"enrolment": one, "coming": session, "standing": words.standing(one, now)}
        for one, session in queries.by_date(live, now)[:ON_MY]
    ]
    codes = [
        {"enrolment": code.enrolment, "digits": _spaced(pickup.digits_of(code)), "session": code.session}
        for code in queries.codes_of_today(actor.id, now)
        if code.used_at is None
    ]
    context = {"rows": rows, "codes": codes, "more": len(live) > ON_MY}
    return Panel("my-activities", _("我报的活动"), "centres/activities/_my.html", context, order=15)


def _spaced(digits: str) -> str:
    return f"{digits[:3]} {digits[3:]}"


@number_source(44)
def today(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Sessions of today in the houses this person runs; the link opens exactly these."""
    if not actor.holds(*COMMUNITY):
        return []
    url = f"{reverse('desk-activities')}?date={now:%Y-%m-%d}"
    return Counted(lambda number: [Number(_("今天的活动"), number, url)], queries.on_day(actor, now.date()))


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    """Activities by name, by kind, by what they are, or by the word itself."""
    centre = centre_of(place)
    if centre is None:
        return []
    found = [
        Hit(one.title, one.get_absolute_url(), " · ".join(part for part in (words.ages(one), one.about) if part))
        for one in queries.published_at(centre)
        if text in one.title or text in str(one.get_kind_display()) or text in one.about
    ]
    if any(word in text for word in ("活动", "报名", "课", "班", "activity", "class")):
        found.insert(0, Hit(_("这一周的活动"), reverse("activities"), _("哪天有什么，还有没有名额")))
    return found
