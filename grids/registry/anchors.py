"""Anchor households: which home looks after which, since when, and what is missing to the programme's thirty."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry.models import Household
from grids.registry.models_anchor import AnchorHome, AnchorHousehold
from grids.tree.queries import third_level
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid, NotFound

AHEAD, LONG_AGO = timedelta(days=30), timedelta(days=3660)
MOST_AT_ONCE = 200


def anchors(actor: Actor) -> QuerySet[AnchorHousehold]:
    """Those within reach, the living ones first, with how many homes each looks after: one query for any number."""
    rows = AnchorHousehold.objects.visible_to(actor.reach).select_related("household__building")
    return rows.annotate(homes_count=Count("homes")).order_by("-ends_on", "household__place", "household__code", "pk")


def within(actor: Actor, anchor_id: UUID, *, lock: bool = False) -> AnchorHousehold:
    """One within reach. Raises NotFound."""
    if lock:
        rows = AnchorHousehold.objects.visible_to(actor.reach).select_for_update(of=("self",))
        found = rows.select_related("household__building").filter(pk=anchor_id).first()
    else:
        found = anchors(actor).filter(pk=anchor_id).first()
    if found is None:
        raise NotFound()
    return found


def homes_of(anchor: AnchorHousehold) -> list[AnchorHome]:
    rows = anchor.homes.select_related("household__building")
    return list(rows.order_by("household__building__path", "household__door_order", "pk"))


def anchor_of(household_id: UUID) -> AnchorHousehold | None:
    """What this household is, for those who live there."""
    return AnchorHousehold.objects.filter(household=household_id, ends_on__isnull=True).first()


def _day(on: date, name: str) -> None:
    today = timezone.localdate()
    if not today - LONG_AGO <= on <= today + AHEAD:
        raise Invalid(errors={name: [_("看看年份写得对不对：最早十年前，最晚三十天以后。")]})


def agree(
    *, actor: Actor, household: str, circle: str, agreed_on: date, starts_on: date, members: int | None = None
) -> AnchorHousehold:
    """Write down that a household ("5-1-301") has agreed. The same again changes nothing. Raises Invalid, Conflict."""
    _day(agreed_on, "agreed_on")
    _day(starts_on, "starts_on")
    if agreed_on > starts_on:
        raise Invalid(errors={"starts_on": [_("先答应，再开始：这一天不能早于答应的那天。")]})

    def work() -> AnchorHousehold:
        rows = Household.objects.filter(actor.reach.q("building__path", *COMMUNITY), is_active=True)
        doors = list(rows.filter(code=household.strip()).select_related("building")[:2])
        if len(doors) != 1:
            raise Invalid(errors={"household": [_("没有这扇门，写成 8-2-603 这样。")]})
        (door,) = doors
        there = anchor_of(door.pk)
        facts = {"circle": " ".join(circle.split()), "agreed_on": agreed_on, "starts_on": starts_on}
        if there is not None:
            if all(getattr(there, name) == value for name, value in facts.items()):
                return there
            raise Conflict(_("这一户已经是中心户了。"), code="ALREADY_ANCHOR")
        made = AnchorHousehold(household=door, members=members, recorded_by=actor.user, **facts)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict(_("这一户已经是中心户了。"), code="ALREADY_ANCHOR") from error
        record(actor=actor, verb="registry.anchor", target=made, path=door.building.path)
        return made

    return in_one_transaction(work)


def look_after(*, actor: Actor, anchor_id: UUID, codes: str) -> int:
    """Add homes by their doors ("5-1-302 5-1-303"), all or none; returns how many are new. Raises NotFound, Invalid."""
    wanted = list(dict.fromkeys(codes.replace("，", " ").replace("、", " ").replace(",", " ").split()))

    def work() -> int:
        anchor = _open(actor, anchor_id)
        (place,) = third_level([anchor.household.building.path])
        rows = Household.objects.filter(place=place, code__in=wanted[:MOST_AT_ONCE], is_active=True)
        found = dict(rows.values_list("code", "pk"))
        missing = [code for code in wanted if code not in found]
        if not wanted or missing:
            said = (
                _("没有这几扇门：%(codes)s") % {"codes": "、".join(missing[:10])} if missing else _("写下是哪几扇门。")
            )
            raise Invalid(said, errors={"codes": [said]})
        if anchor.household_id in found.values():
            said = _("不用写中心户自己这一扇。")
            raise Invalid(said, errors={"codes": [said]})
        there = set(anchor.homes.values_list("household", flat=True))
        fresh = [AnchorHome(anchor=anchor, household_id=pk) for pk in found.values() if pk not in there]
        AnchorHome.objects.bulk_create(fresh)
        _record(actor, "homes", anchor)
        return len(fresh)

    return in_one_transaction(work)


def let_go(*, actor: Actor, anchor_id: UUID, household_id: UUID) -> None:
    """A home is not looked after by this one any more. Twice changes nothing. Raises NotFound, Conflict."""

    def work() -> None:
        anchor = _open(actor, anchor_id)
        anchor.homes.filter(household=household_id).delete()
        _record(actor, "homes", anchor)

    in_one_transaction(work)


def say_members(*, actor: Actor, anchor_id: UUID, members: int | None) -> None:
    """How many they are, as the household says; None: they do not say. Raises NotFound, Conflict."""

    def work() -> None:
        anchor = _open(actor, anchor_id)
        anchor.members = members
        anchor.save(update_fields=["members"])
        _record(actor, "members", anchor)

    in_one_transaction(work)


def end(*, actor: Actor, anchor_id: UUID, on: date) -> AnchorHousehold:
    """It is none from that day on. Twice changes nothing. Raises NotFound, Invalid."""
    _day(on, "ends_on")

    def work() -> AnchorHousehold:
        anchor = within(actor, anchor_id, lock=True)
        if anchor.ends_on is not None:
            return anchor
        if not anchor.starts_on <= on <= timezone.localdate():
            raise Invalid(errors={"ends_on": [_("不能早于开始的那天，也不能在今天以后。")]})
        anchor.ends_on = on
        anchor.save(update_fields=["ends_on"])
        _record(actor, "ends_on", anchor)
        return anchor

    return in_one_transaction(work)


def _open(actor: Actor, anchor_id: UUID) -> AnchorHousehold:
    anchor = within(actor, anchor_id, lock=True)
    if anchor.ends_on is not None:
        raise Conflict(_("这一户已经不是中心户了。"), code="ENDED")
    return anchor


def _record(actor: Actor, field: str, anchor: AnchorHousehold) -> None:
    path = anchor.household.building.path
    record(actor=actor, verb="registry.anchor_change", target=anchor, path=path, fields=[field])
