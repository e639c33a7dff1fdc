"""What the surveys put on the home page, into the search box and the footer."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.surveys import queries
from centres.surveys.querysets import READERS
from portal.accounts.actors import Actor
from portal.ui.navigation import register
from portal.workbench.registry import Hit, Panel, panel_source, search_source

register(gettext_lazy("问问大家"), url_name="surveys", order=34, place="foot")
register(gettext_lazy("居民需求调研"), url_name="desk-surveys", roles=READERS, order=60, shelf="house")


@panel_source("home")
def asked(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """One open survey that this person has not answered; nothing otherwise."""
    if place is None:
        return None
    survey = queries.unanswered(actor, queries.asking_at(place, timezone.localdate(now)))
    if survey is None:
        return None
    return Panel("survey", _("想听您说一句"), "centres/surveys/_home.html", {"survey": survey}, order=50)


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    if place is None or not any(word in text or text in word for word in ("调研", "问卷", "意见", "需求", "建议")):
        return []
    return [Hit(_("问问大家"), reverse("surveys"), _("社区正在问的，和问过以后做了什么"))]
