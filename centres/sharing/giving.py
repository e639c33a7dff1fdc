"""Every write of a drive. An entry of the count is never changed: a wrong one is taken back by an entry of its own."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.sharing import locks, notices, rules
from centres.sharing.enums import PledgeState, Unit
from centres.sharing.models_drive import MOST, Donation, DonationDrive, Pledge
from centres.sharing.words import amount
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

# After the last day: what was promised in time still comes, paper lists are still typed in.
GRACE = dt.timedelta(days=7)
LONGEST = dt.timedelta(days=366)


def open_drive(
    *,
    actor: Actor,
    grid: Any,
    title: str,
    target: int,
    first_day: dt.date,
    last_day: dt.date,
    where: str,
    unit: str = Unit.BOOKS,
    purpose: str = "",
) -> DonationDrive:
    """Begin a drive in a community, street or district (`grid`) that the actor works for.

    Raises Forbidden, Invalid for words, numbers or days that cannot be.
    """
    title, where, purpose = (" ".join(text.split()) for text in (title, where, purpose))
    errors: dict[str, list[str]] = {}
    if not 2 <= len(title) <= 40:
        errors["title"] = [_("起个名字，两个字到四十个字。")]
    if not 1 <= len(where) <= 80:
        errors["where"] = [_("写清楚送到哪里，八十个字以内。")]
    if len(purpose) > 120:
        errors["purpose"] = [_("短一点，一百二十个字以内。")]
    if not 1 <= target <= 10_000_000:
        errors["target"] = [_("写一个大于零的数。")]
    if not first_day <= last_day <= first_day + LONGEST:
        errors["last_day"] = [_("最后一天要在第一天以后，一年以内。")]
    if unit not in Unit.values:
        errors["unit"] = [_("按册、件还是元来数？")]
    if errors:
        raise Invalid(errors=errors)
    if not rules.may_open_drive(actor, grid):
        raise Forbidden()

    exists = Conflict(_("同一天开始、同一个名字的募捐已经有了。"), code="DRIVE_EXISTS")

    def work() -> DonationDrive:
        if DonationDrive.objects.filter(grid=grid, title=title, first_day=first_day).exists():
            raise exists
        drive = DonationDrive.objects.create(
            grid=grid, title=title, purpose=purpose, unit=unit, target=target, where=where,
            first_day=first_day, last_day=last_day,
        )  # fmt: skip
        record(actor=actor, verb="drive.open", target=drive, path=grid.path)
        return drive

    return locks.or_refuse(work, "drive_once", exists)


# ---------------------------------------------------------------- what people say they will bring
def pledge(*, actor: Actor, drive_id: UUID, quantity: int, community: Any, now: dt.datetime | None = None) -> Pledge:
    """说好要送来: counts once the counter has seen it.

    Raises Refusal DRIVE_OVER, DRIVE_NOT_YET (422); Conflict PLEDGED_ALREADY; Invalid; NotFound; Forbidden.
    """
    if actor.user is None:
        raise Forbidden()
    by = actor.user
    already = Conflict(_("您已经说好要送来一些了，送到以后再说下一回。"), code="PLEDGED_ALREADY")

    def work() -> Pledge:
        drive = _drive(drive_id)
        _is_on(drive, now or timezone.now())
        _read(quantity)
        if community is None or not community.path.startswith(drive.grid.path):
            raise Invalid(errors={"community": [_("请选一个送去的社区。")]})
        if Pledge.objects.waiting().of(actor.id).filter(drive=drive).exists():
            raise already
        made = Pledge.objects.create(drive=drive, user=by, community=community, quantity=quantity)
        record(actor=actor, verb="drive.pledge", target=made, path=community.path, subject_id=actor.id)
        return made

    return locks.or_refuse(work, "pledge_open_once", already)


def withdraw_pledge(*, actor: Actor, pledge_id: UUID) -> Pledge:
    """They cannot bring it after all. Raises NotFound for whose it is not, Conflict PLEDGE_OVER."""

    def work() -> Pledge:
        found = Pledge.objects.of(actor.id).filter(pk=pledge_id) if actor.id else Pledge.objects.none()
        made = _open_pledge(found)
        made.state = PledgeState.WITHDRAWN
        made.save(update_fields=["state"])
        record(actor=actor, verb="drive.pledge_withdrawn", target=made, path=made.community.path, subject_id=actor.id)
        return made

    return in_one_transaction(work)


def confirm_pledge(*, actor: Actor, pledge_id: UUID, quantity: int, now: dt.datetime | None = None) -> Donation:
    """The bag is here: `quantity` is what was in it, whatever was said. Raises as record_donation(), PLEDGE_OVER."""

    def work() -> Donation:
        made = _open_pledge(Pledge.objects.within(actor).filter(pk=pledge_id))
        made.state = PledgeState.BROUGHT
        made.save(update_fields=["state"])
        record(actor=actor, verb="drive.pledge_brought", target=made, path=made.community.path, subject_id=made.user_id)
        return record_donation(
            actor=actor,
            drive_id=made.drive_id,
            community=made.community,
            quantity=quantity,
            giver=made.user,
            pledge=made,
            now=now,
        )

    return in_one_transaction(work)


def _open_pledge(found: Any) -> Pledge:
    """Locked: two at one counter must not both count the same bag."""
    made: Pledge | None = found.select_for_update(of=("self",), no_key=True).select_related("community", "user").first()
    if made is None:
        raise NotFound()
    if made.state != PledgeState.PLEDGED:
        raise Conflict(_("这一份已经记过了，或者不送了。"), code="PLEDGE_OVER")
    return made


# ---------------------------------------------------------------- what was brought
def record_donation(
    *,
    actor: Actor,
    drive_id: UUID,
    community: Any,
    quantity: int,
    giver: Any = None,
    giver_name: str = "",
    pledge: Pledge | None = None,
    now: dt.datetime | None = None,
) -> Donation:
    """Write down what was brought to a community's counter. `giver`, `giver_name`: optional, never shown in public.

    Raises Invalid for a quantity that is none (zero, negative, a lorry too many), Refusal DRIVE_OVER, DRIVE_NOT_YET,
    Forbidden for another community's counter, NotFound.
    """
    if actor.user is None:
        raise Forbidden()
    by, giver_name = actor.user, " ".join(giver_name.split())
    if len(giver_name) > 20:
        raise Invalid(errors={"giver_name": [_("称呼短一点，二十个字以内。")]})

    def work() -> Donation:
        drive, moment = _drive(drive_id), now or timezone.now()
        if not rules.may_record(actor, drive, community):
            raise Forbidden()
        _is_on(drive, moment, grace=GRACE)
        _read(quantity)
        made = Donation.objects.create(
            drive=drive,
            community=community,
            quantity=quantity,
            giver=giver,
            giver_name=giver_name,
            recorded_by=by,
            pledge=pledge,
            created_at=moment,
        )
        whose = giver.pk if giver else None
        record(actor=actor, verb="drive.received", target=made, path=community.path, subject_id=whose)
        notices.thank(made, amount(quantity, drive.unit))
        return made

    return in_one_transaction(work)


def correct(*, actor: Actor, donation_id: UUID, quantity: int, reason: str, now: dt.datetime | None = None) -> Donation:
    """Take an entry back by one of its own, and write what it should have been (0: it should not be there at all).

    Returns the new entry, or the one that took it back. Raises Conflict CORRECTED for an entry that was taken back
    already or takes one back, Invalid for no reason or a number that is none, NotFound.
    """
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 100:
        raise Invalid(errors={"reason": [_("写一句为什么改，一百个字以内。")]})
    if quantity != 0:
        _read(quantity)

    def work() -> Donation:
        rows = Donation.objects.within(actor).select_for_update(of=("self",), no_key=True)
        wrong = rows.select_related("drive__grid", "community", "giver").filter(pk=donation_id).first()
        if wrong is None or not rules.may_record(actor, wrong.drive, wrong.community):
            raise NotFound()
        if wrong.reverses_id is not None or Donation.objects.filter(reverses=wrong).exists():
            raise Conflict(_("这一笔已经改过了，请在新的那一笔上改。"), code="CORRECTED")
        moment = now or timezone.now()
        shared = {"drive": wrong.drive, "community": wrong.community, "recorded_by": actor.user, "created_at": moment}
        back = Donation.objects.create(**shared, quantity=-wrong.quantity, reverses=wrong, reason=reason)
        record(actor=actor, verb="drive.corrected", target=wrong, path=wrong.community.path, reason=reason)
        if quantity == 0:
            return back
        return Donation.objects.create(
            **shared, quantity=quantity, giver=wrong.giver, giver_name=wrong.giver_name, reason=reason
        )

    return in_one_transaction(work)


def _drive(drive_id: UUID) -> DonationDrive:
    drive: DonationDrive | None = DonationDrive.objects.select_related("grid").filter(pk=drive_id).first()
    if drive is None:
        raise NotFound()
    return drive


def _is_on(drive: DonationDrive, moment: dt.datetime, grace: dt.timedelta = dt.timedelta(0)) -> None:
    today = timezone.localtime(moment).date()
    if today < drive.first_day:
        raise Refusal(_("还没开始，到了第一天再来。"), code="DRIVE_NOT_YET")
    if today > drive.last_day + grace:
        raise Refusal(_("这次已经结束了，谢谢您。下一次开始，首页会说。"), code="DRIVE_OVER")


def _read(quantity: int) -> None:
    if not 1 <= quantity <= MOST:
        raise Invalid(errors={"quantity": [_("写一个数，1 到 %(most)s。") % {"most": f"{MOST:,}"}]})


def visible_donation(actor: Actor, donation_id: UUID) -> Donation:
    """An entry, where this person gave it or looks after the place. Raises NotFound."""
    rows = Donation.objects.visible_to(actor).select_related("drive__grid", "community", "giver")
    found: Donation | None = rows.filter(pk=donation_id, reverses=None).first()
    if found is None:
        raise NotFound()
    return found
