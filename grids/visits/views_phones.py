from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grids.visits import rules
from grids.visits.queries_offline import holders_within
from grids.visits.services_offline import order_wipe
from portal.accounts.policy import roles
from portal.once.services import once_form

JUDGES = roles(*rules.JUDGES)


@JUDGES
@require_GET
def phones(request: HttpRequest) -> HttpResponse:
    """Whose phones keep doors, and which have been told to forget them."""
    holders = holders_within(request.actor.reach)  # type: ignore[attr-defined]
    waits = sum(1 for one in holders if one.waits)
    return render(request, "grids/visits/phones.html", {"holders": holders, "waits": waits})


@JUDGES
@require_POST
@once_form
def wipe(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Order that this person's phones wipe themselves."""
    order = order_wipe(
        actor=request.actor,  # type: ignore[attr-defined]
        worker_id=user_id,
        reason=request.POST.get("reason", ""),
        destroys=request.POST.get("destroys") == "1",
    )
    messages.success(request, _("记下了。%(name)s的手机下次连上就清。") % {"name": order.worker})
    return redirect("offline-phones")
