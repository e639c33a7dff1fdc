"""心愿实现率, beside the figures of cases: wishes fulfilled ÷ published in P.

Published in P: the wish was hung on the wall in P, that is its `approve` falls there. A wish is approved once: what
goes back to the wall was published before. Fulfilled: those of them that are 已实现 by now, whenever that was. What
waits, is being done or has expired stands below the line only. Left out: withdrawn (a declined wish never hung there).
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from petitions.cases.queries import Figure, Line, Period, add_figure
from petitions.wishes.enums import Event, WishState
from petitions.wishes.models import WishRecord
from portal.accounts.reach import Reach
from portal.ui.words import spoken_ref


def _published(period: Period) -> QuerySet[WishRecord]:
    return WishRecord.objects.filter(event=Event.APPROVE, at__gte=period.since, at__lt=period.until)


def _counted(reach: Reach) -> Q:
    """Of the places this person works for, as everywhere; one's own wish is no figure of one's own."""
    return reach.q("grid__path") & ~Q(state__in=(WishState.DECLINED, WishState.WITHDRAWN))


def _line(row: Any) -> Line:
    """The words of the wall: whoever counts wishes reads nobody's name and no door."""
    state = WishState(row.at_state).label
    return Line(reverse("wish", args=[row.at_id]), row.at_wall_text, spoken_ref(row.at_ref), state)


add_figure(
    Figure(
        "wishes",
        _("心愿实现率"),
        _("挂出的心愿"),
        _("已实现"),
        _published,
        lambda: Q(subject__state=WishState.FULFILLED),
        subject="subject",
        counted=_counted,
        columns=("id", "ref", "wall_text", "state"),
        line=_line,
    )
)
