"""What comes from outside is taken in here, and what people decide about it. What goes out is in `outbox.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.tree import queries as tree
from grids.tree.enums import Kind
from petitions.bridge import keys, outbox
from petitions.bridge.enums import CHANNEL, KEEPERS, Outcome, Problem
from petitions.bridge.incoming import Incoming, plain
from petitions.bridge.models import CategoryMapping, ExternalSystem, ExternalTicket, InboundProblem
from petitions.cases import services as cases
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, Invalid, NotFound, Refusal
from portal.flow import due

if TYPE_CHECKING:
    from grids.tree.models import Grid

# Another system files in its own name: no account stands behind it.
BRIDGE = Actor(channel=CHANNEL, is_system=True)
PULL = "bridge.pull"


@dataclass(frozen=True)
class Received:
    outcome: str
    ticket: ExternalTicket


def system_for(code: str, token: str) -> ExternalSystem:
    """The system that pushes. Raises Refusal 401 without a token; NotFound where it is not that system's, or off."""
    if not token:
        raise Refusal(_("请带上这个系统的令牌。"), code="NOT_SIGNED_IN", status=401)
    system = ExternalSystem.objects.select_related("grid", "default_category").filter(code=plain(code, 40)).first()
    if system is None or not system.is_active or not keys.fits(token, system.token_hash):
        raise NotFound()
    return system


# ---------------------------------------------------------------- a ticket arrives
def receive(
    *,
    system: ExternalSystem,
    incoming: Incoming,
    via: str,
    ground: "Grid | None" = None,
    actor: Actor = BRIDGE,
    now: datetime | None = None,
) -> Received:
    """Take a ticket in, once for its id: a case is filed and the ticket remembers which.

    The same id with the same body answers what it answered before. With another body nothing changes and the desk finds
    it on its list; the caller says 409. ground: where it lies when it names no place (default: the system's own node).
    Raises Invalid where the case cannot be filed.
    """

    def work() -> Received:
        _alone(system, incoming.external_id)
        ticket = _known(system, incoming.external_id)
        if ticket is None:
            return Received(Outcome.NEW, _file(system, incoming, via, ground, actor, now or timezone.now()))
        if ticket.body_hash == incoming.body_hash:
            return Received(Outcome.SAME, ticket)
        remember(system=system, kind=Problem.CONFLICT, via=via, ticket=ticket, body_hash=incoming.body_hash)
        return Received(Outcome.CONFLICT, ticket)

    return in_one_transaction(work)


