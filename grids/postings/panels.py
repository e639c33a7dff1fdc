from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.postings import rules, sizes
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.ui.navigation import register
from portal.workbench.registry import Panel, panel_source

register(
    gettext_lazy("网格员"), path="/grid/worker/", order=60
)  # five words at most; 找我的网格员 is on the home page too
register(gettext_lazy("网格和网格员"), path="/grids/", order=20, place="foot")
register(gettext_lazy("谁管哪个网格"), path="/grid/postings/", roles=rules.KEEPERS, order=69, shelf="register")

# Those near enough to think of splitting one.
TOLD = (Role.SECRETARY, Role.STREET_SUPERVISOR)
ON_BOARD = 8


@panel_source("board")
def too_large(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """该分一分的网格: those over the limit; nothing where none is."""
    paths = actor.reach.paths(*TOLD)
    found = sizes.too_large(paths) if paths else []
    if not found:
        return None
    return Panel("sizes", _("该分一分的网格"), "grids/postings/_board.html", {"rows": found[:ON_BOARD]}, order=80)
