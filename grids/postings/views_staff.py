"""谁管哪个网格: who looks after which grid, who comes, who goes, who stands in."""

from datetime import timedelta
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

from grids.postings import queries_staff as queries
from grids.postings import rules, services, sizes
from grids.postings.forms import AppointForm, Days, EndForm, StandInForm, beginning
from grids.postings.forms import ending as end_of
from grids.postings.handing import left_behind
from grids.postings.models import Posting
from grids.registry.queries import doors_under
from grids.tree import queries as tree
from portal.accounts.enums import Role
from portal.accounts.policy import roles
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of
from portal.ui.words import day

KEEPERS = roles(*rules.KEEPERS)
PER_PAGE = 60
MOMENT = timedelta(microseconds=1)


@KEEPERS
@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """Every grid of one's ground with who is there; those without anybody first, those too large marked."""
    found = queries.staff_within(actor_of(request).reach, timezone.now())
    vacant = [one for one in found if one.vacant]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    places = tree.by_paths(sorted({one.grid.community_path for one in found}))
    large = sizes.too_large_by_path([one.grid.path for one in page])
    rows = [(one, places.get(one.grid.community_path), large.get(one.grid.path, "")) for one in page]
    context = {
        "page": page,
        "rows": rows,
        "total": len(found),
        "vacant": vacant,
        "several": len(places) > 1,
        "first_place": places.get(vacant[0].grid.community_path) if vacant else None,
    }
    return render(request, "grids/postings/staff.html", context)


@KEEPERS
@require_http_methods(["GET", "POST"])
@once_form
def of_grid(request: HttpRequest, grid_id: UUID) -> HttpResponse:
    """One grid: who is there and who will be; and the form that appoints somebody."""
    actor = actor_of(request)
    grid = queries.grid_within(actor.reach, grid_id)
    if grid is None:
        raise NotFound()
    community = tree.community_of(grid)
    first = {
        "title": _("网格员"),
        "public_phone": community.phone if community else "",
        "first_day": timezone.localdate(),
    }
    form = AppointForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid() and _appoint(request, form, grid.pk):
        messages.success(request, _("安排好了，也告诉本人了。"))
        return redirect("postings-grid", grid.pk)
    context = {
        "one": queries.staffed([grid], timezone.now())[0],
        "community": community,
        "large": sizes.too_large_by_path([grid.path]).get(grid.path, ""),
        "form": form,
    }
    return _answer(request, "grids/postings/staff_grid.html", form, context)


def _appoint(request: HttpRequest, form: AppointForm, grid_id: UUID) -> bool:
    said = form.cleaned_data
    user = queries.account_of(said["name"], said["phone"])
    if user is None:
        form.add_error("phone", _("没有这个姓名和号码的账号。请本人先用这个号码登录一次，在“我的”里写上姓名。"))
        return False
    return _done(
        form,
        services.appoint,
        actor=actor_of(request),
        user_id=user.pk,
        grid_id=grid_id,
        role=Role.GRID_WORKER,
        starts_at=beginning(said["first_day"]),
        ends_at=end_of(said["last_day"]) if said["last_day"] else None,
        title=said["title"],
        phone=said["public_phone"],
    )


def _done(form: Days, service: Any, **given: Any) -> bool:
    """True: it was done. What the service refuses stands above the form; what is not there stays not there."""
    try:
        service(**given)
    except NotFound:
        raise
    except Refusal as refused:
        form.show(refused)
        return False
    return True


def _answer(request: HttpRequest, template: str, form: Days, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context | {"form": form}, status=status)


def _posting(request: HttpRequest, posting_id: UUID, *, own: bool = True) -> Posting:
    """own: work of the holder's own that runs, not a stand-in's."""
    found = queries.posting_within(actor_of(request).reach, posting_id, timezone.now())
    if found is None or (own and (found.stands_in_for_id or found.starts_at > timezone.now())):
        raise NotFound()
    return found


@KEEPERS
@require_http_methods(["GET", "POST"])
@once_form
def ending(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """What is handed over is read first; then the last day is named."""
    posting = _posting(request, posting_id)
    form = EndForm(request.POST or None, initial={"last_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at, actor = end_of(said["last_day"]), actor_of(request)
        if posting.ends_at and posting.ends_at < at:
            words = _("已经定了到%(day)s为止，只能往前改。") % {"day": day(posting.ends_at - MOMENT)}
            form.add_error("last_day", words)
        elif _done(form, services.end, actor=actor, posting_id=posting.pk, at=at, reason=said["reason"]):
            messages.success(request, _("记下了，最后一天是%(day)s。也告诉本人了。") % {"day": day(said["last_day"])})
            return redirect("postings-grid", posting.grid_id)
    doors = doors_under(posting.grid.path).count()
    words = ngettext("这一片 %(n)d 户，要有人接着上门", "这一片 %(n)d 户，要有人接着上门", doors) % {"n": doors}
    context = {"posting": posting, "left": [words, *left_behind(posting)]}
    return _answer(request, "grids/postings/posting_end.html", form, context)


@KEEPERS
@require_http_methods(["GET", "POST"])
@once_form
def standing_in(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """A colleague stands in from a day to a day; it ends by itself."""
    posting = _posting(request, posting_id)
    people = queries.colleagues(posting, timezone.now(), actor_of(request).id)
    form = StandInForm(request.POST or None, people=people, initial={"first_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        span = {"starts_at": beginning(said["first_day"]), "ends_at": end_of(said["last_day"])}
        who, actor = UUID(said["who"]), actor_of(request)
        if _done(form, services.stand_in, actor=actor, posting_id=posting.pk, user_id=who, **span):
            messages.success(request, _("安排好了，到%(day)s自己结束。也告诉本人了。") % {"day": day(said["last_day"])})
            return redirect("postings-grid", posting.grid_id)
    context = {"posting": posting, "people": people}
    return _answer(request, "grids/postings/posting_stand_in.html", form, context)


@KEEPERS
@require_POST
@once_form
def calling_off(request: HttpRequest, posting_id: UUID) -> HttpResponse:
    """The stand-in is not needed any longer, or what was to begin does not."""
    posting = _posting(request, posting_id, own=False)
    try:
        services.call_off(actor=actor_of(request), posting_id=posting.pk)
    except NotFound:
        raise
    except Refusal as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("撤掉了，也告诉本人了。"))
    return redirect("postings-grid", posting.grid_id)