def _alone(system: ExternalSystem, external_id: str) -> None:
    """Rivals with the same id wait here until the first has committed; then they find its ticket."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bridge:{system.pk}:{external_id}"])


def _known(system: ExternalSystem, external_id: str) -> ExternalTicket | None:
    return ExternalTicket.objects.select_related("case").filter(system=system, external_id=external_id).first()


def _file(
    system: ExternalSystem, incoming: Incoming, via: str, ground: "Grid | None", actor: Actor, now: datetime
) -> ExternalTicket:
    mapping = _mapping(system, incoming.category)
    case = cases.submit(
        actor=BRIDGE,
        title=incoming.title,
        description=incoming.text,
        category=mapping.category if mapping else system.default_category,
        grid=place_of(system, incoming, ground),
        address=incoming.address,
        contact_phone=incoming.caller_phone,
        reporter_name=incoming.caller_name,
        channel=CHANNEL,
        now=now,
    )
    ticket = ExternalTicket.objects.create(
        system=system,
        external_id=incoming.external_id,
        body_hash=incoming.body_hash,
        via=via,
        case=case,
        external_category=incoming.category,
        category_unknown=mapping is None,
        reported_at=incoming.reported_at,
        external_due_at=incoming.due_at,
        received_at=now,
    )
    record(actor=actor, verb="bridge.receive", target=ticket, path=case.grid.path)
    outbox.tell_first(ticket, case, now)
    return ticket


def _mapping(system: ExternalSystem, code: str) -> CategoryMapping | None:
    return system.mappings.select_related("category").filter(external_code=code).first() if code else None


def place_of(system: ExternalSystem, incoming: Incoming, ground: "Grid | None" = None) -> "Grid":
    """Where a ticket lies: the node it names, the community its address names, else the whole ground.

    Never outside the ground: a wrong code must not send a case to strangers.
    """
    base = ground or system.grid
    named = tree.by_code(incoming.grid) if incoming.grid else None
    if named is not None and named.is_active and named.kind != Kind.SECTOR and named.path.startswith(base.path):
        return named
    said = "".join(incoming.address.split())
    if said and base.depth < tree.COMMUNITY_DEPTH:
        fits = [one for one in tree.communities() if one.path.startswith(base.path) and one.name in said]
        # 文昌花园社区 also contains 花园社区: the longest name is meant. Two of one length: nobody knows.
        longest = max((len(one.name) for one in fits), default=0)
        named_there = [one for one in fits if len(one.name) == longest]
        if len(named_there) == 1:
            return named_there[0]
    return base


def remember(
    *, system: ExternalSystem, kind: str, via: str, body_hash: str, ticket: ExternalTicket | None = None,
    external_id: str = "", detail: str = "",
) -> None:  # fmt: skip
    """Put on the desk's list what was not taken as it stood; the same thing again makes no second line."""
    InboundProblem.objects.bulk_create(
        [
            InboundProblem(
                system=system, kind=kind, via=via, ticket=ticket, body_hash=body_hash, detail=detail[:200],
                external_id=(ticket.external_id if ticket else external_id)[:64],
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


# ---------------------------------------------------------------- what people decide
def map_code(*, actor: Actor, ticket_id: UUID, category: Any) -> CategoryMapping:
    """Say what a system's code means; every ticket that waited for it leaves the list. Raises NotFound, Invalid."""

    def work() -> CategoryMapping:
        ticket = _ticket_within(actor, ticket_id)
        if not ticket.external_category:
            raise Invalid(_("对方没有写类别，没有代码可以对。受理的时候选一个类别就行。"))
        mapping, _new = CategoryMapping.objects.update_or_create(
            system=ticket.system, external_code=ticket.external_category, defaults={"category": category}
        )
        same = ExternalTicket.objects.filter(system=ticket.system, external_category=ticket.external_category)
        same.update(category_unknown=False)
        record(actor=actor, verb="bridge.map", target=ticket, path=ticket.case.grid.path, fields=["category"])
        return mapping

    return in_one_transaction(work)


def leave_category(*, actor: Actor, ticket_id: UUID) -> ExternalTicket:
    """This one is seen to; its code stays unknown. For tickets that came without one."""

    def work() -> ExternalTicket:
        ticket = _ticket_within(actor, ticket_id)
        ticket.category_unknown = False
        ticket.save(update_fields=["category_unknown"])
        record(actor=actor, verb="bridge.seen", target=ticket, path=ticket.case.grid.path)
        return ticket

    return in_one_transaction(work)


def settle(*, actor: Actor, problem_id: UUID, now: datetime | None = None) -> InboundProblem:
    """Somebody has asked the other side. Twice is once. Raises NotFound."""

    def work() -> InboundProblem:
        within = InboundProblem.objects.visible_to(actor.reach).select_related("system__grid")
        problem = within.select_for_update(of=("self",)).filter(pk=problem_id).first()
        if problem is None:
            raise NotFound()
        if problem.settled_at is None:
            problem.settled_at, problem.settled_by = now or timezone.now(), actor.user
            problem.save(update_fields=["settled_at", "settled_by"])
            record(actor=actor, verb="bridge.settle", target=problem, path=problem.system.grid.path)
        return problem

    return in_one_transaction(work)


def _ticket_within(actor: Actor, ticket_id: UUID) -> ExternalTicket:
    within = ExternalTicket.objects.visible_to(actor.reach).select_related("system", "case__grid")
    ticket = within.select_for_update(of=("self",), no_key=True).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound()
    return ticket


# ---------------------------------------------------------------- the systems themselves
def configure(*, actor: Actor, system: ExternalSystem, secret: str = "", fields: list[str] | None = None) -> str:
    """Save a system; returns the secret where one was made now (it is shown once), else nothing.

    secret: the one they gave us; empty keeps the old one, or makes one where there is an address to send to.
    """

    def work() -> str:
        made = ""
        if secret:
            system.secret_box = keys.locked(secret)
        elif not system.secret_box and (system.answer_url or system.pull_url):
            made = keys.new_token()
            system.secret_box = keys.locked(made)
        system.full_clean()
        system.save()
        record(actor=actor, verb="bridge.configure", target=system, path=system.grid.path, fields=fields or [])
        schedule_pull(system, timezone.now())
        return made

    return in_one_transaction(work)


def new_token(*, actor: Actor, system: ExternalSystem) -> str:
    """A token to push with, shown once; the one before ends. For whoever keeps the settings."""
    if not (actor.is_system or (actor.user is not None and actor.user.is_superuser)):
        raise Forbidden()

    def work() -> str:
        token = keys.new_token()
        system.token_hash = keys.hash_of(token)
        system.save(update_fields=["token_hash"])
        record(actor=actor, verb="bridge.token", target=system, path=system.grid.path, fields=["token_hash"])
        return token

    return in_one_transaction(work)


def schedule_pull(system: ExternalSystem, at: datetime) -> None:
    """Ask the system for new tickets at this moment, to the minute; a pull that is due already is not doubled."""
    if system.is_active and system.pull_url:
        key = f"{PULL}:{system.pk}:{at:%Y%m%dT%H%M}"
        due.schedule(key=key, kind=PULL, subject_id=system.pk, due_at=at)


def may_import(actor: Actor) -> bool:
    return actor.reach.holds(*KEEPERS)
