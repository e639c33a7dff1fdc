from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.tree.queries import current_community
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import anyone, roles, signed_in
from portal.errors import NotFound
from portal.once.services import once_form
from portal.ui.links import safe_next
from volunteers.service import queries, rules, services
from volunteers.service.forms import LeaderForm, TeamForm, VolunteerForm
from volunteers.service.models import VolunteerTeam


@anyone
@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """The teams of the community by kind and by name; nobody in them is named or ranked."""
    here = current_community(request)
    path = here.path if here else "-"
    by_kind = queries.teams_of(path)
    context = {
        "here": here,
        "by_kind": by_kind,
        "total": sum(len(cards) for _kind, cards in by_kind),
        "volunteers": rules.shown_count(queries.volunteers_under(path)),
        "me": queries.volunteer_of(request.actor.id),  # type: ignore[attr-defined]
        "may_found": here is not None and request.actor.reach.covers(here.path, *COMMUNITY),  # type: ignore[attr-defined]
    }
    return render(request, "volunteers/service/teams.html", context)


@anyone
@require_GET
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """One team. Who its members are is for its leader and its community."""
    return _team_page(request, team_id)


def _team_page(request: HttpRequest, team_id: UUID, leader_form: LeaderForm | None = None) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = _team(team_id)
    inside = rules.may_take_in(actor, found)
    members = queries.members_of(found) if inside else []
    context = {
        "team": found,
        "card": queries.card_of(found),
        "inside": inside,
        "members": members,
        "asking": queries.asking_of(found) if inside else [],
        "own": queries.membership_in(found, actor.id),
        "leads": rules.leads(actor, found),
        "leader_form": (leader_form or LeaderForm(members=members))
        if rules.works_for(actor, found) and members
        else None,
        "community": found.grid,
    }
    return render(request, "volunteers/service/team.html", context, status=422 if leader_form else 200)


def _team(team_id: UUID) -> VolunteerTeam:
    found = queries.team_by_id(team_id)
    if found is None:
        raise NotFound()
    return found


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def found(request: HttpRequest) -> HttpResponse:
    """The community sets up a team."""
    here = current_community(request)
    if here is None:
        raise NotFound()
    form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        team = services.found_team(actor=request.actor, grid=here, **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, _("“%(name)s”成立了。") % {"name": team.name})
        return redirect(team)
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/service/found.html", {"form": form, "here": here}, status=status)


@signed_in
@require_POST
@once_form
def ask(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """我要加入. Who is no volunteer yet signs up first and comes back."""
    _team(team_id)
    actor = request.actor  # type: ignore[attr-defined]
    if queries.volunteer_of(actor.id) is None:
        return redirect_to_join(f"/teams/{team_id}/")
    services.ask_to_join(actor=actor, team_id=team_id)
    messages.success(request, _("报上名了，队里答应了就告诉您。"))
    return redirect("team", team_id)


def redirect_to_join(back: str) -> HttpResponse:
    response = redirect("volunteer-join")
    response["Location"] += f"?next={back}"
    return response


@signed_in
@require_POST
@once_form
def decide(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """The leader or the community answers a request, or ends a membership; a member leaves."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    membership = queries.membership_for(actor, membership_id)
    if membership is None:
        raise NotFound()
    acts = {"take_in": services.take_in, "turn_down": services.turn_down, "leave": services.leave_team}
    act = acts.get(request.POST.get("answer", ""))
    if act is None:
        raise NotFound()
    act(actor=actor, membership_id=membership_id)
    messages.success(request, _("记下了。"))
    return redirect("team", membership.team_id)


@roles(*COMMUNITY)
@require_POST
@once_form
def appoint(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """The community names who leads."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    team = _team(team_id)
    if not rules.works_for(actor, team):
        raise NotFound()
    members = queries.members_of(team)
    form = LeaderForm(request.POST, members=members)
    if not form.is_valid():
        return _team_page(request, team_id, form)
    chosen = next(member.volunteer for member in members if str(member.volunteer_id) == form.cleaned_data["leader"])
    services.appoint_leader(actor=actor, team_id=team_id, volunteer=chosen)
    messages.success(request, _("“%(name)s”带这支队了。") % {"name": chosen.name})
    return redirect(team)


# ---------------------------------------------------------------- oneself
@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def join(request: HttpRequest) -> HttpResponse:
    """Become a volunteer, or change what one said of oneself. `?next=` leads back to what one was about to do."""
    actor = request.actor  # type: ignore[attr-defined]
    me = queries.volunteer_of(actor.id)
    back = safe_next(request, request.POST.get("next") or request.GET.get("next"), "/teams/")
    leave = safe_next(request, request.POST.get("back") or request.GET.get("back"), back)
    known = {"name": me.name, "skills": me.skills, "availability": me.availability} if me else {"name": actor.user.name}
    form = VolunteerForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        services.become_volunteer(actor=actor, **form.cleaned_data)
        messages.success(request, _("改好了。") if me else _("登记好了，谢谢您。"))
        return redirect(back)
    context = {"form": form, "me": me, "next": back, "back": leave}
    return render(request, "volunteers/service/join.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
@once_form
def stop(request: HttpRequest) -> HttpResponse:
    services.stop_volunteering(actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("退出了。什么时候想回来，都欢迎。"))
    return redirect("teams")
