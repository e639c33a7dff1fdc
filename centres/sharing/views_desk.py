from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.rooms.queries import centre_of
from centres.rooms.rules import runs_centre
from centres.sharing import counter, queries, services, stock
from centres.sharing.deskrows import rows_of
from centres.sharing.enums import ItemKind
from centres.sharing.forms import ItemForm
from grids.tree.queries import current_community
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.ui.links import safe_next

PER_PAGE = 30


@roles(*COMMUNITY)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    return desk_page(request)


def desk_page(request: HttpRequest, refused: Refusal | None = None) -> HttpResponse:
    """借用的窗口：一个框找人找东西，当场借出、收回；过期的在前。`?q= ?person= ?show=overdue`."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("q", "")[:40].strip()
    person = _uuid(request.GET.get("person") or request.POST.get("person"))
    found = counter.look(actor, text, person) if text or person else None
    only_overdue = request.GET.get("show") == "overdue"
    late = queries.overdue_within(actor, now.date())
    page = Paginator(late if only_overdue else queries.out_within(actor), PER_PAGE).get_page(request.GET.get("page"))
    centre = centre_of(current_community(request))
    keeps = centre is not None and runs_centre(actor, centre)
    context = {
        "q": text,
        "found": found,
        "found_rows": rows_of(found.loans if found else [], now),
        "chosen": counter.on_the_shelf(actor, _uuid(request.GET.get("copy"))),
        "free": queries.free_copies(centre) if keeps and found and found.person else [],
        "page": page,
        "rows": rows_of(page, now),
        "late": page.paginator.count if only_overdue else late.count(),
        "kept": [] if only_overdue else rows_of(queries.kept_within(actor)[:PER_PAGE], now),
        "drives": queries.drives_looked_after(actor, now.date()),
        "only_overdue": only_overdue,
        "centre": centre if keeps else None,
        "back": request.get_full_path() if request.method == "GET" else reverse("desk-sharing"),
        "refused": refused,
    }
    return render(request, "centres/sharing/desk.html", context, status=refused.status if refused else 200)


@roles(*COMMUNITY)
@require_POST
@once_form
def lend(request: HttpRequest) -> HttpResponse:
    """借给他：人和东西都点好了。"""
    copy, person = _uuid(request.POST.get("copy")), _uuid(request.POST.get("person"))
    if copy is None or person is None:
        raise Http404
    try:
        loan = services.lend(actor=request.actor, copy_id=copy, on_behalf_of=person)  # type: ignore[attr-defined]
    except Refusal as refused:
        if refused.status == 404:
            raise
        return desk_page(request, refused)
    said = {"name": loan.copy.item.name, "label": loan.copy.label, "due": f"{loan.due_on:%m-%d}" if loan.due_on else ""}
    messages.success(request, _("借出去了：%(name)s %(label)s，%(due)s 前还。") % said)
    return redirect(safe_next(request, request.POST.get("next"), reverse("desk-sharing")))


@roles(*COMMUNITY)
@require_GET
def stickers(request: HttpRequest) -> HttpResponse:
    """一张 A4 的贴纸：名字、编码、二维码。`?kind=book`。"""
    centre = centre_of(current_community(request))
    if centre is None or not runs_centre(request.actor, centre):  # type: ignore[attr-defined]
        raise NotFound()
    kind = request.GET.get("kind", "")
    rows = [
        {"copy": one, "item": one.item, "url": request.build_absolute_uri(one.get_absolute_url())}
        for one in queries.stickers_of(centre, kind)
    ]
    context = {"rows": rows, "centre": centre, "kind": kind, "kinds": ItemKind.choices}
    return render(request, "centres/sharing/stickers.html", context)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def new_item(request: HttpRequest) -> HttpResponse:
    """添一样能借的东西，几份就出几张贴纸。"""
    centre = centre_of(current_community(request))
    actor = request.actor  # type: ignore[attr-defined]
    if centre is None or not runs_centre(actor, centre):
        raise NotFound()
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            item = stock.add_item(actor=actor, centre=centre, **form.cleaned_data)
        except Refusal as refused:
            for name, sentences in refused.extra.get("errors", {"name": [str(refused.message)]}).items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("添上了。贴纸在“打印贴纸”里。"))
            return redirect(item)
    context: dict[str, Any] = {"form": form, "centre": centre}
    return render(request, "centres/sharing/new_item.html", context, status=422 if form.is_bound else 200)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
