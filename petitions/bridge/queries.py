"""Reading the bridge, always narrowed to the reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet, TextField
from django.db.models.functions import Cast

from petitions.bridge.enums import KEEPERS, Stage
from petitions.bridge.models import ExternalSystem, ExternalTicket, InboundProblem, OutboundUpdate
from portal.accounts.reach import Reach

FEW = 50


@dataclass(frozen=True)
class UnknownCode:
    """A code that means nothing here yet: how many tickets carry it, and one of them to open."""

    system: str
    code: str
    tickets: int
    ticket_id: UUID


def dead(reach: Reach) -> QuerySet[OutboundUpdate]:
    """The dead-letter list, the longest waiting first."""
    return OutboundUpdate.objects.visible_to(reach).dead().select_related("ticket__system", "ticket__case")


def update_within(reach: Reach, update_id: UUID) -> OutboundUpdate | None:
    found = OutboundUpdate.objects.visible_to(reach).filter(pk=update_id)
    return found.select_related("ticket__system", "ticket__case__grid", "given_up_by").first()


def unknown_codes(reach: Reach) -> list[UnknownCode]:
    """Each code once."""
    rows = (
        ExternalTicket.objects.visible_to(reach)
        .unknown()
        .order_by()
        .values_list("system__name", "external_category")
        # By its text: PostgreSQL before 18 knows no smallest UUID.
        .annotate(n=Count("pk"), one=Min(Cast("pk", TextField())), first=Min("received_at"))
        .order_by("first")[:FEW]
    )
    return [UnknownCode(name, code, n, UUID(one)) for name, code, n, one, _first in rows]


def unknown_count(reach: Reach) -> int:
    """How many codes wait for somebody to say what they mean."""
    found = ExternalTicket.objects.visible_to(reach).unknown().order_by()
    return found.values("system_id", "external_category").distinct().count()


def ticket_within(reach: Reach, ticket_id: UUID) -> ExternalTicket | None:
    return ExternalTicket.objects.visible_to(reach).select_related("system", "case").filter(pk=ticket_id).first()


def problems(reach: Reach) -> QuerySet[InboundProblem]:
    return InboundProblem.objects.visible_to(reach).open().select_related("system", "ticket__case")


def latest(reach: Reach) -> QuerySet[ExternalTicket]:
    """What came lately."""
    return ExternalTicket.objects.visible_to(reach).select_related("system", "case").order_by("-id")


def systems_of(reach: Reach) -> list[ExternalSystem]:
    """Systems in use that send to somewhere this person works: on the node itself, above it or below it."""
    mine = reach.paths(*KEEPERS)
    found = ExternalSystem.objects.filter(is_active=True).select_related("grid", "default_category")
    return [one for one in found if any(_touch(one.grid.path, path) for path in mine)]


def _touch(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def ground_of(system: ExternalSystem, reach: Reach) -> str:
    """The path this person may file this system's tickets on: all of its ground, or their part of it. "" : nowhere."""
    mine = reach.paths(*KEEPERS)
    if any(system.grid.path.startswith(path) for path in mine):
        return str(system.grid.path)
    return next((path for path in mine if path.startswith(system.grid.path)), "")


def of_case(case_id: UUID) -> ExternalTicket | None:
    """The ticket a case came from: two queries with its answers."""
    return ExternalTicket.objects.select_related("system").prefetch_related("updates").filter(case_id=case_id).first()


def standing(updates: Iterable[OutboundUpdate]) -> tuple[OutboundUpdate | None, bool]:
    """The last one that arrived, and whether one of them lies on the dead-letter list."""
    rows = list(updates)
    sent = [one for one in rows if one.stage == Stage.SENT]
    return (sent[-1] if sent else None), any(one.stage == Stage.DEAD for one in rows)


def by_ids(system: ExternalSystem, ids: list[str]) -> dict[str, str]:
    """Ticket ids that are known → the hash of their body."""
    found = ExternalTicket.objects.filter(system=system, external_id__in=ids)
    return dict(found.values_list("external_id", "body_hash"))


def codes_of(system: ExternalSystem) -> set[str]:
    return set(system.mappings.values_list("external_code", flat=True))


def system_by_code(code: str) -> ExternalSystem | None:
    return ExternalSystem.objects.select_related("grid", "default_category").filter(code=code).first()


def row_of(ticket: ExternalTicket) -> dict[str, Any]:
    """One line of a list, ready to print."""
    return {
        "title": ticket.case.title,
        "url": ticket.case.get_absolute_url(),
        "state": ticket.case.get_state_display(),
        "id": ticket.external_id,
        "system": ticket.system.name,
        "at": ticket.received_at,
        "their_due": ticket.external_due_at,
        "our_due": ticket.case.due_at,
    }
