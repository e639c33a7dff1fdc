"""Every write of the organisations' room."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.registry.services import register_organisation
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid
from volunteers.organisations.enums import LinkLevel, PartyKind, PartyLevel, Stage
from volunteers.organisations.models import PartnerUnit, PartyUnit, SocialOrg

STAFF = (*COMMUNITY, *STREET, *DISTRICT)
# Below which link each link of the chain hangs.
ABOVE = {
    PartyLevel.BRANCH: PartyLevel.COMMITTEE,
    PartyLevel.GROUP: PartyLevel.BRANCH,
    PartyLevel.ANCHOR: PartyLevel.GROUP,
}


def add_partner(
    *,
    actor: Actor,
    grid: Any,
    name: str,
    kind: str,
    contact: Any = None,
    level: str = LinkLevel.COMMUNITY,
    since: date | None = None,
) -> PartnerUnit:
    """A unit ties itself to a place. Raises what register_organisation does, Invalid for a level that is none."""
    if level not in LinkLevel.values:
        raise Invalid(errors={"level": [_("这一项选不了，请从列出来的里面选。")]})

    def work() -> PartnerUnit:
        organisation = register_organisation(actor=actor, grid=grid, name=name, kind=kind, contact=contact)
        partner = PartnerUnit.objects.create(organisation=organisation, level=level, since=since)
        record(actor=actor, verb="organisation.partner", target=partner, path=grid.path)
        return partner

    return in_one_transaction(work)


def add_social_org(
    *,
    actor: Actor,
    grid: Any,
    name: str,
    stage: str,
    does: str = "",
    contact: Any = None,
    since: date | None = None,
) -> SocialOrg:
    """A social organisation settles in a place. Raises what register_organisation does, Invalid for no such stage."""
    if stage not in Stage.values or len(does) > 60:
        raise Invalid(errors={"stage": [_("这一项选不了，请从列出来的里面选。")]})

    def work() -> SocialOrg:
        organisation = register_organisation(actor=actor, grid=grid, name=name, kind="social", contact=contact)
        social = SocialOrg.objects.create(organisation=organisation, stage=stage, does=does, since=since)
        record(actor=actor, verb="organisation.social", target=social, path=grid.path)
        return social

    return in_one_transaction(work)


def add_party_unit(
    *,
    actor: Actor,
    grid: Any,
    level: str,
    name: str,
    parent: PartyUnit | None = None,
    kind: str = "",
    member_total: int | None = None,
) -> PartyUnit:
    """Hang a link into the Party's chain: committee, branch, group, anchor. Units and their totals, never members.

    Raises Forbidden outside the actor's reach, Invalid where the link above is not the one it hangs from, Conflict.
    """
    if not (actor.is_system or actor.reach.covers(grid.path, *STAFF)):
        raise Forbidden()
    above = ABOVE.get(PartyLevel(level)) if level in PartyLevel.values else None
    fits = level in PartyLevel.values and (parent.level if parent else None) == above
    if not fits or (kind in PartyKind.values) != (level == PartyLevel.BRANCH):
        raise Invalid(errors={"parent": [_("党委下面是支部，支部下面是小组，小组下面是中心户。")]})

    def work() -> PartyUnit:
        try:
            with transaction.atomic():
                unit = PartyUnit.objects.create(
                    grid=grid, level=level, name=name, parent=parent, kind=kind, member_total=member_total
                )
        except IntegrityError as error:
            raise Conflict(_("这里已经有一个叫这个名字的组织了。"), code="ALREADY_THERE") from error
        record(actor=actor, verb="organisation.party_unit", target=unit, path=grid.path)
        return unit

    return in_one_transaction(work)
