"""What of the bridge waits for this person."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from petitions.bridge import queries
from petitions.bridge.enums import KEEPERS
from portal.accounts.actors import Actor
from portal.workbench.registry import Todo, todo_source

FEW = 10


@todo_source
def stuck(actor: Actor, now: datetime) -> list[Todo]:
    """Dead letters, codes nobody knows, tickets that came twice with different words."""
    if not actor.holds(*KEEPERS):
        return []
    reach = actor.reach
    found = [
        Todo(
            _("没送出去：%(title)s") % {"title": one.ticket.case.title},
            one.get_absolute_url(),
            kind=_("对接"),
            detail=f"{one.ticket.system.name} · {one.last_error}",
        )
        for one in queries.dead(reach)[:FEW]
    ]
    codes = queries.unknown_codes(reach)[:FEW]
    for one in codes:
        title = _("说说“%(code)s”是哪一类") % {"code": one.code} if one.code else _("没写类别的工单，看一看")
        found.append(Todo(title, reverse("bridge-code", args=[one.ticket_id]), kind=_("对接"), detail=one.system))
    if problems := queries.problems(reach).count():
        said = _("有 %(n)d 张转来的工单要核对") % {"n": problems}
        found.append(Todo(said, f"{reverse('bridge')}#problems", kind=_("对接")))
    return found
