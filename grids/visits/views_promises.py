"""承诺账本 for those who work here; what they answer to an objection."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.visits import queries, rules
from grids.visits.forms_more import MoveForm
from grids.visits.objections import decide
from grids.visits.promising import keep_promise, move_promise
from grids.visits.views import KNOCKERS, PER_PAGE, READERS, day_asked
from portal.accounts.enums import Role
from portal.accounts.policy import roles
from portal.errors import Invalid, NotFound
from portal.once.services import once_form
from portal.requests import actor_of
from portal.ui.links import safe_next
from portal.ui.paging import LongPaginator

DECIDERS = roles(Role.SECRETARY, Role.STREET_SUPERVISOR)


@READERS
@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """Promises that wait within reach, the earliest first; `?due=` only those of that day and before."""
    reach = actor_of(request).reach
    due = day_asked(request, "due")
    found = queries.promises_within(reach, due_by=due)
    page = LongPaginator(found, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.localdate()
    context = {
        "page": page,
        "rows": [(one, one.is_late(now)) for one in page],
        "due": due,
        "may_keep": reach.holds(*rules.KNOCKERS),
    }
    return render(request, "grids/visits/promises.html", context)


@KNOCKERS
@require_POST
@once_form
def keep(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    promise = keep_promise(actor=actor_of(request), promise_id=promise_id, note=request.POST.get("note", ""))
    messages.success(request, _("记下了，答应 %(door)s 的事办好了。") % {"door": promise.household.code})
    return redirect(safe_next(request, request.POST.get("next"), otherwise=reverse("promises")))


@KNOCKERS
@require_http_methods(["GET", "POST"])
@once_form
def move(request: HttpRequest, promise_id: UUID) -> HttpResponse:
    """Put a promise off, once, with a reason that those behind the door are told."""
    actor = actor_of(request)
    promise = queries.promise_by_id(promise_id)
    if promise is None or not rules.may_visit(actor, promise.household.building.path):
        raise NotFound()
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            move_promise(actor=actor, promise_id=promise_id, **form.cleaned_data)
        except Invalid as refused:
            for name, said in refused.extra.get("errors", {}).items():
                form.add_error(name, said)
        else:
            messages.success(request, _("改好了，住户会收到新的日子和原因。"))
            return redirect("promises")
    context = {"promise": promise, "form": form, "today": timezone.localdate()}
    return render(request, "grids/visits/move.html", context, status=422 if form.errors else 200)


@DECIDERS
@require_POST
@once_form
def decide_objection(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """The word of somebody other than the writer on whether a note stays as it is."""
    note = request.POST.get("note", "") if request.POST.get("word") == "change" else None
    found = decide(actor=actor_of(request), objection_id=objection_id, note=note, answer=request.POST.get("answer", ""))
    messages.success(request, _("定好了，住户看得到您写的。"))
    return redirect("visit", visit_id=found.visit_id)
