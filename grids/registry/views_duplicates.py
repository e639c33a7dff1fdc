from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.registry import duplicates
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Conflict
from portal.once.services import once_form
from portal.ui.paging import LongPaginator

PER_PAGE = 20


@roles(*COMMUNITY)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """重名: who may be registered twice."""
    actor = request.actor  # type: ignore[attr-defined]
    page = LongPaginator(duplicates.alike(actor.reach), PER_PAGE).get_page(request.GET.get("page"))
    pairs = duplicates.pairs_of(actor.reach, list(page.object_list))
    context = {"page": page, "pairs": pairs, "merges": duplicates.merges(actor)}
    return render(request, "grids/registry/life/duplicates.html", context)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def pair(request: HttpRequest, first_id: UUID, second_id: UUID) -> HttpResponse:
    """Two rows beside each other: one person, or two."""
    actor = request.actor  # type: ignore[attr-defined]
    refused: Conflict | None = None
    if request.method == "POST":
        try:
            return _decide(request, first_id, second_id)
        except Conflict as error:
            refused = error
    both = duplicates.pair_within(actor, first_id, second_id)
    context = {"both": both, "refused": refused}
    return render(request, "grids/registry/life/duplicate.html", context, status=409 if refused else 200)


def _decide(request: HttpRequest, first_id: UUID, second_id: UUID) -> HttpResponse:
    actor, word = request.actor, request.POST.get("word")  # type: ignore[attr-defined]
    if word == "different":
        duplicates.tell_apart(actor=actor, first_id=first_id, second_id=second_id)
        messages.success(request, _("记下了，是两个人，以后不再问。"))
    else:
        keep, gone = (second_id, first_id) if word == "second" else (first_id, second_id)
        duplicates.merge(actor=actor, keep_id=keep, gone_id=gone)
        messages.success(request, _("合成一条了。合错了，三十天里能拆开。"))
    return redirect("duplicates")


@roles(*COMMUNITY)
@require_POST
@once_form
def take_apart(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    duplicates.take_apart(actor=request.actor, merge_id=merge_id)  # type: ignore[attr-defined]
    messages.success(request, _("拆开了，两条登记都回来了。"))
    return redirect("duplicates")
