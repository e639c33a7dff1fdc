from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actors import Actor
from portal.ui import navigation
from portal.workbench.registry import Hit, Panel, panel_source, search_source
from volunteers.service.queries import find_teams, memberships_of

navigation.register(gettext_lazy("志愿队"), path="/teams/", order=25, place="foot")


@panel_source("my")
def my_teams(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """Where I belong and where I have asked to. Nothing for who is in no team."""
    rows = memberships_of(actor.id) if actor.id else []
    if not rows:
        return None
    return Panel("my-teams", _("我的志愿队"), "volunteers/service/_mine.html", {"rows": rows, "me": actor.id}, order=60)


@search_source
def find(actor: Actor, place: Any, text: str) -> list[Hit]:
    return [Hit(one.name, one.get_absolute_url(), one.about) for one in find_teams(place.path, text)] if place else []
