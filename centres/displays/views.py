"""What hangs on the walls: for everybody to read, and for the desk to look at in time."""

import datetime as dt
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.displays import queries, rules, services
from centres.displays.forms import ContentForm, PutUpForm, take_errors
from centres.displays.models import DisplayItem
from centres.displays.querysets import READERS
from centres.rooms.queries import centres_run_by
from grids.tree.queries import current_community
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import anyone, roles
from portal.errors import Conflict, Invalid, NotFound
from portal.once.services import once_form
from portal.ui.words import day

PER_PAGE = 50


@anyone
@require_GET
def displays(request: HttpRequest) -> HttpResponse:
    """家门口的展板: what hangs now, wall by wall."""
    here = current_community(request)
    hanging = queries.hanging_at(here) if here else DisplayItem.objects.none()
    page = Paginator(hanging, PER_PAGE).get_page(request.GET.get("page"))
    walls = [{"place": place, "items": list(items)} for place, items in groupby(page, lambda item: item.place)]
    return render(request, "centres/displays/displays.html", {"page": page, "walls": walls, "here": here})


@roles(*READERS)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What wants a look comes first; `?show=stale` only what has wanted one for two weeks."""
    actor, now = request.actor, timezone.localtime()  # type: ignore[attr-defined]
    only_stale = request.GET.get("show") == "stale"
    listed = queries.stale_for(actor, now.date()) if only_stale else queries.for_desk(actor)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    rows = [_row(request, item, now.date()) for item in page]
    context = {
        "page": page,
        "due": [row for row in rows if row["is_due"]],
        "coming": [row for row in rows if not row["is_due"]],
        "waiting": DisplayItem.objects.visible_to(actor).due(now.date()).count(),
        "only_stale": only_stale,
        "looks": list(queries.just_reviewed(actor, now)),
        "may_write": actor.holds(*COMMUNITY),
    }
    return render(request, "centres/displays/desk.html", context)


def _row(request: HttpRequest, item: DisplayItem, today: dt.date) -> dict[str, object]:
    actor = request.actor  # type: ignore[attr-defined]
    past = (today - item.review_due).days
    return {
        "item": item,
        "is_due": past >= 0,
        "past": past,
        "may_write": rules.keeps(actor, item),
        "who": item.responsible.get_full_name() or item.responsible.username,
    }


@roles(*READERS)
@require_GET
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One display with what hung there before it."""
    found = services.visible_item(request.actor, item_id)  # type: ignore[attr-defined]
    row = _row(request, found, timezone.localdate())
    looks = list(found.reviews.select_related("reviewed_by")[:5])
    undoable = bool(looks) and looks[0].undone_at is None and looks[0].due_after == found.review_due
    context = row | {"history": list(queries.history_of(found)), "looks": looks, "undoable": undoable}
    return render(request, "centres/displays/item.html", context)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def put_up(request: HttpRequest) -> HttpResponse:
    """List what hangs on a wall; `?centre=` for whoever keeps several houses."""
    actor = request.actor  # type: ignore[attr-defined]
    centres = {str(one.pk): one for one in centres_run_by(actor)}
    if not centres:
        raise NotFound(_("您管的地方还没有党群服务中心，先请管理员建一个。"))
    centre = centres.get(request.GET.get("centre", "")) or next(iter(centres.values()))
    initial = {"kind": "board", "put_up_on": timezone.localdate(), "responsible": str(actor.id)}
    form = PutUpForm(request.POST or None, people=services.people_of(centre), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.put_up(actor=actor, centre=centre, **form.given)
        except Invalid as invalid:
            take_errors(form, invalid.extra.get("errors", {}))
        else:
            messages.success(request, _("记下了，%(when)s该看一看。") % {"when": day(made.review_due)})
            return redirect("desk-displays")
    context = {"form": form, "centre": centre, "centres": [one for one in centres.values() if one != centre]}
    return render(request, "centres/displays/put_up.html", context, status=422 if form.errors else 200)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def replace(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Something new in the same place; the old stays in the history."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_item(actor, item_id)
    if found.taken_down_on is not None:
        raise services.Gone()
    people = services.people_of(found.centre)
    initial = {"title": found.title, "interval_days": found.interval_days, "responsible": str(found.responsible_id)}
    form = ContentForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            new = services.replace(actor=actor, item_id=item_id, **form.given)
        except Invalid as invalid:
            take_errors(form, invalid.extra.get("errors", {}))
        else:
            messages.success(request, _("换上了，原来的留在下面。"))
            return redirect(new)
    context = {"form": form, "item": found}
    return render(request, "centres/displays/replace.html", context, status=422 if form.errors else 200)


@roles(*COMMUNITY)
@require_POST
def act(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """`do=review` it is still right, `do=undo` that was a slip, `do=take_down`."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_item(actor, item_id)
    do = request.POST.get("do", "")
    if do == "review":
        look = services.review(actor=actor, item_id=item_id, seen_due=_date(request.POST.get("due", "")))
        said = _("看过了。%(when)s再看。") % {"when": day(look.due_after)} if look else _("刚有人看过了，不用再看。")
    elif do == "undo":
        services.undo_review(actor=actor, item_id=item_id)
        said = _("撤回了，还算没看过。")
    elif do == "take_down":
        services.take_down(actor=actor, item_id=item_id)
        said = _("记下了，“%(title)s”取下了。") % {"title": found.title}
    else:
        raise Conflict(_("没认出要做什么，请回到这一页再点一次。"), code="UNKNOWN_ACT")
    messages.success(request, said)
    return redirect("desk-displays")


def _date(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
