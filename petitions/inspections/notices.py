"""Who is told what of an inspection. Each once for ever, by its key."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from petitions.inspections.models import Inspection
from portal.accounts.models import User
from portal.notifications.services import queue
from portal.ui.words import day


def tell_sent_out(inspection: Inspection, team: Iterable[User]) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        said = {"what": inspection.checklist.name, "where": inspection.grid.name}
        subject = _("请您去查：%(what)s，%(where)s") % said
        body = _("%(when)s以前查完。") % {"when": day(inspection.due_at)}
        for user in team:
            if user.pk != inspection.started_by_id:
                _queue(inspection, f"sent:{user.pk}", user, subject, body)


def tell_late(inspection: Inspection, left: int) -> None:
    """The day has passed: those who were sent, and whoever sent them."""
    with translation.override(settings.LANGUAGE_CODE):
        said = {"what": inspection.checklist.name, "where": inspection.grid.name}
        subject = _("到日子了还没查完：%(what)s，%(where)s") % said
        body = _("还有 %(n)d 样没看。") % {"n": left} if left else _("都看过了，点一下“查完了”就行。")
        for user in {one.pk: one for one in (*inspection.team.all(), inspection.started_by)}.values():
            _queue(inspection, f"late:{user.pk}", user, subject, body)


def _queue(inspection: Inspection, occasion: str, user: User, subject: str, body: str) -> None:
    queue(
        key=f"inspection:{inspection.pk}:{occasion}",
        to=user,
        subject=subject[:120],
        body=body,
        url=inspection.get_absolute_url(),
        about=inspection.pk,
    )
