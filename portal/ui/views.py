from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.policy import anyone
from portal.errors import Refusal
from portal.ui.links import safe_next

YEAR = 365 * 24 * 3600


@anyone
@require_http_methods(["GET", "POST"])
def elder(request: HttpRequest) -> HttpResponse:
    """Set the step of 长辈版: `?step=0..3&next=/…`. A POST goes with the account, a GET with this browser."""
    given = request.POST if request.method == "POST" else request.GET
    step = given.get("step", "1")
    if step not in ("0", "1", "2", "3"):
        raise Http404
    response = HttpResponseRedirect(safe_next(request, given.get("next")))
    response.set_cookie("elder", step, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    if request.method == "POST" and request.user.is_authenticated:
        get_user_model()._default_manager.filter(pk=request.user.pk).update(elder_step=int(step))
    return response


def refusal(request: HttpRequest, refused: Refusal) -> HttpResponse:
    """The page of a rule that said no, with its status. For htmx only the notice, to be put where the answer goes."""
    if refused.status == 404:
        return render(request, "404.html", status=404)
    htmx: Any = getattr(request, "htmx", None)
    fragment = bool(htmx) and not htmx.boosted
    context = {
        "refused": refused,
        "alternatives": _alternatives(refused.extra.get("alternatives", ())),
        "errors": _sentences(refused.extra.get("errors", {})),
        "back": safe_next(request, request.META.get("HTTP_REFERER"), otherwise=""),
        "kind": "wait" if refused.status == 429 else "late",
    }
    name = "portal/ui/_refusal.html" if fragment else "portal/ui/refusal.html"
    response = render(request, name, context, status=refused.status)
    response["X-Refusal"] = refused.code
    return response


def not_by_address(request: HttpRequest, unspoken: HttpResponse) -> HttpResponse:
    """The page for an address that only a button leads to."""
    refused = Refusal(_("这一步要在页面上点按钮，直接打开网址不行。"), code="METHOD_NOT_ALLOWED", status=405)
    response = refusal(request, refused)
    response["Allow"] = unspoken["Allow"]
    return response


def _alternatives(given: Any) -> list[dict[str, Any]]:
    """Those alternatives that can be pressed: each with a label and a url. At most three, as look.md says."""
    return [one for one in given if isinstance(one, dict) and one.get("url") and one.get("label")][:3]


def _sentences(errors: Any) -> list[Any]:
    if not isinstance(errors, dict):
        return []
    return [s for value in errors.values() for s in (value if isinstance(value, list | tuple) else [value])]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or a browser that keeps no cookies."""
    back = safe_next(request, request.META.get("HTTP_REFERER"), otherwise="")
    return render(request, "portal/ui/csrf.html", {"back": back}, status=403)


@anyone
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every part in every state, for whoever builds a page. Only where nobody real lives: demo and development."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    from portal.ui import gallery as sample

    return render(request, "portal/ui/gallery.html", sample.context(request))
