from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.tree.enums import Level
from grids.tree.queries import COOKIE, by_code
from portal.accounts.policy import anyone
from portal.ui.links import safe_next

YEAR = 365 * 24 * 3600


@anyone
@require_http_methods(["GET", "POST"])
def choose_community(request: HttpRequest) -> HttpResponse:
    """Remember, in this browser, of which community the pages speak. GET leads to the list one chooses from."""
    if request.method == "GET":
        return redirect("grids")
    community = by_code(request.POST.get("code", "")[:24])
    if community is None or community.level != Level.COMMUNITY or not community.is_active:
        raise Http404
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next")))
    response.set_cookie(COOKIE, community.code, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    messages.success(request, _("好，以后打开就是%(name)s。") % {"name": community.name})
    return response
