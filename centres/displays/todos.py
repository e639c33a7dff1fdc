"""What of the displays waits for this person."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.displays import queries
from centres.displays.enums import STALE_AFTER
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.workbench.registry import Todo, todo_source

MOST = 10


@todo_source
def to_look_at(actor: Actor, now: dt.datetime) -> list[Todo]:
    """From the review date on, until somebody has looked, replaced it or taken it down."""
    if not actor.holds(*COMMUNITY):
        return []
    today = timezone.localdate(now)
    found = []
    for item in queries.due_for(actor, today)[:MOST]:
        end_of_day = timezone.make_aware(dt.datetime.combine(item.review_due + dt.timedelta(days=1), dt.time.min))
        late = item.review_due <= today - STALE_AFTER
        title = _("看看%(kind)s：%(title)s") % {"kind": item.get_kind_display(), "title": item.title}
        found.append(
            Todo(title, item.get_absolute_url(), kind=_("展板"), detail=item.place, due_at=end_of_day, late=late)
        )
    return found
