import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from centres.rooms.queries import centre_of
from centres.rooms.rules import runs_centre
from centres.sharing import queries, services
from centres.sharing.enums import ItemKind, LoanState
from centres.sharing.forms import CodeForm
from centres.sharing.models import LoanItem
from centres.sharing.words import amount
from grids.tree.queries import current_community
from portal.accounts.policy import anyone
from portal.errors import NotFound, Refusal


@anyone
@require_GET
def sharing(request: HttpRequest) -> HttpResponse:
    """现在能借什么，哪些募捐在收：空着的在前。"""
    here = current_community(request)
    centre = centre_of(here)
    today = timezone.localdate()
    items = list(queries.items_of(centre)) if centre else []
    shelves = [(str(ItemKind(kind).label), _free_first(items, kind)) for kind in ItemKind.values]
    context = {
        "here": here,
        "centre": centre,
        "shelves": [(kind, name, rows) for kind, (name, rows) in zip(ItemKind.values, shelves, strict=True) if rows],
        "items": items,
        "free": sum(1 for item in items if getattr(item, "free", 0)),
        "drives": drives_shown(queries.drives_for(here, today), today),
        "keeps": centre is not None and runs_centre(request.actor, centre),  # type: ignore[attr-defined]
    }
    return render(request, "centres/sharing/sharing.html", context)


def _free_first(items: list[LoanItem], kind: str) -> list[LoanItem]:
    """What can be had now, then what comes back soonest, in the order of the shelf."""
    return sorted(
        (item for item in items if item.kind == kind),
        key=lambda item: (not getattr(item, "free", 0), getattr(item, "back_on", None) or dt.date.max),
    )


def drives_shown(drives: list[Any], today: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "drive": drive,
            "on": drive.is_running(today),
            "soon": today < drive.first_day,
            "total": min(drive.total, drive.target),
            "said": amount(drive.total, drive.unit),
            "target": amount(drive.target, drive.unit),
        }
        for drive in drives
    ]


@anyone
@require_GET
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    return item_page(request, item_id)


def item_page(request: HttpRequest, item_id: UUID, refused: Refusal | None = None) -> HttpResponse:
    """One thing: whether it is there, what is in it, for how long; a book with its journey."""
    found: Any = queries.item_by_id(item_id)
    if found is None:
        raise NotFound()
    actor = request.actor  # type: ignore[attr-defined]
    loan, wait = queries.own(actor.id, found)
    copies = queries.copies_of(found) if found.kind == ItemKind.BOOK else []
    context = {
        "item": found,
        "centre": found.centre,
        "loan": loan,
        "wait": wait,
        "kept": loan is not None and loan.state == LoanState.RESERVED,
        "journey": queries.journey_of(copies[0]) if len(copies) == 1 else None,
        "keeps": runs_centre(actor, found.centre),
        "refused": refused,
    }
    return render(request, "centres/sharing/item.html", context, status=refused.status if refused else 200)


# ---------------------------------------------------------------- the code of a sticker
@anyone
@require_GET
def code(request: HttpRequest) -> HttpResponse:
    """输编码：没有摄像头也能接书。"""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        try:
            return redirect(services.copy_by_code(form.cleaned_data["code"]))
        except Refusal as refused:
            form.add_error("code", str(refused.message))
    return render(request, "centres/sharing/code.html", {"form": form}, status=422 if form.errors else 200)


@anyone
@require_GET
def copy(request: HttpRequest, code: str) -> HttpResponse:
    return copy_page(request, code)


def copy_page(request: HttpRequest, code: str, refused: Refusal | None = None) -> HttpResponse:
    """What the QR of a sticker opens: how many hands it went through, and 书到我手里了."""
    try:
        found = services.copy_by_code(code)
    except Refusal as error:
        raise NotFound(error.message) from error
    actor = request.actor  # type: ignore[attr-defined]
    loan = queries.loan_by_copy(found)
    mine = loan is not None and actor.id is not None and loan.user_id == actor.id
    context = {
        "copy": found,
        "item": found.item,
        "centre": found.item.centre,
        "is_book": found.item.kind == ItemKind.BOOK,
        "journey": queries.journey_of(found),
        "out": loan is not None and loan.state == LoanState.OUT,
        "kept": loan is not None and loan.state == LoanState.RESERVED,
        "mine": mine,
        "loan": loan if mine else None,
        "keeps": runs_centre(actor, found.item.centre),
        "refused": refused,
    }
    return render(request, "centres/sharing/copy.html", context, status=refused.status if refused else 200)
