"""The slip: where a case stands, for whoever holds its link or its number. No account needed."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from petitions.cases import (
    merging,
    promises,
    queries,
    refs,
    rules,
    services,
    timeline,
    verdicts,
    whistle_queries,
    words,
)
from petitions.cases.enums import Event, State
from petitions.cases.flow import flow
from petitions.cases.forms import RateForm, ReasonForm, Refusable, SayForm, TrackForm
from petitions.cases.models import Case
from portal.accounts.actors import Actor
from portal.accounts.policy import anyone, slip_holder
from portal.attachments.queries import of_owner
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.requests import whole_number
from portal.throttle import services as throttle

# What a slip can do, and the form it comes with.
FORMS: dict[str, type[Refusable]] = {
    "say": SayForm,
    Event.PROVIDE_INFO: SayForm,
    Event.RATE: RateForm,
    Event.REOPEN: ReasonForm,
    Event.WITHDRAW: Refusable,
}


def bearer(request: HttpRequest, case: Case) -> Actor:
    """Whoever is here, with the slip in hand."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return Actor(user=actor.user, reach=actor.reach, channel="slip", slip_of=case.pk)


@slip_holder
@never_cache
@once_form
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest, token: str) -> HttpResponse:
    case = queries.by_token(token)
    if case is None:
        raise Http404
    if request.method == "GET":
        return page(request, case)
    doing = request.POST.get("do", "")
    if doing not in FORMS:
        raise NotFound()
    form = FORMS[doing](request.POST)
    if not form.is_valid():
        return page(request, case, doing, form, status=422)
    try:
        throttle.hit("slip", str(case.pk), limit=30, window=timedelta(hours=1))
        do(request, case, doing, form.cleaned_data)
    except Refusal as refused:
        form.refused(refused)
        return page(request, queries.by_token(token) or case, doing, form, refused.status)
    return redirect(case.track_path)


def do(request: HttpRequest, case: Case, doing: str, given: dict[str, Any]) -> None:
    actor = bearer(request, case)
    if doing == "say":
        services.add_remark(actor=actor, case=case, text=given["text"], by_reporter=True)
        messages.success(request, _("记下了，经办人看得到。"))
        return
    reason = given.get("text") or given.get("reason") or ""
    data = {name: given[name] for name in ("satisfaction", "solved", "words") if name in given}
    services.act(
        actor=actor, case_id=case.pk, event=doing, version=whole_number(request.POST.get("version")),
        reason=reason, **data,
    )  # fmt: skip


def page(
    request: HttpRequest, case: Case, doing: str = "", form: Refusable | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    actor = bearer(request, case)
    open_events = flow.open_events(actor, case)
    forms = {name: form if name == doing and form is not None else kind() for name, kind in FORMS.items()}
    photos, calls = of_owner(case.pk), whistle_queries.of_case(case)
    context = {
        "case": case,
        # Whose answer it is: its own, or that of the one it was merged into.
        "told": case,
        "rejected": "",
        "late": case.is_late(now),
        "sentence": words.sentence(case, now, elder=bool(request.elder)),  # type: ignore[attr-defined]
        "steps": words.stages(case),
        "tag_kind": words.tag_kind(case, now),
        "comfort": words.comfort(case, now),
        "lines": timeline.of(case, calls, staff=False),
        "question": question(case),
        "photos": [photo for photo in photos if photo.owner_type == "case"],
        "evidence": [photo for photo in photos if photo.owner_type == "case_result"] if shows_answer(case) else [],
        "shows_answer": shows_answer(case),
        "promises": promises.of(case, calls, now),
        "power": promises.power(case, now),
        "verdicts": verdicts.lines(case, staff=False),
        "events": open_events,
        "may_say": case.is_open and rules.reporter(actor, case) and case.state != State.NEEDS_INFO,
        "say": forms["say"],
        "provide": forms[Event.PROVIDE_INFO],
        "rate": forms[Event.RATE],
        "reopen": forms[Event.REOPEN],
        "refused": form if form is not None and form.non_field_errors() else None,
        "token": case.token,
        "track_url": request.build_absolute_uri(case.track_path),
        "colleague": bool(actor.reach.scopes) and queries.may_see(actor, case.pk),
    } | words.facts(case, now, staff=False)
    if case.state == State.MERGED:
        context |= as_merged(case, now, elder=bool(request.elder))  # type: ignore[attr-defined]
    response = render(request, "petitions/cases/track.html", context, status=status)
    # A link with 128 bits in it belongs to nobody's index.
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def as_merged(case: Case, now: datetime, *, elder: bool) -> dict[str, Any]:
    """How the case it went into stands, in place of its own: the work and the answer, nothing of the other reporter."""
    target = queries.target_of(case)
    shown = {
        "told": target,
        "late": target.is_late(now),
        "sentence": merging.sentence(target, now, elder=elder),
        "steps": words.stages(target),
        "lines": timeline.of_merged(case, target),
        "shows_answer": merging.shows_answer(target),
        "rejected": merging.rejected_because(target) if target.state == State.REJECTED else "",
        "promises": [],
        "power": promises.power(target, now),
        # What the handler and the verifier say; how the other one rated it is nobody else's.
        "verdicts": [said for said in verdicts.lines(target, staff=False) if said.who != _("您")],
    }
    facts = words.facts(target, now, staff=False)
    if target.state in (State.NEEDS_INFO, State.AWAITING_FEEDBACK):
        # "您": the other one is meant.
        facts |= {"hands": target.holder_label or _("社区"), "until": None, "days": "", "no_until": _("在等人回话")}
    return shown | facts


def shows_answer(case: Case) -> bool:
    """The answer is the reporter's once it has been verified."""
    return bool(case.answer) and case.state in (State.AWAITING_FEEDBACK, State.CLOSED)


def question(case: Case) -> str:
    """What was asked, while it waits for an answer."""
    if case.state != State.NEEDS_INFO:
        return ""
    last = case.records.filter(event=Event.REQUEST_INFO).order_by("-version").first()
    return last.reason if last else ""


@anyone
@never_cache
@require_http_methods(["GET", "POST"])
def track_form(request: HttpRequest) -> HttpResponse:
    """The printed number and the last four digits of the telephone. A wrong answer tells a guesser nothing."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    status = 200
    if request.method == "POST" and form.is_valid():
        number, tail = form.cleaned_data["number"], form.cleaned_data["tail"]
        window = timedelta(minutes=15)
        throttle.hit("track-from", throttle.caller(request), limit=20, window=window)
        # By number too, whether it exists or not: many callers may not share out the ten thousand tails.
        throttle.hit("track-number", refs.plain(number)[:40], limit=6, window=window)
        case = queries.by_number_and_tail(number, tail)
        if case is not None:
            return redirect(case.track_path)
        said = _("号码和电话尾号没有对上。请照着回单再看一遍；没有留电话的，请用回单上的二维码，或打电话问我们。")
        form.add_error(None, said)
        status = 422
    elif request.method == "POST":
        status = 422
    return render(request, "petitions/cases/track_form.html", {"form": form}, status=status)
