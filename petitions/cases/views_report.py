"""我要反映问题: what → where → how to answer, without an account and without JavaScript.

The draft waits in the visitor's session between the steps, so that the back button works and a mistake costs one field.
It is forgotten after two hours: the computer may stand in a hall.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from grids.registry.queries import known_of
from grids.tree import queries as tree
from petitions.cases import queries, services, words
from petitions.cases.forms import MOST_PHOTOS, ReplyForm, WhatForm, WhereForm
from petitions.cases.models import Case
from petitions.cases.terms import default
from portal.accounts.actors import Actor
from portal.accounts.policy import anyone
from portal.attachments.services import keep_photo
from portal.errors import Invalid, Refusal, TooMany
from portal.once.burden import asks
from portal.once.services import once_form
from portal.throttle import services as throttle
from portal.ui.forms import Form
from portal.workdays.queries import clock_for

DRAFT, DONE = "report", "reported"
FORGET_AFTER = timedelta(hours=2)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def draft_of(request: HttpRequest) -> dict[str, Any]:
    draft = request.session.get(DRAFT) or {}
    if draft and draft.get("at", 0) < (timezone.now() - FORGET_AFTER).timestamp():
        return {}
    return dict(draft)


def keep(request: HttpRequest, draft: dict[str, Any]) -> None:
    request.session[DRAFT] = draft | {"at": timezone.now().timestamp()}


def _first_of(categories: list[Any], sla: str) -> str:
    """Code of the first open category of a class: a lower room's link knows the kind of word, not its category."""
    return next((one.code for one in categories if one.sla == sla and not one.restricted), "")


def nobody(request: HttpRequest) -> Actor:
    """Photos of a draft belong to nobody until it is sent: whether a name goes with them is asked last."""
    return Actor(channel="web")


@anyone
@never_cache
@asks
@require_http_methods(["GET", "POST"])
def what(request: HttpRequest) -> HttpResponse:
    """Step 1. `?category=` chooses one beforehand, `?class=` the first of a class; `?clear=1` throws the draft away."""
    if request.GET.get("clear"):
        request.session.pop(DRAFT, None)
        return redirect("/")
    draft = draft_of(request)
    about = {"categories": queries.categories(), "kept": draft.get("photos", [])}
    if request.method == "GET":
        asked = request.GET.get("category") or _first_of(about["categories"], request.GET.get("class", ""))
        category = draft.get("category") or asked
        return show(request, 1, WhatForm(initial={"text": draft.get("text", ""), "category": category}, **about))
    form = WhatForm(request.POST, request.FILES, **about)
    fine = form.is_valid()
    draft |= {"text": str(form.data.get("text", ""))[:4000], "category": form.cleaned_data.get("category", "")}
    # Photos are kept even where another field is wrong, so that nobody has to choose them twice.
    draft["photos"] = [one for one in draft.get("photos", []) if one not in form.cleaned_data.get("drop", [])]
    fine &= take_photos(request, form, draft)
    keep(request, draft)
    if not fine:
        again = WhatForm(form.data, **{**about, "kept": draft["photos"]})
        again._errors = form.errors  # type: ignore[attr-defined]  # Django keeps a form's errors there
        return show(request, 1, again, status=422)
    return redirect("report-where")


def take_photos(request: HttpRequest, form: Form, draft: dict[str, Any]) -> bool:
    """Keep what was uploaded with the draft; False (and a sentence on the form) where one is no photo or too many."""
    uploads = form.cleaned_data.get("photos") or []
    fine = True
    for upload in uploads:
        if len(draft["photos"]) >= MOST_PHOTOS:
            form.add_error("photos", _("最多三张，前面的已经收下了。"))
            return False
        try:
            throttle.hit("photo", throttle.caller(request), limit=60, window=DAY)
            draft["photos"].append(str(keep_photo(actor=nobody(request), upload=upload).pk))
        except (Invalid, TooMany) as refused:
            form.add_error("photos", str(refused.message))
            fine = False
    return fine


