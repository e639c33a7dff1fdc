"""我的信息谁看过: what is held about me, why, until when, and who looked. Its printed twin is in views_desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.actors import Actor
from portal.accounts.policy import signed_in
from portal.errors import NotFound
from portal.once.services import once_form
from portal.privacy import consents, erasing, held, looks, services, subjects, takeout
from portal.privacy.enums import OPEN_ERASURES, ErasureState
from portal.privacy.forms import EraseForm
from portal.privacy.models import Erasure
from portal.privacy.subjects import Subject
from portal.requests import actor_of, user_of
from portal.ui.paging import LongPaginator

# Of the trail: groups on the page (what is older is a link away, by its month), on paper, and on a page of one month.
GROUPS, ON_PAPER, PER_PAGE = 100, 5000, 50


def page_of(subject: Subject, *, paper: bool, reader: Actor | None = None) -> dict[str, Any]:
    """What the page shows folded, and on paper in full. reader: who of the staff prints it for them."""
    now = timezone.localtime()
    found = looks.of_subject(subject, reader=reader)
    groups = looks.in_groups(looks.grouped(found)[: ON_PAPER if paper else GROUPS])
    given = [one for one in consents.of_subject(subject.ids) if may_read(reader, subject, one.purpose)]
    rooms = held.rooms(subject, most=held.ALL if paper else held.SHOWN, reader=reader)
    return {
        "subject": subject,
        "own_rows": [str(one) for one in subject.resident_ids],
        "rooms": rooms,
        "who_it_is": held.who_it_is(rooms, subject),
        "half_year": looks.half_year(found, now),
        "latest": groups[0] if groups else None,
        "months": looks.by_month(groups, looks.lines_by_month(found)),
        "consents": [(one, consents.label_of(one.purpose)) for one in given],
        "in_force": sum(one.holds(now) for one in given),
        "now": now,
        "paper": paper,
    }


def may_read(reader: Actor | None, subject: Subject, purpose: str) -> bool:
    return held.is_for(reader, subject, consents.only_for(purpose))


@signed_in
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    actor, paper = actor_of(request), "paper" in request.GET
    context = page_of(subjects.of_account(user_of(request)), paper=paper)
    found = context["erasure"] = Erasure.objects.filter(services.own(actor)).order_by("-pk").first()
    context["is_asked"] = found is not None and found.state in OPEN_ERASURES
    if found is not None and found.state == ErasureState.DEFERRED:
        context["waits"] = services.why_it_waits(erasing.holds(services.subject_of(found)))
    context["works_here"] = bool(actor.reach.scopes)
    return no_store(render(request, f"portal/privacy/{'my_paper' if paper else 'my_data'}.html", context))


def no_store(response: HttpResponse) -> HttpResponse:
    """A shared telephone's back button must not show it again."""
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@require_GET
def my_looks(request: HttpRequest) -> HttpResponse:
    """All who looked, page by page; or those of one month."""
    found = looks.of_subject(subjects.of_account(user_of(request)))
    lines, month = looks.lines_by_month(found), request.GET.get("month", "")
    chosen = next((first for first in lines if f"{first:%Y-%m}" == month), None)
    if chosen:
        found = found.filter(at__year=chosen.year, at__month=chosen.month)
    page = LongPaginator(looks.grouped(found), PER_PAGE).get_page(request.GET.get("page"))
    shown = looks.by_month(looks.in_groups(page), lines)
    context = {"page": page, "chosen": chosen, "months": [one for one in shown if one.groups]}
    return no_store(render(request, "portal/privacy/my_looks.html", context))


@signed_in
@require_GET
def my_export(request: HttpRequest) -> HttpResponse:
    """我的信息，带走: for machines and for people, at once, one's own only."""
    now = timezone.localtime()
    content = takeout.archive(subjects.of_account(user_of(request)), now)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y%m%d}.zip"'
    return no_store(response)


@signed_in
@require_POST
@once_form
def consent_withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """撤回授权: it holds no more from this moment."""
    subject = subjects.of_account(user_of(request))
    one = next((one for one in consents.of_subject(subject.ids) if one.pk == consent_id), None)
    if one is None:
        raise NotFound()
    consents.withdraw(actor=actor_of(request), subject_id=one.subject_id, purpose=one.purpose)
    messages.success(request, _("撤回了，从现在起不再用。"))
    return redirect("my-data")


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def erasure_ask(request: HttpRequest) -> HttpResponse:
    """请求删除: what goes, what stays and why, what is still open; then one button."""
    subject = subjects.of_account(user_of(request))
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = _uuid(request.POST.get("resident")) or (subject.resident_ids[0] if subject.resident_ids else None)
        if chosen is not None and chosen not in subject.resident_ids:
            raise NotFound()
        services.ask_erasure(actor=actor_of(request), reason=form.cleaned_data["reason"], resident_id=chosen)
        messages.success(request, _("送到社区书记那里了，有了答复告诉您。"))
        return redirect("my-data")
    context = {
        "form": form,
        "subject": subject,
        "waits": erasing.holds(subject),
        "stays": sorted(set(erasing.stays(subject))),
    }
    return render(request, "portal/privacy/erase.html", context)


@signed_in
@require_POST
@once_form
def erasure_back(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    one = services.take_back(actor=actor_of(request), erasure_id=erasure_id)
    if one.state == "back":
        messages.success(request, _("撤回了，什么都没有删。"))
    return redirect("my-data")


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
