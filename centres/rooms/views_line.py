from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from centres.rooms import waitlist
from portal.accounts.policy import signed_in


@signed_in
@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """A place in line: what for, how many are before, what is being offered and until when."""
    found = waitlist.visible(request.actor, entry_id)  # type: ignore[attr-defined]
    context = {"entry": found, "before": waitlist.place_in_line(found), "now": timezone.localtime()}
    return render(request, "centres/rooms/entry.html", context)
