"""What the wall puts on the home page, on 我的, on the board, and among the words of the masthead."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from petitions.wishes import queries, words
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET
from portal.workbench.registry import Counted, Number, Panel, number_source, panel_source

ON_HOME = 3


@panel_source("home")
def wall(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """Three slips that wait, filled up with what came true lately."""
    if place is None:
        return None
    counts = queries.counts_under(place.path)
    slips = list(queries.open_under(place.path)[:ON_HOME])
    slips += queries.lately_fulfilled(place.path, now, ON_HOME - len(slips)) if len(slips) < ON_HOME else []
    context = {"slips": slips, "open": counts.open, "me": actor.id, "wide": False}
    return Panel("wishes", _("心愿墙"), "petitions/wishes/_home.html", context, order=40)


@panel_source("my")
def mine(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """What I wished for: where each stands, who has it, until when."""
    if actor.id is None:
        return None
    rows = [{"wish": wish, "standing": words.standing(wish, words.WISHER)} for wish in queries.wishes_of(actor.id)]
    return Panel("my-wishes", _("我的心愿"), "petitions/wishes/_mine.html", {"rows": rows}, order=30)


@panel_source("my")
def claimed(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """What I, my team or my unit have taken on. Nothing for who has never helped."""
    held = queries.held_by(actor)
    if not held:
        return None
    rows = [{"wish": wish, "standing": words.standing(wish, words.HELPER)} for wish in held]
    return Panel("my-claims", _("我认领的"), "petitions/wishes/_claimed.html", {"rows": rows}, order=35)


@number_source(60)
def open_wishes(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Slips that wait for somebody, in the places this person works for; the link opens exactly these."""
    if not actor.holds(*COMMUNITY, *STREET, *DISTRICT):
        return []
    url = f"{reverse('wishes')}?within=reach"
    return Counted(lambda n: [Number(_("等人认领的心愿"), n, url)], queries.shown("open", "", actor))
