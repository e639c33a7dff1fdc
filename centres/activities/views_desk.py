from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.activities import planning, queries, seating, services, words
from centres.activities.enums import EnrolmentState, Mode, Stage
from centres.activities.forms import ActivityForm, PlanForm, ReasonForm
from centres.activities.models import Activity
from centres.activities.views import read_first
from centres.rooms.queries import centre_of
from centres.rooms.rules import runs_centre
from grids.tree.queries import current_community
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Invalid, NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of

TAGS = {
    EnrolmentState.ENROLLED: "done",
    EnrolmentState.FINISHED: "done",
    EnrolmentState.OFFERED: "wait",
    EnrolmentState.WAITING: "wait",
}


@roles(*COMMUNITY)
@require_GET
def activities(request: HttpRequest) -> HttpResponse:
    """活动：这一天的场次，点名、打名单；下面是正在办的和还没发布的。"""
    now, actor = timezone.localtime(), actor_of(request)
    date = read_first(request.GET.get("date"), now.date())
    rows = list(queries.activities_of(actor, now))
    seats = seating.seats_of_many(rows)

    def of_term(one: Activity) -> seating.Seats:
        return seats.get((one.pk, None), seating.Seats(one.capacity))

    context = {
        "date": date,
        "is_today": date == now.date(),
        "said": words.ui.day(date, now),
        "sessions": queries.rows_of(queries.on_day(actor, date), now),
        "rows": [{"activity": one, "seats": None if one.by_session else of_term(one)} for one in rows],
        "after": date + queries.ONE_DAY,
        "before": date - queries.ONE_DAY if date > now.date() else None,
        "may_write": _house(request) is not None,
    }
    return render(request, "centres/activities/desk.html", context)


def _house(request: HttpRequest) -> Any:
    """The centre of one's own community that one may write for."""
    centre = centre_of(current_community(request))
    return centre if centre is not None and runs_centre(actor_of(request), centre) else None


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def create(request: HttpRequest) -> HttpResponse:
    """写一个活动：先是草稿，排上日子再发布。"""
    centre = _house(request)
    if centre is None:
        raise NotFound()
    form = ActivityForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = services.create_activity(actor=actor_of(request), centre=centre.pk, **form.given)
        except Invalid as invalid:
            _show(form, invalid)
        else:
            messages.success(request, _("记下了。接着排日子，再发布。"))
            return redirect("desk-activity-plan", made.pk)
    context = {"form": form, "activity": None, "centre": centre}
    return render(request, "centres/activities/desk_edit.html", context, status=422 if form.is_bound else 200)


def _show(form: Any, invalid: Invalid) -> None:
    for name, said in invalid.extra.get("errors", {}).items():
        form.add_error(name if name in form.fields else None, said)


def _own(request: HttpRequest, activity_id: UUID) -> Activity:
    found = queries.own_activity(actor_of(request), activity_id)
    if found is None:
        raise NotFound()
    return found


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def edit(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    found = _own(request, activity_id)
    refused: Refusal | None = None
    posted = request.method == "POST"
    form = ActivityForm(request.POST if posted else None, initial=ActivityForm.initial_of(found))
    if form.is_bound and form.is_valid():
        try:
            services.edit_activity(actor=actor_of(request), activity_id=activity_id, **form.given)
        except Invalid as invalid:
            _show(form, invalid)
        except Refusal as error:
            refused = error
        else:
            messages.success(request, _("改好了。"))
            return redirect("desk-activity", activity_id)
    context = {"form": form, "activity": found, "centre": found.centre, "refused": refused}
    status = refused.status if refused else 422 if posted else 200
    return render(request, "centres/activities/desk_edit.html", context, status=status)


@roles(*COMMUNITY)
@require_GET
def activity(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    return page(request, activity_id)


def page(request: HttpRequest, activity_id: UUID, *, refused: Refusal | None = None) -> HttpResponse:
    """一个活动的里子：日子、报名的人、候补的人，发布、改、取消。"""
    now = timezone.localtime()
    found = _own(request, activity_id)
    people = queries.people_of(found)
    sessions = queries.sessions_of(found)
    coming = [one for one in sessions if one.ends_at > now]
    seated = sum(1 for one in people if one.state in (EnrolmentState.ENROLLED, EnrolmentState.OFFERED))
    context = {
        "activity": found,
        "refused": refused,
        "seats": None if found.by_session else seating.seats_of(found, None),
        "sessions": coming,
        "past": [one for one in sessions if one.ends_at <= now],
        "people": [{"enrolment": one, "tag": TAGS.get(EnrolmentState(one.state), "")} for one in people],
        "seated": seated,
        "waiting": sum(1 for one in people if one.state == EnrolmentState.WAITING),
        "may_publish": found.stage == Stage.DRAFT and any(not one.is_cancelled for one in coming),
        "ages": words.ages(found),
        "fee": words.fee(found),
    }
    return render(request, "centres/activities/desk_activity.html", context, status=refused.status if refused else 200)


@roles(*COMMUNITY)
@require_POST
@once_form
def act(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """发布，或者整个取消。"""
    form = ReasonForm(request.POST)
    form.is_valid()
    _own(request, activity_id)
    try:
        if request.POST.get("do") == "publish":
            services.publish(actor=actor_of(request), activity_id=activity_id)
            messages.success(request, _("发布了，大家都看得到。"))
        else:
            reason = form.cleaned_data.get("reason", "")
            services.cancel_activity(actor=actor_of(request), activity_id=activity_id, reason=reason)
            messages.success(request, _("取消了，报了名的都告诉了一声。"))
    except Refusal as refused:
        if refused.status == 404:
            raise
        return page(request, activity_id, refused=refused)
    return redirect("desk-activity", activity_id)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def plan(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """排日子：先看哪天行、哪天不行、为什么，再全排或先排排得上的。"""
    found, actor = _own(request, activity_id), actor_of(request)
    form = PlanForm(request.POST if request.method == "POST" else None, activity=found)
    context: dict[str, Any] = {"activity": found, "form": form, "rows": None, "refused": None}
    if form.is_bound and form.is_valid():
        given: dict[str, Any] = {"actor": actor, "activity_id": activity_id, "plan": form.plan}
        try:
            if request.POST.get("step") in Mode.values:
                made, left = planning.carry_out(**given, mode=Mode(request.POST["step"]))
                messages.success(request, _planned(len(made), len(left)))
                return redirect("desk-activity", activity_id)
            context["rows"] = planning.preview(**given)
        except Refusal as refused:
            if refused.status == 404:
                raise
            context["refused"] = refused
    rows = context["rows"]
    if rows is not None:
        context["works"] = sum(1 for row in rows if row.works)
        context["fails"] = len(rows) - context["works"]
    refused_as = context["refused"].status if context["refused"] else 422
    status = 200 if rows is not None or not form.is_bound else refused_as
    return render(request, "centres/activities/desk_plan.html", context, status=status)


def _planned(made: int, left: int) -> str:
    said = _("排好了 %(n)s 场。") % {"n": made}
    return said + (_("有 %(n)s 天没排上。") % {"n": left} if left else "")
