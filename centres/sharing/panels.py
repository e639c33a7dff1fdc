"""What loans and drives put on 我的, on the board, in the search box and in the footer."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from centres.rooms.queries import centre_of
from centres.sharing import queries, words
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.ui import navigation
from portal.ui.words import count
from portal.workbench.registry import Counted, Hit, Number, Panel, number_source, panel_source, search_source

ON_MY = 3

navigation.register(gettext_lazy("借用和捐赠"), url_name="sharing", order=25, place="foot")


@panel_source("my")
def mine(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """What I have in hand or kept for me. Nothing for who has borrowed nothing."""
    if actor.id is None:
        return None
    rows = [{"loan": loan, "standing": words.standing(loan, now)} for loan in queries.live_of(actor.id)[:ON_MY]]
    if not rows:
        return None
    return Panel("my-loans", _("我借的"), "centres/sharing/_mine.html", {"rows": rows}, order=20)


@number_source(44)
def overdue(actor: Actor, now: datetime) -> list[Number] | Counted:
    """What should have come back to the counters this person keeps; the link opens exactly these."""
    if not actor.holds(*COMMUNITY):
        return []
    url = f"{reverse('desk-sharing')}?show=overdue"

    def say(number: int) -> list[Number]:
        phrase = ngettext("%(said)s样借的没还", "%(said)s样借的没还", number) % {"said": count(number)}
        return [Number(_("过期没还的借用"), number, url, late=number > 0, phrase=phrase)]

    return Counted(say, queries.overdue_within(actor, timezone.localdate(now)))


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    """Things to borrow by name or by what is in them; drives by name; or by the word itself."""
    centre = centre_of(place)
    found = []
    if any(word in text for word in ("借", "捐", "漂流", "三件套", "还书", "工具", "loan", "donat")):
        found.append(Hit(_("借用和捐赠"), reverse("sharing"), _("三件套、工具、漂流书，正在收的募捐")))
    items = queries.items_of(centre) if centre is not None and text else []
    for item in items:
        if text in item.name or text in item.contents:
            found.append(Hit(item.name, item.get_absolute_url(), item.contents))
    for drive in queries.drives_for(place, timezone.localdate()):
        if text in drive.title or text in drive.purpose:
            found.append(Hit(drive.title, drive.get_absolute_url(), words.amount(drive.total, drive.unit)))
    return found
