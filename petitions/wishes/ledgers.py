"""The ledger of wishes: hung on the wall in the month, and come true in it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from petitions.wishes.enums import Event
from petitions.wishes.models import WishRecord
from portal.accounts.reach import Reach
from portal.ui.words import spoken_ref
from portal.workbench.ledgers import Ledger, Line, Shown, Span, add_ledger


def _records(event: str) -> Callable[[Reach, Span], QuerySet[Any]]:
    def rows(reach: Reach, span: Span) -> QuerySet[WishRecord]:
        found = WishRecord.objects.filter(event=event, at__gte=span.since, at__lt=span.until)
        found = found.filter(reach.q("subject__grid__path"), subject__grid__path__startswith=span.path)
        return found.select_related("subject").order_by("-at", "-pk")

    return rows


def _show(row: WishRecord) -> Shown:
    """The words of the wall: whoever counts wishes reads nobody's name and no door."""
    return Shown(row.subject.wall_text, reverse("wish", args=[row.subject_id]), row.at, spoken_ref(row.subject.ref))


add_ledger(
    Ledger(
        "wishes",
        _("微心愿"),
        _("个"),
        lambda: [
            Line("hung", _("挂上墙的"), _records(Event.APPROVE)),
            Line("true", _("实现的"), _records(Event.CONFIRM)),
        ],
        _show,
        60,
    )
)
