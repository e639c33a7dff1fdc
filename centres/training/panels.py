"""What the training base puts on 我的, on the board, in the search box and at the foot of the page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from centres.training import queries, words
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.ui import navigation
from portal.ui.words import count
from portal.workbench.registry import Counted, Hit, Number, Panel, number_source, panel_source, search_source

ON_MY = 3

navigation.register(gettext_lazy("培训基地"), url_name="training", order=34, place="foot")


@panel_source("my")
def mine(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """The groups I bring. Nothing for who has never brought one: most people never will."""
    if actor.id is None:
        return None
    orders = list(queries.of_person(actor.id)[:ON_MY])
    if not orders:
        return None
    rows = [{"order": order, "days": words.days(order), "standing": words.standing(order, now)} for order in orders]
    return Panel("my-training", _("我带队的培训"), "centres/training/_my.html", {"rows": rows}, order=45)


@number_source(44)
def waiting(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Orders that wait for an answer; the link opens exactly these. Nothing where the house has no base."""
    if not actor.holds(*COMMUNITY):
        return []
    url = f"{reverse('desk-training')}?show=waiting"

    def say(number: int, bases: int) -> list[Number]:
        phrase = ngettext("%(said)s批培训等回复", "%(said)s批培训等回复", number) % {"said": count(number)}
        return [Number(_("等回复的培训"), number, url, phrase=phrase)] if bases else []

    return Counted(say, queries.to_answer(actor), queries.bases_run_by(actor))


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    """Courses by what they are about, and the base by its own word."""
    base = queries.base_for(place)
    if base is None:
        return []
    found = [Hit(one.title, one.get_absolute_url(), one.purpose) for one in queries.find_courses(base, text)]
    if "培训" in text:
        found.insert(0, Hit(base.name, reverse("training"), base.intro))
    return found
