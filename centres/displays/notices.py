"""Who is told that a display wants a look. Words only; the outbox is written by the sweep that found it due."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from centres.displays.services import due_key, people_of
from portal.notifications.services import queue

if TYPE_CHECKING:
    from datetime import datetime

    from centres.displays.models import DisplayItem


def tell_it_is_due(item: "DisplayItem", now: "datetime") -> None:
    """Once for each review date: whoever is responsible, or the community where they have left."""
    people = people_of(item.centre, now)
    told = {item.responsible_id: item.responsible} if item.responsible_id in people else people
    for user_id, user in told.items():
        queue(
            key=f"{due_key(item)}:{user_id}",
            to=user,
            subject=_("%(place)s的“%(title)s”该看看了，还对不对。") % {"place": item.place, "title": item.title},
            url=item.get_absolute_url(),
            about=item.pk,
        )
