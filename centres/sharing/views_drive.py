from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.sharing import giving, queries, sheet
from centres.sharing.enums import Unit
from centres.sharing.forms import ConfirmForm, CorrectForm, DonationForm, DriveForm, PledgeForm, default_days
from centres.sharing.models_drive import DonationDrive
from centres.sharing.querysets import OVERSEERS
from centres.sharing.words import amount
from grids.tree.enums import Level
from grids.tree.queries import current_community, visible
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import anyone, roles, signed_in
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.ui.forms import Form

SHOWN = 30


def _drive(drive_id: UUID) -> Any:
    found = queries.drive_by_id(drive_id)
    if found is None:
        raise NotFound()
    return found


# ---------------------------------------------------------------- for everybody
@anyone
@require_GET
def drive(request: HttpRequest, drive_id: UUID) -> HttpResponse:
    return drive_page(request, _drive(drive_id))


def drive_page(request: HttpRequest, found: Any, form: PledgeForm | None = None) -> HttpResponse:
    """收了多少：一共、各街道、各社区；还在收就能说一声要送来。"""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    streets = queries.count_of(found)
    on = found.is_running(today)
    if form is None and on:
        form = PledgeForm(communities=[row.community for one in streets for row in one.communities],
                          here=current_community(request))  # fmt: skip
    context = {
        "drive": found,
        "unit": Unit(found.unit).label,
        "streets": streets,
        "many": sum(len(one.communities) for one in streets) > 1,
        "on": on,
        "soon": today < found.first_day,
        "reached": found.total >= found.target,
        "said": amount(found.total, found.unit),
        "target": amount(found.target, found.unit),
        "bar": max(0, min(found.total, found.target)),
        "form": form,
        "pledge": queries.pledge_of(found, actor.id),
        "desk": queries.looks_after(actor, found),
    }
    return render(
        request, "centres/sharing/drive.html", context, status=422 if form is not None and form.is_bound else 200
    )


@signed_in
@require_POST
@once_form
def pledge(request: HttpRequest, drive_id: UUID) -> HttpResponse:
    """我要送来。"""
    found = _drive(drive_id)
    form = PledgeForm(request.POST, communities=queries.communities_for(found))
    if not form.is_valid():
        return drive_page(request, found, form)
    given = {"quantity": form.cleaned_data["quantity"], "community": form.place}
    giving.pledge(actor=request.actor, drive_id=drive_id, **given)  # type: ignore[attr-defined]
    messages.success(request, _("记下了，谢谢您。送到以后窗口会点一遍。"))
    return redirect(found)


@signed_in
@require_POST
@once_form
def withdraw(request: HttpRequest, pledge_id: UUID) -> HttpResponse:
    """不送了。"""
    made = giving.withdraw_pledge(actor=request.actor, pledge_id=pledge_id)  # type: ignore[attr-defined]
    messages.success(request, _("知道了，没关系。"))
    return redirect("drive", made.drive_id)


@signed_in
@require_GET
def donation(request: HttpRequest, donation_id: UUID) -> HttpResponse:
    """感谢卡，可以打印。"""
    found = giving.visible_donation(request.actor, donation_id)  # type: ignore[attr-defined]
    who = found.giver_name or (found.giver.get_full_name() if found.giver else "")
    context = {"donation": found, "drive": found.drive, "amount": amount(found.quantity, found.drive.unit), "who": who}
    context["desk"] = request.actor.reach.covers(found.community.path, *COMMUNITY)  # type: ignore[attr-defined]
    return render(request, "centres/sharing/donation.html", context)


# ---------------------------------------------------------------- the counter
def _looked_after(request: HttpRequest, drive_id: UUID) -> Any:
    found = _drive(drive_id)
    if not queries.looks_after(request.actor, found):  # type: ignore[attr-defined]
        raise NotFound()
    return found


@roles(*OVERSEERS)
@require_GET
def desk(request: HttpRequest, drive_id: UUID) -> HttpResponse:
    return desk_page(request, _looked_after(request, drive_id))


def desk_page(
    request: HttpRequest,
    found: Any,
    *,
    form: DonationForm | None = None,
    wrong: dict[UUID, Form] | None = None,
    refused: Refusal | None = None,
) -> HttpResponse:
    """一次募捐的窗口：收到了记一笔，说好要送来的点一遍，记错了冲一笔。"""
    actor = request.actor  # type: ignore[attr-defined]
    places, sent = queries.communities_for(found, actor), wrong or {}
    if form is None and places:
        form = DonationForm(communities=places, here=current_community(request))
    rows = []
    for one in queries.entries_of(found, actor)[:SHOWN]:
        mends = sent.get(one.pk) or CorrectForm(initial={"quantity": one.quantity}, auto_id=f"c{one.pk}_%s")
        may = one.reverses_id is None and not one.is_reversed and any(one.community_id == at.pk for at in places)
        rows.append({"one": one, "form": mends if may else None, "open": one.pk in sent})
    pledges = queries.pledges_to_confirm(found, actor) if places else []
    context = {
        "drive": found,
        "unit": Unit(found.unit).label,
        "said": amount(found.total, found.unit),
        "form": form,
        "rows": rows,
        "pledges": [
            {
                "one": one,
                "form": sent.get(one.pk) or ConfirmForm(initial={"quantity": one.quantity}, auto_id=f"p{one.pk}_%s"),
            }
            for one in pledges
        ],
        "refused": refused,
        "many": len(places) > 1,
    }
    bad = bool(sent) or (form is not None and form.is_bound)
    status = refused.status if refused else 422 if bad else 200
    return render(request, "centres/sharing/desk_drive.html", context, status=status)


