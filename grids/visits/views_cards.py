"""Contact cards: what is needed and the button that prints; the page behind a card's code."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.postings.queries import workers_at
from grids.tree import queries as tree
from grids.visits import cards as services
from portal.accounts.policy import roles, slip_holder
from portal.errors import NotFound, Refusal
from portal.once.services import once_form


@roles(*services.PRINTERS)
@require_http_methods(["GET", "POST"])
@once_form
def cards(request: HttpRequest) -> HttpResponse:
    """哪些门要换卡; one button prints them all, or only those."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        work = services.print_cards(
            actor=actor,
            grid_id=_uuid(request.POST.get("grid")),
            per=request.POST.get("per", ""),
            only_needed=request.POST.get("only") == "needed",
        )
        return redirect(work)
    paths = actor.reach.paths(*services.PRINTERS)
    rows = services.needs(paths)
    places = [place for path in paths if (place := tree.by_paths([path]).get(path))]
    context = {
        "rows": rows,
        "wanting": sum(row.wanting for row in rows),
        "doors": sum(row.doors for row in rows),
        "places": places,
        "kinds": services.PER.items(),
        "batches": services.batches(paths),
    }
    return render(request, "grids/visits/cards.html", context)


@roles(*services.PRINTERS)
@require_POST
@once_form
def revoke(request: HttpRequest) -> HttpResponse:
    """A card that is lost, or whose people moved: its code opens nothing from now on."""
    try:
        services.revoke(
            actor=request.actor,  # type: ignore[attr-defined]
            code=request.POST.get("code", ""),
            reason=request.POST.get("reason", "")[:200],
        )
    except Refusal as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("停用了。下次打印，这户会有新的二维码。"))
    return redirect("contact-cards")


@slip_holder
@require_GET
def card(request: HttpRequest, token: str) -> HttpResponse:
    """What a card's code opens: whom to call now, and how to leave word. Nobody who lives there is named."""
    place = services.place_of(token)
    workers = workers_at(place.path, timezone.now()) if place else []
    context = {"place": place, "chief": workers[0] if workers else None, "others": workers[1:]}
    answer = render(request, "grids/visits/card.html", context, status=200 if place else 410)
    # The address is the key: it must not travel on in the next page's Referer, nor lie in a shared cache.
    answer["Referrer-Policy"], answer["Cache-Control"] = "no-referrer", "no-store"
    return answer


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise NotFound() from None
