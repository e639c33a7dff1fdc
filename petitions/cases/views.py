"""Cases for colleagues: the list, one case, a step on it, what hangs on it."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.tree import queries as tree
from petitions.cases import (
    answers,
    callbacks,
    counts,
    merging,
    powers,
    promises,
    queries,
    rules,
    services,
    staff_words,
    timeline,
    verdicts,
    whistle_queries,
    whistle_words,
    words,
)
from petitions.cases.enums import Event, State
from petitions.cases.event_forms import FORMS, SHEETS, EventForm, form_for
from petitions.cases.flow import flow
from petitions.cases.forms import SayForm
from petitions.cases.models import Case
from portal.accounts.enums import DATA_ROLES, Role
from portal.accounts.policy import roles
from portal.attachments.queries import of_owner
from portal.attachments.services import keep_photo
from portal.errors import Forbidden, Refusal, Stale
from portal.once.services import once_form
from portal.ui.paging import LongPaginator
from portal.workbench.registry import panels_for
from portal.workdays.queries import clock_for

# Everybody who may hold or steer a case.
colleagues = roles(*DATA_ROLES, Role.DEPARTMENT_HANDLER)
PAGE = 30


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def case_or_404(request: HttpRequest, ref: str) -> Case:
    """The case of this number within reach; out of reach is not there."""
    case = queries.find(_actor(request).reach, ref)
    if case is None:
        raise Http404
    if request.method == "GET":
        services.record_opening(actor=_actor(request), case=case)
    return case


# ---------------------------------------------------------------- the list
def wanted_from(request: HttpRequest) -> queries.Wanted:
    """Filters of the list. Every number on the board is such an address, and opens exactly its rows."""
    given = request.GET
    view = given.get("view", "")
    if given.get("late"):
        view = "late"
    if given.get("today"):
        view = "today"
    wanted = queries.Wanted(view=view if view in queries.VIEWS else "open", words=queries.printable(given.get("q", "")))
    wanted.state = given.get("state", "") if given.get("state", "") in State.values else ""
    if code := given.get("grid", ""):
        wanted.grid, wanted.exact = tree.by_code(queries.printable(code)), bool(given.get("exact"))
    wanted.since, wanted.until = _day(given.get("from")), _day(given.get("to"))
    if wanted.words and not view:
        wanted.view = "all"
    return wanted


def _day(text: str | None) -> datetime | None:
    try:
        found = parse_date(text or "")
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(found, time.min)) if found else None


@colleagues
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    actor, now, wanted = _actor(request), timezone.now(), wanted_from(request)
    page = LongPaginator(queries.listing(actor.reach, wanted, now), PAGE).get_page(request.GET.get("page"))
    tally = counts.tally(actor.reach, now)
    context = {
        "page": page,
        "rows": staff_words.rows(page.object_list, now),
        "wanted": wanted,
        "tally": tally,
        "sentence": staff_words.list_sentence(tally),
        "heading": staff_words.VIEW_NAMES[wanted.view],
        "tabs": staff_words.tabs(actor.reach, wanted.view),
    }
    return render(request, "petitions/cases/list.html", context)


# ---------------------------------------------------------------- one case
@colleagues
@require_GET
def case(request: HttpRequest, ref: str) -> HttpResponse:
    return case_page(request, case_or_404(request, ref))


def record_shown(request: HttpRequest, found: Case) -> None:
    """A page that answers a POST is an opening like any other: an empty note would else read a restricted case."""
    if request.method == "POST":
        services.record_opening(actor=_actor(request), case=found)


def case_page(request: HttpRequest, found: Case, status: int = 200, **extra: Any) -> HttpResponse:
    actor, now = _actor(request), timezone.now()
    record_shown(request, found)
    working = clock_for(found.grid.code[:12])
    events = flow.open_events(actor, found)
    photos, calls = of_owner(found.pk), whistle_queries.of_case(found)
    context = {
        "case": found,
        "late": found.is_late(now),
        "late_by": words.late_by(found, now, working),
        "sentence": staff_words.sentence(found, now, working),
        "steps": words.stages(found),
        "tag_kind": words.tag_kind(found, now),
        "lines": timeline.of(found, calls, staff=True),
        "notes": list(found.notes.select_related("author")) if rules.may_read_notes(actor, found) else [],
        "photos": [photo for photo in photos if photo.owner_type == "case"],
        "evidence": [photo for photo in photos if photo.owner_type == "case_result"],
        "buttons": staff_words.buttons(found, events),
        "waiting_for": staff_words.waiting_for(actor, found, events),
        "ask": found.asks.filter(decided_at=None).first() if found.asking else None,
        "note": SayForm(prefix="note"),
        "remark": SayForm(prefix="remark"),
        "phone": "",
        "token": "",
        # What rooms that cases do not know have to say of it: the ticket it came from, the inspection that found it.
        "panels": panels_for("case", actor, now, found),
        "works": rules.works_on(actor, found),
        "calls": whistle_words.rows(calls, now),
        "promises": promises.of(found, calls, now),
        "power": promises.power(found, now),
        "may_chase": found.state in powers.WAITING and rules.may_chase(actor, found),
        "verdicts": verdicts.lines(found, staff=True),
        "alike": len(merging.alike(actor.reach, found, now)) if Event.MERGE in events else 0,
        "merged": queries.merged_with(actor.reach, found),
        "may_follow_up": callbacks.may(actor, found, now).anything,
    }
    context |= words.facts(found, now, staff=True) | extra
    return render(request, "petitions/cases/case.html", context, status=status)


@colleagues
@once_form
@require_http_methods(["GET", "POST"])
def event(request: HttpRequest, ref: str, name: str) -> HttpResponse:
    """One step: a small form that says what happens then. One that is not open any more leads back to the case."""
    found, actor = case_or_404(request, ref), _actor(request)
    if name not in FORMS:
        raise Http404
    if request.method == "GET":
        if name not in flow.open_events(actor, found):
            messages.warning(request, _("这一步现在办不了，请看看下面是怎么回事。"))
            return redirect(found)
        return event_page(request, found, name, form_for(name, case=found, reach=actor.reach))
    if name == Event.SUBMIT_RESULT and "insert" in request.POST:
        return event_page(request, found, name, with_template(request, found))
    form = form_for(name, request.POST, request.FILES, case=found, reach=actor.reach)
    if not form.is_valid():
        return event_page(request, found, name, form, status=422)
    try:
        fire(request, found, name, form)
    except Stale as refused:
        messages.warning(request, str(refused.message))
        return redirect(found)
    except Refusal as refused:
        form.refused(refused)
        return event_page(request, found, name, form, status=refused.status)
    messages.success(request, staff_words.done(name))
    if not queries.may_see(actor, found.pk):
        # Put into a restricted kind, or out of one's hands: it is no longer there to be looked at.
        return redirect("cases")
    # Accepted, it wants somebody: straight on to whom.
    return redirect("case-event", ref=ref, name="assign") if name == Event.ACCEPT else redirect(found)


def with_template(request: HttpRequest, found: Case) -> EventForm:
    """The answer form with a template put behind what is written already. Nothing is sent yet."""
    given = request.POST
    written = answers.insert(given.get("template", ""), found, given.get("answer", "")[: services.LONGEST])
    kept = {"answer": written, "solved": given.get("solved", ""), "version": given.get("version", "")}
    return form_for(Event.SUBMIT_RESULT, case=found, reach=_actor(request).reach, initial=kept)


def fire(request: HttpRequest, found: Case, name: str, form: EventForm) -> None:
    actor, data = _actor(request), form.event_data()
    uploads = form.cleaned_data.get("photos") or []
    if uploads:
        data["attachments"] = [keep_photo(actor=actor, upload=upload).pk for upload in uploads]
    services.act(
        actor=actor, case_id=found.pk, event=name, version=form.cleaned_data["version"],
        reason=form.cleaned_data.get("reason", ""), **data,
    )  # fmt: skip


def event_page(request: HttpRequest, found: Case, name: str, form: EventForm, status: int = 200) -> HttpResponse:
    record_shown(request, found)
    context = {"case": found, "form": form, "sheet": SHEETS[name], "name": name}
    if name in (Event.VERIFY_PASS, Event.VERIFY_FAIL):
        context["evidence"] = [one for one in of_owner(found.pk) if one.owner_type == "case_result"]
    if name == Event.MERGE:
        context["alike"] = len(merging.alike(_actor(request).reach, found, timezone.now()))
    if name == Event.SUBMIT_RESULT:
        context["templates"] = answers.for_case(found)
        context["others"] = found.merged.count()
    if name in (Event.GRANT, Event.REFUSE):
        context["ask"] = found.asks.filter(decided_at=None).first()
    return render(request, "petitions/cases/event.html", context, status=status)


# ---------------------------------------------------------------- what hangs on it
@colleagues
@once_form
@require_POST
def say(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """A word for the reporter (remark), or one among colleagues (note)."""
    found, actor = case_or_404(request, ref), _actor(request)
    form = SayForm(request.POST, prefix=kind)
    if not form.is_valid():
        return case_page(request, found, 422, **{kind: form})
    try:
        if kind == "remark":
            may_speak(actor, found)
            services.add_remark(actor=actor, case=found, text=form.cleaned_data["text"], by_reporter=False)
        else:
            services.add_note(actor=actor, case=found, text=form.cleaned_data["text"])
    except Refusal as refused:
        form.refused(refused)
        return case_page(request, found, refused.status, **{kind: form})
    messages.success(request, _("发出去了，反映人看得到。") if kind == "remark" else _("备注记下了，反映人看不到。"))
    return redirect(found)


def may_speak(actor: Any, found: Case) -> None:
    """A department that was only called speaks to the street, not to the reporter. Raises Forbidden."""
    if not rules.works_on(actor, found):
        raise Forbidden()


@colleagues
@require_POST
def phone(request: HttpRequest, ref: str) -> HttpResponse:
    """The reporter's number in full, for a reason, recorded. Shown once: the next look asks again."""
    found = case_or_404(request, ref)
    number = services.reveal_phone(actor=_actor(request), case=found, reason=request.POST.get("reason", ""))
    return case_page(request, found, phone=number)


@colleagues
@require_POST
def slip(request: HttpRequest, ref: str) -> HttpResponse:
    """The slip once more, to print for the reporter."""
    found = case_or_404(request, ref)
    may_speak(_actor(request), found)
    path = services.print_slip(actor=_actor(request), case=found)
    now = timezone.now()
    context = {
        "case": found,
        "track_url": request.build_absolute_uri(path) if path else "",
        "promise": words.promise(found, now) if found.state == State.SUBMITTED else "",
        "sentence": words.sentence(found, now),
        "steps": words.stages(found),
        "promises": promises.of(found, whistle_queries.of_case(found), now),
        "power": promises.power(found, now),
        "tag_kind": words.tag_kind(found, now),
        "late": found.is_late(now),
    } | words.facts(found, now, staff=False)
    return render(request, "petitions/cases/slip.html", context)
