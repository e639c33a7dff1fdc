from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.registry import life, queries, rules
from grids.registry.forms import ReasonForm, UnlinkForm
from grids.registry.models import Resident
from grids.registry.services import link_account, reveal, unlink_account
from grids.tree.enums import Level
from grids.tree.queries import visible
from portal.accounts.enums import COMMUNITY, DATA_ROLES, Role
from portal.accounts.policy import roles
from portal.errors import NotFound
from portal.once.services import once_form

REGISTER = roles(*DATA_ROLES)
PER_PAGE = 50
NO_BUILDING = UUID(int=0)


@REGISTER
@require_GET
def households(request: HttpRequest) -> HttpResponse:
    """Doors within reach; one field finds a person or a door."""
    reach = request.actor.reach  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:60]
    if text:
        return render(request, "grids/registry/found.html", {"q": text, "found": queries.find(reach, text)})
    buildings = visible(reach, Level.BUILDING)
    chosen = next((one for one in buildings if str(one.pk) == request.GET.get("building")), None)
    # A whole district of doors is no list: without a building the first one is shown.
    here = chosen or next(iter(buildings), None)
    doors = queries.with_families(queries.households(reach, building=here.pk if here else NO_BUILDING))
    page = Paginator(doors, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "buildings": buildings[:300], "here": here, "many": len(buildings) > 300}
    return render(request, "grids/registry/households.html", context)


@REGISTER
@require_GET
def household(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """One door: who lives there, telephones masked, whose account is confirmed."""
    actor = request.actor  # type: ignore[attr-defined]
    door = queries.household_for(actor.reach, household_id)
    if door is None:
        raise NotFound()
    people = queries.people_of(door)
    may_link = rules.may_link(actor, door.building.path)
    accounts = queries.accounts_matching(people) if may_link else {}
    for person in people:
        person.account = accounts.get(person.phone or "") if person.user_id is None else None  # type: ignore[attr-defined]
    context = {"door": door, "people": people, "may_link": may_link, "unlink": UnlinkForm()}
    context["may_ask_care"] = actor.reach.covers(door.building.path, Role.GRID_WORKER, Role.SECRETARY)
    context["gone"] = queries.gone_from(door) if may_link else []
    context["planned"] = life.planned_at(door) if may_link else []
    context["may_print"] = actor.reach.covers(door.building.path, *COMMUNITY)
    return render(request, "grids/registry/household.html", context)


@REGISTER
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Open one telephone number: asks why, shows it once, and the person can read who asked."""
    resident = _resident(request, resident_id)
    form = ReasonForm(request.POST or None)
    number = None
    if request.method == "POST" and form.is_valid():
        number = reveal(actor=request.actor, resident_id=resident_id, field="phone", reason=form.said)  # type: ignore[attr-defined]
    response = render(request, "grids/registry/phone.html", {"resident": resident, "form": form, "number": number})
    response["Cache-Control"] = "no-store"  # the back button must not show it again without a reason
    return response


@REGISTER
@require_POST
@once_form
def link(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Confirm that the account with this person's telephone is theirs."""
    resident = _resident(request, resident_id)
    account = queries.accounts_matching([resident]).get(resident.phone or "")
    if account is None and resident.user_id is None:
        raise NotFound()
    if account is not None:
        link_account(actor=request.actor, resident_id=resident_id, user_id=account.pk)  # type: ignore[attr-defined]
        messages.success(request, _("确认好了，以后他用这个账号就是他本人。"))
    return redirect("household", household_id=resident.household_id)


@REGISTER
@require_POST
@once_form
def unlink(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    resident = _resident(request, resident_id)
    unlink_account(actor=request.actor, resident_id=resident_id, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    messages.success(request, _("账号解除了，登记的内容没有动。"))
    return redirect("household", household_id=resident.household_id)


def _resident(request: HttpRequest, resident_id: UUID) -> Resident:
    resident = queries.resident_for(request.actor.reach, resident_id)  # type: ignore[attr-defined]
    if resident is None:
        raise NotFound()
    return resident
