"""What the rooms put on the home page, on 我的, on the board, in the search box; what the masthead knows."""

from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.rooms import linewords, queries, words
from centres.rooms.querysets import OVERSEERS
from grids.tree.queries import current_community
from portal.accounts.actors import Actor
from portal.ui import site
from portal.ui.words import count
from portal.workbench.registry import (
    Counted,
    Headline,
    Hit,
    Number,
    Panel,
    headline_supplied_by,
    number_source,
    panel_source,
    search_source,
)

ON_HOME = 6
ON_MY = 3


@site.supplied_by
def place(request: HttpRequest) -> site.Site | None:
    """Name, address, telephone and door of the community a page speaks of."""
    if request.path.startswith("/api/"):
        return None
    try:
        community = current_community(request)
        centre = queries.masthead_of(community)
    except DatabaseError:
        # An error page is drawn while the database is away, or within a transaction that is already lost.
        return None
    if community is None:
        return None
    if centre is None:
        return site.Site(name=community.name, address=community.address, phone=words.spoken_phone(community.phone))
    return site.Site(
        name=community.name,
        centre=centre.name,
        address=centre.address,
        phone=words.spoken_phone(centre.phone),
        hours=words.door(centre.door_opens, centre.door_closes),
        desk_hours=centre.desk_hours,
    )


@headline_supplied_by
def headline(place: Any, now: datetime) -> Headline | None:
    """门开着，|到晚上九点。"""
    centre = queries.centre_of(place)
    if centre is None:
        return None
    today = queries.today_at(centre, now)
    return Headline(today.sentence, today.lead)


@panel_source("home")
def street(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """四间推门就能进: the doors of the centre as they are now."""
    centre = queries.centre_of(place)
    if centre is None:
        return None
    doors = queries.doors(centre, now)
    if not doors:
        return None
    open_now = sum(1 for door in doors if door.state == "open")
    title = ngettext("%(said)s间推门就能进", "%(said)s间推门就能进", open_now) % {"said": count(open_now)}
    title = title if open_now else _("现在没有推门就能进的")
    context = {"doors": doors[:ON_HOME], "panel_title": title}
    return Panel("doors", title, "centres/rooms/_doors.html", context, order=10)


@panel_source("my")
def mine(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """What I have booked and wait for: which room, when, who has it, until when. What is my turn stands first."""
    if actor.id is None:
        return None
    coming = queries.coming_of(actor.id, now)[:ON_MY]
    rows = [{"booking": booking, "standing": words.standing(booking, now)} for booking in coming]
    context = {"rows": rows, "line": linewords.rows(queries.line_of(actor.id), now)[:ON_MY]}
    return Panel("my-bookings", _("我约的活动室"), "centres/rooms/_my.html", context, order=10)


@number_source(40)
def today(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Bookings of today in the rooms this person looks after; the link opens exactly these."""
    if not actor.holds(*OVERSEERS):
        return []
    date = now.date()
    url = f"{reverse('desk-bookings')}?date={date:%Y-%m-%d}"
    return Counted(lambda number: [Number(_("今天的预约"), number, url)], queries.on_day(actor, date))


@number_source(42)
def waiting(actor: Actor, now: datetime) -> list[Number] | Counted:
    if not actor.holds(*OVERSEERS):
        return []
    url = f"{reverse('desk-bookings')}?show=pending"

    def say(number: int) -> list[Number]:
        phrase = ngettext("%(said)s场预约等点头", "%(said)s场预约等点头", number) % {"said": count(number)}
        return [Number(_("等点头的预约"), number, url, phrase=phrase)]

    return Counted(say, queries.to_decide(actor))


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    """Rooms by name, by what is in them, or by the word itself."""
    centre = queries.centre_of(place)
    if centre is None:
        return []
    found = [
        Hit(room.name, room.get_absolute_url(), words.facts(room))
        for room in queries.rooms_of(centre)
        if text in room.name or text in room.equipment or text in str(room.get_kind_display())
    ]
    if any(word in text for word in ("活动室", "预约", "约", "房间", "场地", "room")):
        found.insert(0, Hit(_("今天还空着的活动室"), reverse("rooms"), _("点一个绿框，就能约")))
    return found
