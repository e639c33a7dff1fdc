"""What the displays put on the board, into the search box and the footer."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from centres.displays import queries
from centres.displays.querysets import READERS
from portal.accounts.actors import Actor
from portal.ui.navigation import register
from portal.ui.words import count
from portal.workbench.registry import Counted, Hit, Number, number_source, search_source

register(gettext_lazy("家门口的展板"), url_name="displays", order=36, place="foot")
register(gettext_lazy("展板和屏幕"), url_name="desk-displays", roles=READERS, order=62, shelf="house")


@number_source(70)
def stale(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Displays two weeks past their date; the link opens exactly these. Nothing to say where there are none."""
    if not actor.holds(*READERS):
        return []
    url = f"{reverse('desk-displays')}?show=stale"

    def say(n: int) -> list[Number]:
        phrase = ngettext("%(said)s块展板过期没换", "%(said)s块展板过期没换", n) % {"said": count(n)}
        return [Number(_("过期没换的展板"), n, url, late=True, phrase=phrase)] if n else []

    return Counted(say, queries.stale_for(actor, timezone.localdate(now)))


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    """What hangs, by its words."""
    if place is None or len(text) < 2:
        return []
    if any(word in text for word in ("展板", "橱窗", "屏幕")):
        return [Hit(_("家门口的展板"), reverse("displays"), _("墙上、屏上写的，在家也能看"))]
    return []
