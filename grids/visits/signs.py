"""门上的话: a household's preferred times and its 请勿上门, set by itself or told to somebody who writes it down."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry.queries import household_by_id, lived_there, residents_of
from grids.visits import rules
from grids.visits.enums import PartOfDay
from grids.visits.models_door import DoorSign
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Invalid, NotFound

# Longer than this nobody may be forgotten behind a shut door; it can be said again.
LONGEST_QUIET = timedelta(days=180)
LEFT_FOR = timedelta(days=183)


def put_up_sign(
    *,
    actor: Actor,
    household_id: UUID,
    likes: Iterable[str] = (),
    quiet_from: date | None = None,
    quiet_until: date | None = None,
) -> DoorSign:
    """What a household says about visits, in place of what it said before. Both days empty: it may be called on.

    By somebody linked to the household, or by a worker or the desk whom it was told. Raises NotFound for everybody
    else, Invalid (422) with the field that is wrong.
    """
    liked = list(dict.fromkeys(likes))
    if not set(liked) <= set(PartOfDay.values):
        raise Invalid()
    if said := _wrong_span(quiet_from, quiet_until, timezone.localdate()):
        raise Invalid(next(iter(said.values())), errors={name: [one] for name, one in said.items()})

    def work() -> DoorSign:
        household = household_by_id(household_id)
        if household is None:
            raise NotFound()
        home = any(one.household_id == household.pk for one in residents_of(actor.user))
        if not home and not rules.may_visit(actor, household.building.path):
            raise NotFound()
        sign, _is_new = DoorSign.objects.select_for_update().get_or_create(household=household)
        sign.likes, sign.quiet_from, sign.quiet_until = liked, quiet_from, quiet_until
        sign.set_by, sign.set_at, sign.by_themselves = actor.user, timezone.now(), home
        sign.save()
        path = household.building.path
        by = actor.acting("resident") if home else actor
        record(actor=by, verb="visit.sign", target=sign, path=path, fields=["likes", "quiet_from", "quiet_until"])
        return sign

    return in_one_transaction(work)


def _wrong_span(start: date | None, end: date | None, today: date) -> dict[str, str]:
    if start is None and end is None:
        return {}
    if start is None:
        return {"quiet_from": _("从哪天起别来，也填上。")}
    if end is None:
        return {"quiet_until": _("到哪天为止，也填上。到时候可以再延。")}
    if end < start:
        return {"quiet_until": _("结束要在开始以后。")}
    if end < today:
        return {"quiet_until": _("这个日子已经过了。")}
    if end - max(start, today) > LONGEST_QUIET:
        return {"quiet_until": _("一次最多 %(n)d 天，到时候可以再延。") % {"n": LONGEST_QUIET.days}}
    return {}


def take_down_left(now: datetime) -> int:
    """What a door says goes half a year after the last of those who lived there when it was said: whoever moved in
    later has not said it. Returns how many; where the register never knew who lived there, it stays."""
    edge = timezone.localdate(now) - LEFT_FOR
    then = lived_there(household=OuterRef("household"), at=OuterRef("set_at"))
    still = then.filter(Q(left_on__isnull=True) | Q(left_on__gte=edge))
    return DoorSign.objects.filter(Exists(then), ~Exists(still)).delete()[0]
