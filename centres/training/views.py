"""The catalogue, and bringing a group in three steps. What is put together meanwhile is kept in the session."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from centres.training import drafts, editing, measures, queries, rules, services, words
from centres.training.drafts import Draft
from centres.training.forms import GroupForm
from centres.training.lines import LineRefused, read_group
from centres.training.models import TrainingBase
from grids.registry.queries import known_of
from grids.tree.queries import current_community
from portal import phones
from portal.accounts.policy import anyone, signed_in
from portal.errors import Invalid, NotFound
from portal.once.burden import asks
from portal.once.services import once_form
from portal.requests import actor_of, user_of
from portal.ui.forms import Known
from portal.ui.words import spoken_ref

MOST_TEXT = 40


# ---------------------------------------------------------------- the catalogue
@anyone
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Courses by category; `?q=` those that speak of it."""
    base = queries.base_for(current_community(request))
    if base is None:
        return render(request, "centres/training/nowhere.html")
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:MOST_TEXT]
    shelves = queries.catalogue(base, text)
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "base": base,
        "shelves": shelves,
        "text": text,
        "count": sum(len(shelf.courses) for shelf in shelves),
        "runs": rules.runs_base(actor, base),
    }
    return render(request, "centres/training/catalogue.html", context)


@anyone
@require_GET
def course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    found = queries.course_by_id(course_id)
    if found is None:
        raise NotFound()
    base = found.category.base
    context = {
        "course": found,
        "base": base,
        "length": measures.length(found.minutes),
        "price": measures.money(found.price_fen),
    }
    return render(request, "centres/training/course.html", context)


# ---------------------------------------------------------------- 我要带队来
@signed_in
@asks
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest) -> HttpResponse:
    """第 1 步：谁来、多少人、从哪天到哪天。`?course=` goes along to the next step."""
    draft = drafts.find(request)
    base = (queries.base_by_id(draft.base) if draft else None) or _base_asked_for(request)
    if base is None:
        raise NotFound()
    form = GroupForm(request.POST or None, initial=_initial(draft), reuse=_reuse(request, draft))
    if request.method == "POST" and form.is_valid():
        try:
            given = read_group(form.group, timezone.now())
        except Invalid as invalid:
            for field, sentences in invalid.extra["errors"].items():
                form.add_error(field, sentences)
        else:
            if draft is not None and draft.base == base.pk:
                draft.regroup(given)
            else:
                draft = Draft(base.pk, given)
            drafts.keep(request, draft)
            return redirect(_with_course(reverse("training-lines"), request))
    context = {"form": form, "base": base, "action": _with_course(request.path, request)}
    return render(request, "centres/training/group.html", context, status=422 if form.is_bound else 200)


def _base_asked_for(request: HttpRequest) -> TrainingBase | None:
    """That of the course one came from, else that of the place one looks at."""
    asked = _uuid(request.GET.get("course"))
    found = queries.course_by_id(asked) if asked else None
    return found.category.base if found else queries.base_for(current_community(request))


def _initial(draft: Draft | None) -> dict[str, object]:
    if draft is None:
        return {}
    given = draft.group
    return {"people": given.people, "first_day": given.first_day, "last_day": given.last_day, "wish": given.wish}


def _reuse(request: HttpRequest, draft: Draft | None) -> dict[str, Known]:
    """What was just said, else of the last order and the account: who comes is not asked again."""
    last = None if draft else queries.of_person(actor_of(request).id).first()  # type: ignore[arg-type]
    organisation = draft.group.organisation if draft else last.organisation if last else ""
    phone = draft.group.contact_phone if draft else known_of(user_of(request)).phone
    return {"organisation": Known(organisation), "contact_phone": Known(phone, phones.masked(phone))}


def _with_course(url: str, request: HttpRequest) -> str:
    asked = _uuid(request.GET.get("course"))
    return f"{url}?course={asked}" if asked else url


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _bench(request: HttpRequest) -> editing.Bench | None:
    draft = drafts.find(request)
    base = queries.base_by_id(draft.base) if draft else None
    return editing.Bench(draft, base) if draft and base else None


@signed_in
@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest) -> HttpResponse:
    """第 2 步：一项一项排上课、饭、床、会议室。"""
    bench = _bench(request)
    if bench is None:
        return redirect(_with_course(reverse("training-group"), request))
    sent, code = editing.work(request, bench) if request.method == "POST" else (None, "")
    if request.method == "POST" and sent is None:
        return redirect(f"{reverse('training-lines')}#lines")
    context = editing.context_of(request, bench, sent, code)
    return render(request, "centres/training/lines.html", context, status=422 if sent is not None else 200)


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def check(request: HttpRequest) -> HttpResponse:
    """第 3 步：看一眼，一项一项的价钱和合计，送出去。"""
    bench = _bench(request)
    if bench is None:
        return redirect("training-group")
    draft = bench.draft
    try:
        if request.method == "POST":
            order = services.submit_order(
                actor=request.actor,  # type: ignore[attr-defined]
                base_id=draft.base,
                group=draft.group,
                lines=draft.lines,
            )
            drafts.forget(request)
            messages.success(request, _("送到了，编号 %(ref)s。") % {"ref": spoken_ref(order.ref)})
            return redirect(order)
        read = bench.read()
    except LineRefused as refused:
        messages.error(request, str(refused.message))
        return redirect("training-lines")
    except Invalid as invalid:
        messages.error(request, " ".join(str(one) for some in invalid.extra["errors"].values() for one in some))
        return redirect("training-group")
    if not read:
        return redirect("training-lines")
    context = {"draft": draft, "group": draft.group, "base": bench.base, "days": words.by_day(read)}
    context |= {"total": words.total(read), "count": len(read)}
    return render(request, "centres/training/check.html", context)
