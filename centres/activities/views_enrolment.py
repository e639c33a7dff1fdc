from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.activities import enrolling, persons, pickup, queries, rules, seating, words
from centres.activities.enums import LIVE, EnrolmentState, Event
from centres.activities.forms import ActForm, EnrolForm, PickupForm
from centres.activities.lifecycle import flow
from centres.activities.models import Activity
from centres.activities.models_enrolment import Enrolment
from portal.accounts.policy import signed_in
from portal.errors import Invalid, NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of, user_of

PER_PAGE = 20


# ---------------------------------------------------------------- enrolling
@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def enrol(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """报名：谁来、哪一场；孩子来，监护人点头。满了就排候补。"""
    actor = actor_of(request)
    found = queries.visible_activity(actor, activity_id)
    if found is None:
        raise NotFound()
    form = _form(request, found)
    if request.method == "GET":
        return _ask(request, found, form)
    if not form.is_valid() or not _settled(request, form):
        return _ask(request, found, form, status=422)
    try:
        made = enrolling.enrol(actor=actor, activity_id=activity_id, **form.given)
    except Invalid as invalid:
        for name, said in invalid.extra.get("errors", {"__all__": [invalid.message]}).items():
            form.add_error(name if name in form.fields else None, list(said))
        return _ask(request, found, form, status=422)
    except Refusal as refused:
        if refused.status in (403, 404):
            raise
        return _ask(request, found, form, refused=refused, status=refused.status)
    said = _("报上了。") if made.state == EnrolmentState.ENROLLED else _("满了，给您排上候补了，轮到就告诉您。")
    messages.success(request, said)
    return redirect(made)


def _form(request: HttpRequest, activity: Activity) -> EnrolForm:
    now = timezone.localtime()
    coming = [one for one in queries.sessions_of(activity) if not one.is_cancelled and one.starts_at > now]
    return EnrolForm(
        request.POST if request.method == "POST" else None,
        activity=activity,
        user=request.user,
        others=rules.may_enrol_others(actor_of(request), activity),
        sessions=coming if activity.by_session else [],
        initial={"session": request.GET.get("session", str(coming[0].pk) if coming else "")},
    )


def _settled(request: HttpRequest, form: EnrolForm) -> bool:
    """At the counter: make sure one person is meant; else put the question into the form."""
    text = form.cleaned_data.get("counter", "")
    if not form.others or not text or form.cleaned_data.get("person"):
        return True
    found = persons.found_at_counter(actor_of(request), text)
    if len(found) == 1:
        form.cleaned_data["person"] = UUID(found[0][0])
        return True
    if found:
        form.offer(found)
        form.add_error("person", _("有几位对得上，请点一位。"))
    else:
        form.add_error("counter", _("没找到这一位。换整个手机号试试；还没有的，请他先用手机号在这个网站登录一次。"))
    return False


def _ask(
    request: HttpRequest, activity: Activity, form: EnrolForm, *, refused: Refusal | None = None, status: int = 200
) -> HttpResponse:
    seats = None if activity.by_session else seating.seats_of(activity, None)
    context = {
        "activity": activity,
        "form": form,
        "seats": seats,
        "full": seats is not None and not seats.left,
        "refused": refused,
        "ages": words.ages(activity),
        "fee": words.fee(activity),
    }
    return render(request, "centres/activities/enrol.html", context, status=status)


# ---------------------------------------------------------------- one enrolment
@signed_in
@require_GET
def enrolment(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    return page(request, enrolment_id)


def page(request: HttpRequest, enrolment_id: UUID, *, refused: Refusal | None = None, event: str = "") -> HttpResponse:
    """A seat or a place in line, as whose it is or the staff read it."""
    now, actor = timezone.localtime(), actor_of(request)
    found = enrolling.visible_enrolment(actor, enrolment_id)
    mine = rules.speaks_for(actor, found)
    events = flow.open_events(actor, found)
    coming = queries.next_sessions([found], now).get(found.pk)
    over = found.session is not None and now >= found.session.starts_at
    elder = bool(request.elder)  # type: ignore[attr-defined]
    before = seating.before(found) if found.state == EnrolmentState.WAITING else 0
    context = {
        "enrolment": found,
        "activity": found.activity,
        "centre": found.activity.centre,
        "mine": mine,
        "standing": words.standing(found, now, before=before, mine=mine, elder=elder),
        "coming": coming,
        "place": words.place(found.activity, coming),
        "may_accept": Event.ACCEPT in events and found.offered_until is not None and now < found.offered_until,
        "may_withdraw": Event.WITHDRAW in events and not over,
        "may_cancel": Event.CANCEL in events and not mine,
        "fetched": found.is_child and found.activity.needs_pickup and found.state == EnrolmentState.ENROLLED,
        "certificate": queries.certificate_of(found) if found.state == EnrolmentState.FINISHED else None,
        "history": words.history(queries.records_of(found), mine=mine),
        "refused": refused,
        "event": event,
    }
    return render(
        request, "centres/activities/enrolment.html", context, status=refused.status if refused is not None else 200
    )


@signed_in
@require_POST
@once_form
def act(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """我来、不来了; the staff: cancel with a reason. What is refused is said on the page as it is now."""
    form = ActForm(request.POST)
    form.is_valid()
    data, actor = form.cleaned_data, actor_of(request)
    event = data.get("event", "")
    try:
        if event == Event.ACCEPT:
            found = enrolling.accept(actor=actor, enrolment_id=enrolment_id)
        elif event == Event.WITHDRAW:
            found = enrolling.withdraw(actor=actor, enrolment_id=enrolment_id, version=data.get("version"))
        elif event == Event.CANCEL:
            reason = data.get("reason", "")
            found = enrolling.cancel(actor=actor, enrolment_id=enrolment_id, reason=reason, version=data.get("version"))
        else:
            raise NotFound()
    except Refusal as refused:
        if refused.status == 404:
            raise
        return page(request, enrolment_id, refused=refused, event=event)
    messages.success(request, _thanks(found))
    return redirect(found)


def _thanks(enrolment: Enrolment) -> str:
    said = {
        EnrolmentState.ENROLLED: _("好的，算上您了。"),
        EnrolmentState.WITHDRAWN: _("记下了，名额让给下一位。谢谢您说一声。"),
    }
    return said.get(EnrolmentState(enrolment.state), _("取消了，已经告诉他为什么。"))


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我报的：要回话的在前，还没到的，上完的。"""
    now, user = timezone.localtime(), user_of(request)
    live = queries.live_of(user.pk)
    past = Paginator(queries.mine(user.pk).exclude(state__in=LIVE), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "live": cards(live, now, elder=bool(request.elder)),  # type: ignore[attr-defined]
        "page": past,
        "past": [{"enrolment": one, "standing": words.standing(one, now)} for one in past],
    }
    return render(request, "centres/activities/mine.html", context)


def cards(enrolments: list[Enrolment], now: Any, *, elder: bool = False) -> list[dict[str, Any]]:
    """Each with its next date and where it stands. One query."""
    return [
        {"enrolment": one, "coming": coming, "standing": words.standing(one, now, elder=elder)}
        for one, coming in queries.by_date(enrolments, now)
    ]


# ---------------------------------------------------------------- fetching a child
@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def pickups(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """谁来接：今天的接送码，和家长写下的接送人。"""
    actor = actor_of(request)
    found = enrolling.visible_enrolment(actor, enrolment_id)
    form = PickupForm(request.POST if request.POST.get("do") == "name" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            _change_pickups(request, enrolment_id, form)
        except Invalid as invalid:
            for name, said in invalid.extra["errors"].items():
                form.add_error(name, said)
        else:
            return redirect(reverse("enrolment-pickup", args=[enrolment_id]))
    return render(
        request,
        "centres/activities/pickup.html",
        _pickup_context(request, found, form),
        status=422 if form.is_bound else 200,
    )


def _change_pickups(request: HttpRequest, enrolment_id: UUID, form: PickupForm) -> None:
    actor, do = actor_of(request), request.POST.get("do")
    if do == "name":
        pickup.name_person(actor=actor, enrolment_id=enrolment_id, **form.cleaned_data)
        messages.success(request, _("记下了，他也可以来接。"))
    elif do == "renew":
        pickup.renew(actor=actor, enrolment_id=enrolment_id)
        messages.success(request, _("换好了，旧的码不能用了。"))
    else:
        try:
            person_id = UUID(request.POST.get("person", ""))
        except ValueError as error:
            raise NotFound() from error
        pickup.strike_person(actor=actor, enrolment_id=enrolment_id, person_id=person_id)
        messages.success(request, _("删掉了，他不能再来接。"))


def _pickup_context(request: HttpRequest, enrolment: Enrolment, form: PickupForm) -> dict[str, Any]:
    now = timezone.localtime()
    if not (enrolment.is_child and enrolment.activity.needs_pickup):
        raise NotFound()
    mine = rules.speaks_for(actor_of(request), enrolment)
    session = pickup.session_of_today(enrolment, now) if enrolment.state == EnrolmentState.ENROLLED else None
    code = pickup.issue(enrolment=enrolment, session=session) if session is not None and mine else None
    digits = pickup.digits_of(code) if code is not None and code.used_at is None else ""
    return {
        "enrolment": enrolment,
        "form": form,
        "people": queries.pickup_people(enrolment),
        "session": session,
        "code": code,
        "digits": f"{digits[:3]} {digits[3:]}" if digits else "",
        "mine": mine,
        "full": len(queries.pickup_people(enrolment)) >= pickup.MOST_PEOPLE,
    }


# ---------------------------------------------------------------- the certificate
@signed_in
@require_GET
def certificate(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """结业证，打出来带走。"""
    found = enrolling.visible_enrolment(actor_of(request), enrolment_id)
    given = queries.certificate_of(found)
    if given is None:
        raise NotFound()
    context = {
        "enrolment": found,
        "certificate": given,
        "hours": words.hours(given.minutes),
        "url": request.build_absolute_uri(given.get_absolute_url()),
    }
    return render(request, "centres/activities/my_certificate.html", context)
