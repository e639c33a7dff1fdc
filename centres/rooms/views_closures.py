"""临时停用、临时改时间: what it would call off is seen first; then it is done, and everybody is told once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from centres.rooms import closures, closurewords, queries, rules, words
from centres.rooms.closures import Cost
from centres.rooms.forms_closures import ClosureForm, ids_of
from centres.rooms.models import Centre
from grids.tree.queries import current_community
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Forbidden, Invalid, NotFound, Refusal
from portal.once.services import once_form


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def announce(request: HttpRequest) -> HttpResponse:
    """哪天不开：写好 → 看看会取消谁 → 贴出去，一个一个都告诉到。"""
    centre = _house(request)
    rooms = queries.rooms_of(centre)
    actor, now = request.actor, timezone.localtime()  # type: ignore[attr-defined]
    if request.method == "GET":
        return _page(request, centre, ClosureForm(centre=centre, rooms=rooms, initial={"kind": "shut"}))
    form = ClosureForm(request.POST, centre=centre, rooms=rooms)
    if not form.is_valid():
        return _page(request, centre, form)
    try:
        if request.POST.get("step") != "close":
            return _confirm(request, form, closures.preview(actor=actor, closure=form.closure, now=now))
        expected = ids_of(request.POST.getlist("expected"))
        _row, cost = closures.close(actor=actor, closure=form.closure, expected=expected, now=now)
    except Invalid as refused:
        form.show(refused)
        return _page(request, centre, form)
    except Refusal as refused:
        if refused.code == "STALE":
            return _confirm(request, form, closures.preview(actor=actor, closure=form.closure, now=now), refused)
        return _page(request, centre, form, refused)
    messages.success(request, done(cost))
    return redirect("desk-closures")


def done(cost: Cost) -> str:
    """已取消三场，已经告诉三个人。"""
    if not cost.bookings and not cost.waiting:
        return _("贴出去了，谁也没有耽误。")
    n, people = len(cost.bookings), cost.people
    off = ngettext("已取消 %(n)s 场", "已取消 %(n)s 场", n) % {"n": n}
    if not people:
        # Who enrolled in a class is told by the room of activities, and is not counted here: 0 would be untrue.
        return _("%(off)s，都是中心自己用的；里面有课的，报了名的也告诉到。") % {"off": off}
    told = ngettext("已经告诉 %(n)s 个人", "已经告诉 %(n)s 个人", people) % {"n": people}
    return _("%(off)s，%(told)s。") % {"off": off, "told": told}


def _house(request: HttpRequest) -> Centre:
    """The house whose staff one is."""
    centre = queries.centre_of(current_community(request))
    if centre is None:
        raise NotFound()
    if not rules.runs_centre(request.actor, centre):  # type: ignore[attr-defined]
        raise Forbidden()
    return centre


def _page(request: HttpRequest, centre: Centre, form: ClosureForm, refused: Refusal | None = None) -> HttpResponse:
    now = timezone.localtime()
    rows = closurewords.listed(closures.announced(centre, now.date()), now)
    context = {"centre": centre, "form": form, "rows": rows, "refused": refused, "today": now.date()}
    status = refused.status if refused else 422 if form.is_bound and form.errors else 200
    return render(request, "centres/rooms/closures.html", context, status=status)


def _confirm(request: HttpRequest, form: ClosureForm, cost: Cost, refused: Refusal | None = None) -> HttpResponse:
    """Everybody it would cost something, by name."""
    now, closure = timezone.localtime(), form.closure
    context = {
        "form": form,
        "cost": cost,
        "refused": refused,
        "when": closurewords.days(closure.first_day, closure.last_day, now),
        "where": closurewords.where(closure),
        "what": closurewords.what(closure),
        "reason": closure.reason,
        "rows": [
            {
                "booking": one,
                "who": queries.name_of(one),
                "phone": queries.phone_of(one),
                "when": words.slot(one.starts_at, one.ends_at, now),
            }
            for one in cost.bookings
        ],
        "line": [
            {"entry": one, "who": queries.name_of(one), "when": words.slot(one.starts_at, one.ends_at, now)}
            for one in cost.waiting
        ],
    }
    return render(request, "centres/rooms/closure_confirm.html", context, status=refused.status if refused else 200)


@roles(*COMMUNITY)
@require_POST
@once_form
def reopen(request: HttpRequest, exception_id: UUID) -> HttpResponse:
    """撤掉：照常开。取消了的不会自己回来，候补的会按次序问到。"""
    try:
        closures.reopen(actor=request.actor, exception_id=exception_id)  # type: ignore[attr-defined]
    except Refusal as refused:
        if refused.status == 404:
            raise
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("撤掉了，照常开。在排候补的，已经按次序问了。"))
    return redirect("desk-closures")
