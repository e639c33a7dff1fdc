from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.registry.queries import household_for, people_of
from grids.tree.enums import Level
from grids.tree.queries import by_id, visible
from grids.visits import queries, rules
from grids.visits.enums import Purpose
from grids.visits.forms import RoundForm, VisitForm
from grids.visits.services import admit, dismiss, keep_promise, log_visit, open_round
from grids.visits.walk import Walk, walk_of
from portal.accounts.enums import DATA_ROLES, Role
from portal.accounts.policy import roles
from portal.attachments.queries import of_owner
from portal.errors import Conflict, Invalid, NotFound, Refusal
from portal.once.services import once_form
from portal.rows import uuid7
from portal.ui.links import safe_next

KNOCKERS = roles(*rules.KNOCKERS)
READERS = roles(*DATA_ROLES)
JUDGES = roles(*rules.JUDGES)
PER_PAGE = 50
# Where the form says what the service calls otherwise; the storey above calls what it becomes its text.
SHOWN_AT = {
    "visited_at": "at",
    "photos": "photo",
    "promises": "promise",
    "follow_ups": "follow_text",
    "text": "follow_text",
    "description": "follow_text",
}


@KNOCKERS
@require_http_methods(["GET", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """今天走访: the next door, three taps, and the one after it. `?door=` opens another door of one's own."""
    actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    walk = walk_of(actor.reach, actor.id, now)
    door = _door(request, walk)
    if door is None:
        return render(request, "grids/visits/today.html", {"walk": walk, "door": None, "form": None})
    waiting, people = queries.promises_at(door.pk), people_of(door)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    start = {"visit": uuid7(), "door": door.pk, "purposes": walk.purposes}
    form = VisitForm(*given, promises=waiting, people=people, now=now, initial=start)
    if request.method == "POST" and form.is_valid() and _log(request, form, door):
        return redirect("grid-today")
    context = {
        "walk": walk,
        "door": door,
        "form": form,
        "promises": waiting,
        "people": people,
        "after": walk.after(door),
        "purposes": [Purpose(code).label for code in form["purposes"].value() or [] if code in Purpose.values],
        "today": walk.day,
    }
    return render(request, "grids/visits/today.html", context, status=422 if form.errors else 200)


def _door(request: HttpRequest, walk: Walk) -> Any:
    """The door that is asked for, within reach of whoever knocks; without one the next of the walk."""
    asked = request.POST.get("door") or request.GET.get("door")
    if not asked:
        return walk.stops[0].door if walk.stops else None
    try:
        door = household_for(request.actor.reach, UUID(asked))  # type: ignore[attr-defined]
    except ValueError:
        door = None
    if door is None or not rules.may_visit(request.actor, door.building.path):  # type: ignore[attr-defined]
        raise NotFound()
    return door


def _log(request: HttpRequest, form: VisitForm, door: Any) -> bool:
    """Log what the form says; a refusal about its content, or by the storey above, goes back onto the form."""
    data = form.cleaned_data
    try:
        logged = log_visit(
            actor=request.actor,  # type: ignore[attr-defined]
            visit_id=data["visit"],
            entry=form.entry(door),
            uploads=form.photos,
            kept_promises=[UUID(one) for one in data["kept"]],
        )
    except (Conflict, NotFound):
        raise
    except Refusal as refused:
        place = "photo" if form.photos and isinstance(refused, Invalid) else "follow"
        for name, said in (refused.extra.get("errors") or {place: [refused.message]}).items():
            form.add_error(SHOWN_AT.get(name, name if name in form.fields else None), said)
        return False
    outcome = logged.visit.get_outcome_display()
    messages.success(request, _("%(door)s 存好了：%(outcome)s") % {"door": door.code, "outcome": outcome})
    return True


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None


@READERS
@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Visits within reach, newest first: `?since=` a day, `?household=` a door."""
    reach = request.actor.reach  # type: ignore[attr-defined]
    since = _day(request, "since")
    door = None
    if asked := request.GET.get("household"):
        try:
            door = household_for(reach, UUID(asked))
        except ValueError:
            raise NotFound() from None
        if door is None:
            raise NotFound()
    found = queries.visits_within(reach, since=since, household=door.pk if door else None)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    held = queries.held_back(reach) if not door else []
    return render(request, "grids/visits/visits.html", {"page": page, "since": since, "door": door, "held": held})


@READERS
@require_GET
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One visit: what was written, what was promised, what it started."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.visit_for(actor.reach, visit_id)
    if found is None:
        raise NotFound()
    context = {
        "visit": found,
        "promises": found.promises.order_by("due_on", "pk"),
        "follow_ups": found.follow_ups.order_by("pk"),
        "photos": of_owner(found.pk),
        "may_judge": rules.may_judge(actor, found.household.building.path),
        "may_keep": rules.may_visit(actor, found.household.building.path),
        "today": timezone.localdate(),
    }
    return render(request, "grids/visits/visit.html", context)


@JUDGES
@require_POST
@once_form
def judge(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The secretary's word on a visit that came in after its writer's posting had ended."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.POST.get("word") == "admit":
        admit(actor=actor, visit_id=visit_id)
        messages.success(request, _("收下了，答应的事、要转的事都接上了。"))
    else:
        dismiss(actor=actor, visit_id=visit_id, reason=request.POST.get("reason", ""))
        messages.success(request, _("没有收，原因记下了。"))
    return redirect("visit", visit_id=visit_id)


@READERS
@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """Promises that wait within reach, the earliest first; `?due=` only those of that day and before."""
    reach = request.actor.reach  # type: ignore[attr-defined]
    due = _day(request, "due")
    found = queries.promises_within(reach, due_by=due)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
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
    promise = keep_promise(actor=request.actor, promise_id=promise_id, note=request.POST.get("note", ""))  # type: ignore[attr-defined]
    messages.success(request, _("记下了，答应 %(door)s 的事办好了。") % {"door": promise.household.code})
    return redirect(safe_next(request, request.POST.get("next"), otherwise=reverse("promises")))


@READERS
@require_http_methods(["GET", "POST"])
@once_form
def rounds(request: HttpRequest) -> HttpResponse:
    """Rounds of visits within reach; who may opens another."""
    actor = request.actor  # type: ignore[attr-defined]
    may_open = actor.holds(Role.SECRETARY, Role.STREET_SUPERVISOR, Role.DISTRICT_ADMIN)
    grids = visible(actor.reach, Level.COMMUNITY, Level.COMMUNITY_GRID, Level.BASIC_GRID) if may_open else []
    grids = [grid for grid in grids if rules.may_open_round(actor, grid.path)]
    start = {"starts_on": timezone.localdate(), "purposes": [Purpose.PUBLICITY, Purpose.INFORMATION]}
    form = RoundForm(request.POST or None, grids=grids, initial=start)
    if request.method == "POST":
        if not may_open:
            raise NotFound()
        if form.is_valid():
            data = form.cleaned_data
            grid = by_id(data.pop("grid"))
            if grid is None:
                raise NotFound()
            opened = open_round(actor=actor, grid=grid, **{**data, "purposes": tuple(data["purposes"])})
            messages.success(request, _("“%(name)s”开始了，网格员打开“走访”就能看到。") % {"name": opened.name})
            return redirect("visit-rounds")
    found = queries.rounds_within(actor.reach)
    met = queries.doors_met(found)
    context = {"rounds": [(one, met.get(one.pk, 0)) for one in found], "form": form if may_open else None}
    return render(request, "grids/visits/rounds.html", {**context, "today": timezone.localdate()})
