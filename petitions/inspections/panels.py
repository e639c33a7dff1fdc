"""What inspections put on the board, on a case's page and into the footer."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from petitions.inspections import queries
from petitions.inspections.enums import CHANNEL, KEEPERS, READERS
from portal.accounts.actors import Actor
from portal.ui.navigation import register
from portal.ui.words import spoken
from portal.workbench.registry import Counted, Number, Panel, number_source, panel_source

register(gettext_lazy("检查"), url_name="inspections", roles=READERS, order=63, shelf="cases")


@number_source(72)
def late(actor: Actor, now: datetime) -> list[Number] | Counted:
    """Inspections past their day. Nothing to say where there are none."""
    if not actor.holds(*KEEPERS):
        return []
    url = f"{reverse('inspections')}#going"

    def say(n: int) -> list[Number]:
        phrase = ngettext("%(n)s次检查过了日子", "%(n)s次检查过了日子", n) % {"n": spoken(n)}
        return [Number(_("过了日子的检查"), n, url, late=True, phrase=phrase)] if n else []

    return Counted(say, queries.late(actor.reach, now))


@panel_source("case")
def found_by(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """Which inspection found it, where, looking at what."""
    case = place
    if case is None or case.channel != CHANNEL:
        return None
    result = queries.found_by(case.pk)
    if result is None:
        return None
    context = {"result": result, "inspection": result.place.inspection}
    return Panel("inspection", _("检查时发现的"), "petitions/inspections/panel_case.html", context, order=12)