@anyone
@never_cache
@asks
@require_http_methods(["GET", "POST"])
def where(request: HttpRequest) -> HttpResponse:
    """Step 2."""
    draft = draft_of(request)
    if not draft.get("text"):
        return redirect("report")
    places = {node.code: node for node in tree.communities()}
    here = tree.current_community(request)
    about: dict[str, Any] = {
        "communities": [(code, node.name) for code, node in places.items()],
        "home": home_of(request, places),
    }
    if request.method == "GET":
        initial = {
            "community": draft.get("community") or (here.code if here else ""),
            "address": draft.get("address", ""),
        }
        return show(request, 2, WhereForm(initial=initial, **about))
    form = WhereForm(request.POST, **about)
    if not form.is_valid():
        return show(request, 2, form, status=422)
    keep(request, draft | {name: form.cleaned_data[name] for name in ("community", "address")})
    return redirect("report-reply")


def home_of(request: HttpRequest, places: dict[str, Any]) -> tuple[str, str] | None:
    """Community and door of whoever is signed in, where the register has them."""
    known = known_of(request.actor.user)  # type: ignore[attr-defined]
    code = next((code for code, node in places.items() if known.place and node.path == known.place), "")
    return (code, known.door) if code and known.door else None


@anyone
@never_cache
@once_form
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest) -> HttpResponse:
    """Step 3: how to answer, a last look, and off it goes. Pressing twice sends once."""
    draft = draft_of(request)
    if not draft.get("address"):
        return redirect("report-where" if draft.get("text") else "report")
    reuse = known_of(request.actor.user).reuse()  # type: ignore[attr-defined]
    if request.method == "GET":
        return show(request, 3, ReplyForm(reuse=reuse), draft)
    form = ReplyForm(request.POST, reuse=reuse)
    if not form.is_valid():
        return show(request, 3, form, draft, status=422)
    try:
        throttle.hit("report", throttle.caller(request), limit=30, window=HOUR)
        case = file(request, draft, form.cleaned_data)
    except Refusal as refused:
        form.refused(refused)
        return show(request, 3, form, draft, status=refused.status)
    request.session.pop(DRAFT, None)
    request.session[DONE] = str(case.pk)
    # Now, in this transaction: whoever pressed twice is sent to the slip and must find it there.
    request.session.save()
    return redirect("report-done")


def file(request: HttpRequest, draft: dict[str, Any], answer: dict[str, Any]) -> Case:
    return services.submit(
        actor=reporter(request),
        description=draft["text"],
        category=queries.category_by_code(draft.get("category", "")),
        grid=tree.by_code(draft["community"]),
        address=draft["address"],
        contact_phone=answer["phone"],
        reporter_name=answer["name"],
        reply_by=answer["reply_by"],
        anonymous=answer["anonymous"],
        photos=[UUID(one) for one in draft.get("photos", [])],
    )


def reporter(request: HttpRequest) -> Actor:
    """Whoever is signed in, as a neighbour: colleagues report from this page for themselves, not for somebody else."""
    return Actor(user=request.actor.user, channel="web")  # type: ignore[attr-defined]


@anyone
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    """The slip, to keep. Only the browser that sent it gets here; everybody else has the link."""
    case_id = request.session.get(DONE)
    case = Case.objects.select_related("grid").filter(pk=case_id).first() if case_id else None
    if case is None:
        return redirect("track-form")
    now = timezone.now()
    context = {
        "case": case,
        "promise": words.promise(case, now),
        "days": words.days_between(now, case.due_at, case.grid.code, natural=words.runs_naturally(case)),
        "track_url": request.build_absolute_uri(case.track_path),
    }
    return render(request, "petitions/cases/report_done.html", context)


STEPS = {1: "what", 2: "where", 3: "reply"}


def show(
    request: HttpRequest, step: int, form: Form, draft: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "step": step,
        "draft": draft,
        "photos": len((draft or {}).get("photos", [])),
    }
    if draft is not None:
        place = tree.by_code(draft.get("community", ""))
        category = queries.category_by_code(draft.get("category", ""))
        context |= {"place": place, "category": category, "expected": expected(place, category)}
    return render(request, f"petitions/cases/report_{STEPS[step]}.html", context, status=status)


def expected(place: Any, category: Any) -> dict[str, Any]:
    """When somebody calls and when it is done, were it sent now: said before the button is pressed."""
    now, sla = timezone.now(), category.sla if category else "help"
    working = clock_for(place.code if place else None)
    found = {}
    for name in ("contact", "finish"):
        span = default(sla, name)
        if span:
            add = working.add_natural_time if span.natural else working.add_working_time
            found[name] = add(now, span.amount).at
    return found
