from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.registry.queries import household_for, people_of
from grids.visits import queries, rules
from grids.visits.enums import Purpose
from grids.visits.forms import VisitForm
from grids.visits.materials import materials_at
from grids.visits.offline_page import offline_context
from grids.visits.services import QUIET, admit, dismiss, log_visit
from grids.visits.walk import Walk, walk_of
from portal.accounts.enums import DATA_ROLES
from portal.accounts.policy import roles
from portal.attachments.queries import of_owner
from portal.errors import Conflict, Invalid, NotFound, Refusal
from portal.once.services import once_form
from portal.rows import uuid7
from portal.ui.paging import LongPaginator

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
    "household": "outcome",
}


@KNOCKERS
@require_http_methods(["GET", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """今天走访: the next door, three taps, and the one after it. `?door=` opens another door of one's own."""
    actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    walk = walk_of(actor.reach, actor.id, now)
    door, taken = _door(request, walk), offline_context(str(actor.id))
    if door is None:
        return render(request, "grids/visits/today.html", {"walk": walk, "door": None, "form": None, "offline": taken})
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    context = {"walk": walk, "offline": taken, **at_the_door(walk, door, now, given)}
    form = context["form"]
    if request.method == "POST" and form.is_valid() and _log(request, form, door):
        return redirect("grid-today")
    return render(request, "grids/visits/today.html", context, status=422 if form.errors else 200)


def at_the_door(
    walk: Walk, door: Any, now: datetime, given: tuple[Any, Any] = (None, None), **known: Any
) -> dict[str, Any]:
    """What the form of one door shows. `known`: what is at hand already for many doors, as for a phone's pack."""
    waiting = known["promises"] if "promises" in known else queries.promises_at(door.pk)
    people = known["people"] if "people" in known else people_of(door)
    sign = known["sign"] if "sign" in known else queries.sign_of(door.pk)
    errands = known["errands"] if "errands" in known else queries.errands_open_at(door.pk, walk.day)
    materials = known["materials"] if "materials" in known else materials_at(door.building.path)
    form = VisitForm(
        *given,
        promises=waiting,
        people=people,
        now=now,
        errands=errands,
        materials=materials,
        sign=sign,
        initial={"visit": uuid7(), "door": door.pk, "purposes": walk.purposes},
    )
    return {
        "door": door,
        "form": form,
        "promises": waiting,
        "people": people,
        "sign": sign,
        "after": walk.after(door),
        "purposes": [Purpose(code).label for code in form["purposes"].value() or [] if code in Purpose.values],
        "today": walk.day,
    }


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


def day_asked(request: HttpRequest, name: str) -> date | None:
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None


@READERS
@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Visits within reach, newest first: `?since=` a day, `?household=` a door."""
    reach = request.actor.reach  # type: ignore[attr-defined]
    since = day_asked(request, "since")
    door = None
    if asked := request.GET.get("household"):
        try:
            door = household_for(reach, UUID(asked))
        except ValueError:
            raise NotFound() from None
        if door is None:
            raise NotFound()
    found = queries.visits_within(reach, since=since, household=door.pk if door else None)
    page = LongPaginator(found, PER_PAGE).get_page(request.GET.get("page"))
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
        "is_quiet": found.pending.get("why") == QUIET,
        "objections": found.objections.order_by("created_at"),
        "may_decide": rules.may_decide(actor, found.household.building.path, found.worker_id),
        "handed_out": found.handed_out.select_related("material").order_by("pk"),
        "errands": found.errands.select_related("asker").order_by("pk"),
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