@roles(*COMMUNITY)
@require_POST
@once_form
def receive(request: HttpRequest, drive_id: UUID) -> HttpResponse:
    """收到了，记一笔，然后就能打印感谢卡。"""
    actor, found = request.actor, _looked_after(request, drive_id)  # type: ignore[attr-defined]
    places = queries.communities_for(found, actor)
    if not places:
        raise NotFound()
    form = DonationForm(request.POST, communities=places)
    if not form.is_valid():
        return desk_page(request, found, form=form)
    given = {"quantity": form.cleaned_data["quantity"], "giver_name": form.cleaned_data["giver_name"]}
    try:
        made = giving.record_donation(actor=actor, drive_id=drive_id, community=form.place, **given)
    except Refusal as refused:
        return desk_page(request, found, refused=refused)
    messages.success(request, _("记上了：%(amount)s。") % {"amount": amount(made.quantity, found.unit)})
    return redirect("desk-drive", drive_id)


@roles(*COMMUNITY)
@require_POST
@once_form
def confirm(request: HttpRequest, pledge_id: UUID) -> HttpResponse:
    """说好要送来的送到了：点过的数为准。"""
    actor = request.actor  # type: ignore[attr-defined]
    drive_id = queries.drive_of_pledge(actor, pledge_id)
    form = ConfirmForm(request.POST, auto_id=f"p{pledge_id}_%s")
    if not form.is_valid():
        return desk_page(request, _drive(drive_id), wrong={pledge_id: form})
    try:
        made = giving.confirm_pledge(actor=actor, pledge_id=pledge_id, quantity=form.cleaned_data["quantity"])
    except Refusal as refused:
        if refused.status == 404:
            raise
        return desk_page(request, _drive(drive_id), refused=refused)
    messages.success(request, _("点过了：%(amount)s。") % {"amount": amount(made.quantity, made.drive.unit)})
    return redirect("desk-drive", drive_id)


@roles(*COMMUNITY)
@require_POST
@once_form
def correct(request: HttpRequest, donation_id: UUID) -> HttpResponse:
    """记错了：原来的留着，另记一笔冲掉它。"""
    actor = request.actor  # type: ignore[attr-defined]
    drive_id = queries.drive_of_entry(actor, donation_id)
    form = CorrectForm(request.POST, auto_id=f"c{donation_id}_%s")
    if not form.is_valid():
        return desk_page(request, _drive(drive_id), wrong={donation_id: form})
    try:
        giving.correct(actor=actor, donation_id=donation_id, **form.cleaned_data)
    except Refusal as refused:
        if refused.status == 404:
            raise
        return desk_page(request, _drive(drive_id), refused=refused)
    messages.success(request, _("改好了，两笔都留着。"))
    return redirect("desk-drive", drive_id)


@roles(*OVERSEERS)
@require_GET
def export(request: HttpRequest, drive_id: UUID) -> FileResponse:
    """各社区的数和明细，没有姓名。"""
    found: DonationDrive = _looked_after(request, drive_id)
    book = BytesIO(sheet.of_drive(found, request.actor))  # type: ignore[attr-defined]
    name = f"drive-{found.first_day:%Y%m%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=sheet.TYPE)


@roles(*OVERSEERS)
@require_http_methods(["GET", "POST"])
@once_form
def new(request: HttpRequest) -> HttpResponse:
    """开始一次募捐：社区、街道或全区。"""
    actor = request.actor  # type: ignore[attr-defined]
    held = set(actor.reach.grid_ids(*OVERSEERS))
    places = [one for one in visible(actor.reach, Level.DISTRICT, Level.STREET, Level.COMMUNITY) if one.pk in held]
    form = DriveForm(request.POST or None, places=places, initial=default_days(timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(giving.open_drive(actor=actor, **form.given))
        except Refusal as refused:
            for name, sentences in refused.extra.get("errors", {"title": [str(refused.message)]}).items():
                form.add_error(name, sentences)
    return render(request, "centres/sharing/new_drive.html", {"form": form}, status=422 if form.is_bound else 200)
