"""Being put off: why, which times, until when; what the person says, what the house answers. One page for both."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centres.rooms import appeals, words
from centres.rooms.enums import AppealState
from centres.rooms.models_booking import Booking
from portal.accounts.policy import signed_in
from portal.errors import Refusal
from portal.once.services import once_form


@signed_in
@require_GET
def suspension(request: HttpRequest, suspension_id: UUID) -> HttpResponse:
    """为什么先不能约，哪三次，到什么时候；我有话说."""
    return page(request, suspension_id)


def page(request: HttpRequest, suspension_id: UUID, *, refused: Refusal | None = None) -> HttpResponse:
    """As whoever was put off reads it, or the staff; what was refused in its place, with what was typed."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    found = appeals.visible_suspension(actor, suspension_id)
    said = getattr(found, "appeal", None)
    mine, running = appeals.is_own(actor, found), appeals.is_running(found, now)
    waits = said is not None and said.state == AppealState.WAITING
    context: dict[str, Any] = {
        "suspension": found,
        "said": said,
        "mine": mine,
        "running": running,
        "waits": waits and running,
        "who": appeals.name_of(found),
        "absences": [
            # The desk of one house does not read the bookings of another.
            {"booking": one, "when": _when(one, now), "opens": mine or one.room.centre_id == found.centre_id}
            for one in appeals.absences_of(found)
        ],
        "may_say": mine and running and said is None and found.centre is not None,
        "decides": waits and running and appeals.may_decide(actor, found),
        "refused": refused,
        "lines": [line for lines in refused.extra.get("errors", {}).values() for line in lines] if refused else [],
        "typed": {name: request.POST.get(name, "") for name in ("words", "reply")},
    }
    return render(request, "centres/rooms/suspension.html", context, status=refused.status if refused else 200)


def _when(booking: Booking, now: datetime) -> str:
    return words.slot(booking.starts_at, booking.ends_at, now)


@signed_in
@require_POST
@once_form
def appeal(request: HttpRequest, suspension_id: UUID) -> HttpResponse:
    """我有话说：一次，写清楚怎么回事."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        appeals.appeal(actor=actor, suspension_id=suspension_id, words=request.POST.get("words", ""))
    except Refusal as refused:
        return _again(request, suspension_id, refused)
    messages.success(request, _("说好了，社区看得到，回话会告诉您。"))
    return redirect("suspension", suspension_id)


@signed_in
@require_POST
@once_form
def decide(request: HttpRequest, suspension_id: UUID) -> HttpResponse:
    """恢复，或者还是原来的日子，都写一句."""
    actor, answer = request.actor, request.POST.get("answer", "")  # type: ignore[attr-defined]
    try:
        if answer not in ("lift", "keep"):
            # Nobody is left put off, or let off, by a button that did not arrive.
            appeals.visible_suspension(actor, suspension_id)
            raise Refusal(_("点一下“恢复”，或者“还是原来的日子”。"), code="MISSING")
        reply = request.POST.get("reply", "")
        appeals.decide(actor=actor, suspension_id=suspension_id, lift=answer == "lift", reply=reply)
    except Refusal as refused:
        return _again(request, suspension_id, refused)
    messages.success(request, _("恢复了，已经告诉他。") if answer == "lift" else _("回了话，已经告诉他。"))
    return redirect("suspension", suspension_id)


def _again(request: HttpRequest, suspension_id: UUID, refused: Refusal) -> HttpResponse:
    if refused.status in (403, 404):
        raise refused
    return page(request, suspension_id, refused=refused)
