"""Writes of the register: showing a masked field, confirming whose account it is. Every one is recorded."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import rules
from grids.registry.enums import OrganisationKind
from grids.registry.importing import RosterReport, import_roster
from grids.registry.models import Resident
from grids.registry.names import sort_key
from grids.registry.organisations import Organisation
from grids.registry.persons import LONGEST_REASON, within_reach
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET
from portal.accounts.models import User
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.notifications.services import queue

__all__ = ["RosterReport", "import_roster", "link_account", "register_organisation", "reveal", "unlink_account"]


def reveal(*, actor: Actor, resident_id: UUID, field: str, reason: str) -> str:
    """Show one masked field of a person within reach, and write down who asked and why; returns its value.

    Raises NotFound beyond reach, Invalid (422) for a field that is not masked or a reason that says nothing.
    """
    if field not in rules.REVEALABLE:
        raise Invalid(_("这一项不是遮起来的。"), code="NOT_MASKED", errors={"field": [_("这一项不是遮起来的。")]})
    reason = " ".join(reason.split())
    if not rules.says_something(reason):
        said = _("请写一句为什么要看，本人查得到。")
        raise Invalid(said, code="REASON_NEEDED", errors={"reason": [said]})

    def work() -> str:
        resident = within_reach(actor, resident_id)
        record(
            actor=actor,
            verb="registry.reveal",
            target=resident,
            path=resident.household.building.path,
            subject_id=resident.pk,
            fields=[field],
            reason=reason[:LONGEST_REASON],
        )
        return getattr(resident, field) or ""

    return in_one_transaction(work)


def link_account(*, actor: Actor, resident_id: UUID, user_id: UUID) -> Resident:
    """Confirm that an account is this person's. The roster must already know the account's verified telephone.

    Doing it twice changes nothing. Raises NotFound beyond reach, Forbidden for one's own account, Conflict
    ALREADY_LINKED where another account stands, Refusal NO_MATCH (422) where the telephones differ.
    """

    def work() -> Resident:
        resident = within_reach(actor, resident_id, lock=True)
        path = resident.household.building.path
        if not rules.may_link(actor, path):
            raise Forbidden()
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise NotFound()
        if user.pk == actor.id:
            raise Forbidden(_("自己的账号请同事来确认。"), code="OWN_ACCOUNT")
        if resident.user_id == user.pk:
            return resident
        if resident.user_id is not None:
            raise Conflict(_("这位居民已经有账号了。要换，先解除原来的。"), code="ALREADY_LINKED")
        if not rules.roster_matches(resident, user):
            raise Refusal(_("账号的手机号和登记的电话对不上，先核对电话。"), code="NO_MATCH")
        resident.user, resident.linked_by, resident.linked_at = user, actor.user, timezone.now()
        resident.save(update_fields=["user", "linked_by", "linked_at"])
        record(actor=actor, verb="registry.link", target=resident, path=path, subject_id=resident.pk, fields=["user"])
        queue(
            key=f"registry:link:{resident.pk}:{user.pk}:{resident.linked_at:%Y%m%d%H%M%S}",
            to=user,
            subject=_("您的账号和居民登记对上了"),
            body=_("以后约活动室、报问题，不用再填住址。不是您，请马上告诉社区。"),
            url="/my/",
            about=resident.pk,
        )
        return resident

    return in_one_transaction(work)


def unlink_account(*, actor: Actor, resident_id: UUID, reason: str) -> Resident:
    """Take a confirmation back; twice changes nothing. Raises NotFound, Forbidden, Invalid without a reason."""
    reason = " ".join(reason.split())
    if not rules.says_something(reason):
        raise Invalid(_("请写一句为什么解除。"), code="REASON_NEEDED", errors={"reason": [_("请写一句为什么解除。")]})

    def work() -> Resident:
        resident = within_reach(actor, resident_id, lock=True)
        path = resident.household.building.path
        if not rules.may_link(actor, path):
            raise Forbidden()
        if resident.user_id is None:
            return resident
        resident.user = resident.linked_by = resident.linked_at = None
        resident.save(update_fields=["user", "linked_by", "linked_at"])
        record(
            actor=actor,
            verb="registry.unlink",
            target=resident,
            path=path,
            subject_id=resident.pk,
            fields=["user"],
            reason=reason[:LONGEST_REASON],
        )
        return resident

    return in_one_transaction(work)


def register_organisation(
    *, actor: Actor, grid: Any, name: str, kind: str, contact: User | None = None, phone: str = ""
) -> Organisation:
    """Write down who an organisation is. What it does with the community is added upstairs.

    Raises Forbidden outside the actor's reach, Invalid for a name or a kind that is none, Conflict ALREADY_THERE.
    """
    if not (actor.is_system or actor.reach.covers(grid.path, *COMMUNITY, *STREET, *DISTRICT)):
        raise Forbidden()
    name = " ".join(name.split())
    if not 2 <= len(name) <= 60 or kind not in OrganisationKind.values:
        raise Invalid(errors={"name": [_("写下单位的名称，两个字以上，再选一类。")]})

    def work() -> Organisation:
        organisation = Organisation(
            name=name, sort_key=sort_key(name), kind=kind, grid=grid, contact=contact, phone=phone
        )
        try:
            with transaction.atomic():
                organisation.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict(_("这里已经有一个叫这个名字的单位了。"), code="ALREADY_THERE") from error
        record(actor=actor, verb="registry.organisation", target=organisation, path=grid.path)
        return organisation

    return in_one_transaction(work)
