"""The ledger of activities: sessions that were held."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centres.activities.models import Session
from portal.accounts.reach import Reach
from portal.workbench.ledgers import Ledger, Line, Shown, Span, add_ledger


def _held(reach: Reach, span: Span) -> QuerySet[Session]:
    """Over by now, not called off; at centres within reach and below the node."""
    until = min(span.until, timezone.now())
    found = Session.objects.filter(is_cancelled=False, starts_at__gte=span.since, ends_at__lte=until)
    found = found.filter(reach.q("activity__centre__grid__path"), activity__centre__grid__path__startswith=span.path)
    return found.select_related("activity").order_by("-starts_at", "-pk")


def _show(session: Session) -> Shown:
    return Shown(session.activity.title, session.activity.get_absolute_url(), session.starts_at)


add_ledger(Ledger("activities", _("活动"), _("场"), lambda: [Line("held", _("办过的活动"), _held)], _show, 70))
