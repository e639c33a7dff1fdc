from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.accounts.policy import signed_in
from portal.errors import NotFound
from portal.longwork import services
from portal.longwork.models import LongWork


@signed_in
@require_GET
def works(request: HttpRequest) -> HttpResponse:
    """One's own long works, newest first."""
    rows = LongWork.objects.filter(owner_id=request.actor.id).order_by("-created_at")  # type: ignore[attr-defined]
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    return render(request, "portal/longwork/works.html", {"page": page})


@signed_in
@require_GET
def work(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is; while it goes on the page asks again by itself, with and without scripts."""
    row = services.of_owner(request.actor, pk)  # type: ignore[attr-defined]
    done = services.progress_of(row)
    context = {"work": row, "done": done, "percent": min(100, done[0] * 100 // done[1]) if done else None}
    template = "portal/longwork/_state.html" if request.htmx else "portal/longwork/work.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@signed_in
@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = services.stop(actor=request.actor, pk=pk)  # type: ignore[attr-defined]
    if row.state == "stopped":
        messages.success(request, _("停下了，没有做完的部分不算数。"))
    return redirect(row)


@signed_in
@require_GET
def file(request: HttpRequest, pk: UUID) -> FileResponse:
    """The file, to its owner, until it is forgotten."""
    row = services.take(actor=request.actor, pk=pk)  # type: ignore[attr-defined]
    try:
        content = row.result.open("rb")
    except FileNotFoundError as error:
        raise NotFound() from error
    response = FileResponse(content, as_attachment=True, filename=row.result_name or "result")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
