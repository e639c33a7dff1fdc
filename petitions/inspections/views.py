"""Inspections: what is going on, one of them, at the door, on paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from petitions.cases import queries as cases
from petitions.inspections import queries, rules, services, words
from petitions.inspections.enums import KEEPERS, READERS
from petitions.inspections.forms import DoorForm, PlaceForm
from petitions.inspections.models import Inspection, InspectionPlace
from portal.accounts.policy import roles
from portal.attachments.services import keep_photo
from portal.db import in_one_transaction
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of, whole_number

readers = roles(*READERS)
PAGE = 20


@readers
@require_GET
def inspections(request: HttpRequest) -> HttpResponse:
    """What is open, the first to be finished first; below it what is over."""
    actor, now = actor_of(request), timezone.now()
    going = list(queries.open_ones(actor.reach))
    page = Paginator(queries.over(actor.reach), PAGE).get_page(request.GET.get("page"))
    done = queries.progress([*going, *page])
    context = {
        "sentence": words.list_sentence(len(going), sum(one.is_late(now) for one in going)),
        "going": [words.row(one, done[one.pk], now) for one in going],
        "over": [words.row(one, done[one.pk], now) for one in page],
        "page": page,
        "keeper": actor.holds(*KEEPERS),
    }
    return render(request, "petitions/inspections/inspections.html", context)


def _within(request: HttpRequest, inspection_id: UUID) -> Inspection:
    found = queries.within(actor_of(request).reach, inspection_id)
    if found is None:
        raise NotFound()
    return found


@readers
@require_GET
def inspection(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    return inspection_page(request, _within(request, inspection_id))


def inspection_page(request: HttpRequest, found: Inspection, status: int = 200, **extra: Any) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    done = queries.progress_of(found)
    rows, still_open, late = queries.cases_of(actor.reach, found, now)
    stops = queries.stops(found)
    goes, keeps = found.is_open and rules.goes(actor, found), found.is_open and rules.keeps(actor, found)
    context = {
        "inspection": found,
        "done": done,
        "late": found.is_late(now),
        "sentence": words.sentence(found, done, now),
        "team": "、".join(user.name or user.username for user in found.team.all()),
        "stops": stops,
        "next": next((stop for stop in stops if stop.left), None) if goes else None,
        "cases": [_case_row(case, now) for case in rows],
        "cases_open": still_open,
        "cases_late": late,
        "goes": goes,
        "keeps": keeps,
        "may_finish": (goes or keeps) and not done.left,
        "place_form": PlaceForm(),
        "last": found.records.order_by("-version").first() if not found.is_open else None,
    }
    return render(request, "petitions/inspections/inspection.html", context | extra, status=status)


def _case_row(case: Any, now: Any) -> dict[str, Any]:
    return {
        "url": case.get_absolute_url(),
        "title": case.title,
        "state": case.get_state_display(),
        "open": case.is_open,
        "late": case.is_late(now),
        "due": case.due_at,
    }


# ---------------------------------------------------------------- at the door
@readers
@once_form
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, inspection_id: UUID, place_id: UUID) -> HttpResponse:
    """One place: everything on the list, two buttons each; then straight on to the next place."""
    actor = actor_of(request)
    pair = queries.place_within(actor.reach, inspection_id, place_id)
    if pair is None:
        raise NotFound()
    found, here = pair
    items = list(found.checklist.items.all())
    seen = {one.item_id: one for one in here.results.select_related("item", "case")}
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DoorForm(*given, items=items, seen=seen)
    if request.method == "POST":
        if request.POST.get("do") == "all":
            services.all_in_order(actor=actor, place_id=here.pk)
            return _onwards(request, found, here)
        if form.is_valid() and _write_down(actor, here, form):
            return _onwards(request, found, here)
    context = {
        "inspection": found,
        "place": here,
        "form": form,
        "problems": [one for one in seen.values() if one.case_id],
        "visible": set(_visible(actor, [one.case_id for one in seen.values() if one.case_id])),
        "left": len(items) - len(seen),
        "goes": found.is_open and rules.goes(actor, found),
        "fresh": not seen,
    }
    return render(request, "petitions/inspections/place.html", context, status=422 if form.errors else 200)


def _visible(actor: Any, ids: list[Any]) -> list[Any]:
    return list(cases.visible(actor.reach).filter(pk__in=ids).values_list("pk", flat=True)) if ids else []


def _write_down(actor: Any, here: InspectionPlace, form: DoorForm) -> bool:
    """All answers of a place, or none: a sentence that is missing must not lose the others silently."""
    asked = ""

    def work() -> None:
        nonlocal asked
        for item, found, note, photo in form.given:
            asked = form.key(item)
            kept = [keep_photo(actor=actor, upload=photo).pk] if photo and found == "problem" else []
            services.write_down(
                actor=actor, place_id=here.pk, item_id=item.pk, found=found, note=note, attachments=kept
            )

    try:
        in_one_transaction(work)
    except Refusal as refused:
        if refused.status in (403, 404):
            raise
        form.refused(refused, asked)
        return False
    return True


def _onwards(request: HttpRequest, found: Inspection, here: InspectionPlace) -> HttpResponse:
    """To the next place that wants looking at. What was left out here is said: a red button alone is no visit."""
    following, left = queries.next_after(found, here), queries.left_at(found, here)
    if left:
        said = ngettext("%(place)s还差 %(n)d 样没点，回头再看。", "%(place)s还差 %(n)d 样没点，回头再看。", left)
        messages.warning(request, said % {"place": here.label, "n": left})
    elif following is None:
        messages.success(request, _("记下了。每一处都看过了。"))
        return redirect(found)
    else:
        messages.success(request, _("%(place)s记下了，接着看下一处。") % {"place": here.label})
    return redirect("inspection-place", inspection_id=found.pk, place_id=(following or here).pk)


@readers
@once_form
@require_POST
def add_place(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    found, form = _within(request, inspection_id), PlaceForm(request.POST)
    if form.is_valid():
        try:
            made = services.add_place(actor=actor_of(request), inspection_id=found.pk, label=form.cleaned_data["label"])
        except Refusal as refused:
            if refused.status != 422:
                raise
            form.refused(refused)
        else:
            return redirect("inspection-place", inspection_id=found.pk, place_id=made.pk)
    return inspection_page(request, found, 422, place_form=form)


@readers
@once_form
@require_POST
def end(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """`do=finish` or `do=cancel`."""
    found = _within(request, inspection_id)
    services.end(
        actor=actor_of(request),
        inspection_id=found.pk,
        event=request.POST.get("do", ""),
        reason=services.plain(request.POST.get("reason", ""), 200),
        version=whole_number(request.POST.get("version")),
    )
    messages.success(request, _("好，这一次结束了。发现的问题各自接着办。"))
    return redirect(found)


@readers
@require_GET
def paper(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """The same on paper: every place with its boxes, to tick with a pencil and to write down afterwards."""
    found = _within(request, inspection_id)
    context = {
        "inspection": found,
        "items": list(found.checklist.items.all()),
        "places": list(found.places.all()),
        "team": "、".join(user.name or user.username for user in found.team.all()),
        "address": request.build_absolute_uri(found.get_absolute_url()),
    }
    return render(request, "petitions/inspections/paper.html", context)
