from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.activities import attendance, pickup, queries, services, words
from centres.activities.forms import MarkForm, MoveForm, ReasonForm
from centres.activities.models import Session
from centres.activities.timetable import ATTENDANCE_OPEN
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of


def _own(request: HttpRequest, session_id: UUID) -> Session:
    found = Session.objects.within(actor_of(request)).with_activity().filter(pk=session_id).first()
    if found is None:
        raise NotFound()
    return found


@roles(*COMMUNITY)
@require_GET
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    return page(request, session_id)


def page(
    request: HttpRequest, session_id: UUID, *, refused: Refusal | None = None, about: UUID | None = None
) -> HttpResponse:
    """点名：一行一个人，点一下就是来了；孩子走的时候对接送码。"""
    now = timezone.localtime()
    found = _own(request, session_id)
    rows = queries.roster(found)
    here = [row for row in rows if row.attendance is not None]
    context = {
        "session": found,
        "activity": found.activity,
        "slot": words.slot(found.starts_at, found.ends_at, now),
        "place": words.place(found.activity, found),
        "rows": rows,
        "here": len(here),
        "waiting": sum(1 for row in here if row.fetched and row.attendance and row.attendance.picked_up_at is None),
        "open": not found.is_cancelled and found.starts_at - attendance.OPENS <= now < found.ends_at + ATTENDANCE_OPEN,
        "to_come": not found.is_cancelled and now < found.starts_at,
        "refused": refused,
        "about": about,
    }
    return render(request, "centres/activities/session.html", context, status=refused.status if refused else 200)


@roles(*COMMUNITY)
@require_POST
def mark(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """One tap. Every one of them may be sent twice, so that it needs no key; a wrong code must stay counted."""
    found = _own(request, session_id)
    form = MarkForm(request.POST)
    form.is_valid()
    data, actor = form.cleaned_data, actor_of(request)
    do, enrolment_id = data.get("do"), data.get("enrolment")
    given: dict[str, Any] = {"actor": actor, "session_id": found.pk}
    try:
        if do == "close":
            attendance.close_list(**given)
            messages.success(request, _("点完了。"))
            return redirect("desk-session", session_id)
        if enrolment_id is None:
            raise NotFound()
        given["enrolment_id"] = enrolment_id
        if do == "code":
            pickup.hand_over(**given, digits=data.get("digits", ""))
        elif do == "listed":
            if data.get("person") is None:
                raise Refusal(_("请点一下是哪位来接的。"), code="WHO")
            pickup.hand_to_listed(**given, person_id=data["person"], reason=data.get("reason", ""))
        elif do in ("arrive", "leave", "undo"):
            {"arrive": attendance.arrive, "leave": attendance.leave, "undo": attendance.undo}[do](**given)
        else:
            raise NotFound()
    except Refusal as refused:
        if refused.status == 404:
            raise
        return page(request, session_id, refused=refused, about=enrolment_id)
    return redirect(f"{reverse('desk-session', args=[session_id])}#e-{enrolment_id}")


@roles(*COMMUNITY)
@require_GET
def printed(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """名单，打在纸上：停电、没网也能点名。"""
    found = _own(request, session_id)
    context = {"session": found, "activity": found.activity, "rows": queries.roster(found)}
    return render(request, "centres/activities/session_list.html", context)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def change(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """这一场改时间，或者取消：报了名的人都会知道，一人一条。"""
    found, actor = _own(request, session_id), actor_of(request)
    do = request.POST.get("do", "")
    local = [timezone.localtime(moment) for moment in (found.starts_at, found.ends_at)]
    initial = {"date": local[0].date(), "start": local[0].time(), "end": local[1].time()}
    move = MoveForm(request.POST if do == "move" else None, initial=initial)
    reason = ReasonForm(request.POST if do == "cancel" else None)
    refused: Refusal | None = None
    try:
        if do == "move" and move.is_valid():
            starts_at, ends_at = move.times
            services.move_session(actor=actor, session_id=session_id, starts_at=starts_at, ends_at=ends_at)
            messages.success(request, _("改好了，报了名的都告诉了一声。"))
            return redirect("desk-session", session_id)
        if do == "cancel" and reason.is_valid():
            said = reason.cleaned_data["reason"]
            services.cancel_session(actor=actor, session_id=session_id, reason=said)
            messages.success(request, _("取消了，报了名的都告诉了一声。"))
            return redirect("desk-activity", found.activity_id)
    except Refusal as error:
        if error.status == 404:
            raise
        refused = error
    context = {"session": found, "activity": found.activity, "move": move, "reason": reason, "refused": refused}
    context["slot"] = words.slot(found.starts_at, found.ends_at, timezone.localtime())
    status = refused.status if refused else 422 if request.method == "POST" else 200
    return render(request, "centres/activities/session_change.html", context, status=status)
