"""Who is told that a survey is over. Words only; the outbox is written in the transaction of the event."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from grids.postings.queries import holders
from portal.accounts.enums import COMMUNITY
from portal.notifications.services import queue

if TYPE_CHECKING:
    from datetime import datetime

    from centres.surveys.models import Survey


def tell_it_is_over(survey: "Survey", now: "datetime") -> None:
    """Once, to the community: the answers are in, and people wait to hear what comes of it."""
    for posting in holders(path=survey.centre.grid.path, roles=COMMUNITY, at=now, nearest=True):
        queue(
            key=f"survey:{survey.pk}:over:{posting.user_id}",
            to=posting.user,
            subject=_("“%(title)s”问完了，请写一句接下来做什么。") % {"title": survey.title},
            url=survey.desk_url,
            about=survey.pk,
        )
