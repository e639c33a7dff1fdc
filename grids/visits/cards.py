"""Contact cards: which doors need one, printing them all in one job, taking one back, whom a card leads to."""

import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.postings import queries as postings
from grids.registry import queries as registry
from grids.tree import queries as tree
from grids.tree.enums import Kind
from grids.visits import card_sheet
from grids.visits.models_cards import CardBatch, ContactCard
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Invalid, NotFound
from portal.longwork.services import start

if TYPE_CHECKING:
    from grids.tree.models import Grid
    from portal.longwork.models import LongWork

PRINTERS = (Role.GRID_WORKER, *COMMUNITY)
WORKERS = (Role.GRID_WORKER, Role.DESK_CLERK, Role.SECRETARY)
KIND = "visits.cards"
CHUNK = 500
PER = {
    "household": gettext_lazy("每户一张"),
    "building": gettext_lazy("每栋楼一张"),
    "grid": gettext_lazy("每个网格一张"),
}
Progress = Callable[[int, int], None]


# ---------------------------------------------------------------- what is needed
@dataclass(frozen=True)
class Need:
    """A grid: its doors, how many hold a card, on how many cards the worker is not the one of today."""

    grid: "Grid"
    worker: str
    doors: int
    carded: int
    outdated: int

    @property
    def wanting(self) -> int:
        return self.doors - self.carded + self.outdated


def needs(paths: Iterable[str]) -> list[Need]:
    """Each grid below these paths: four queries a path, however many doors."""
    found: dict[str, Need] = {}
    for path in paths:
        grids = tree.grids_under(path)
        workers = _workers([grid.path for grid in grids])
        doors = _by_grid(registry.households_per_building(path), tree.buildings_under(path))
        rows = _live().filter(household__building__path__startswith=path, household__is_active=True)
        carded, outdated = dict.fromkeys(doors, 0), dict.fromkeys(doors, 0)
        for at, whose, cards in rows.values_list("household__building__path", "printed_for").annotate(n=Count("pk")):
            grid_path = at[: -tree.STEP]
            carded[grid_path] = carded.get(grid_path, 0) + cards
            if whose != _id_of(workers.get(grid_path)):
                outdated[grid_path] = outdated.get(grid_path, 0) + cards
        for grid in grids:
            who = workers.get(grid.path)
            name = (who.user.name or who.user.username) if who else ""
            at = grid.path
            found[at] = Need(grid, name, doors.get(at, 0), carded.get(at, 0), outdated.get(at, 0))
    return [found[path] for path in sorted(found)]


def _by_grid(per_building: dict[UUID, int], buildings: "list[Grid]") -> dict[str, int]:
    sums: dict[str, int] = {}
    for building in buildings:
        path = building.path[: -tree.STEP]
        sums[path] = sums.get(path, 0) + per_building.get(building.pk, 0)
    return sums


def _workers(paths: Iterable[str]) -> dict[str, Any]:
    """Whose name a card carries, by the path of the grid: its holder, not who stands in for a fortnight."""
    found = postings.holders_of_many(paths=paths, roles=WORKERS, at=timezone.now())
    return {path: next((one for one in held if one.stands_in_for_id is None), None) for path, held in found.items()}


def _id_of(posting: Any) -> UUID | None:
    return posting.user_id if posting else None


def _live() -> QuerySet[ContactCard]:
    return ContactCard.objects.filter(revoked_at__isnull=True)


def batches(paths: Iterable[str]) -> list[CardBatch]:
    """What was printed lately below these paths."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(grid__path__startswith=path)
    return list(CardBatch.objects.filter(within).select_related("grid", "printed_by").order_by("-created_at")[:10])


# ---------------------------------------------------------------- printing
def print_cards(*, actor: Actor, grid_id: UUID, per: str, only_needed: bool) -> "LongWork":
    """Start one printing. Raises NotFound out of reach, Invalid for a kind of card there is not."""
    grid = tree.by_id(grid_id)
    if grid is None or not actor.reach.covers(grid.path, *PRINTERS):
        raise NotFound()
    if per not in PER or grid.kind == Kind.SECTOR:
        raise Invalid(_("请选每户、每栋还是每个网格一张。"))
    return start(actor=actor, kind=KIND, params={"grid": str(grid.pk), "per": per, "needed": only_needed})


@dataclass(frozen=True)
class Target:
    """Where a card goes: a door (with its building) or a place."""

    household_id: UUID | None
    place_id: UUID | None
    path: str
    label: str


def write_sheets(actor: Actor, work_id: UUID, params: dict[str, Any], progress: Progress) -> tuple[IO[bytes], int]:
    """All sheets of one printing in a temporary file, and how many cards are on them; records the printing once.

    Run again after a kill it ends the same: cards keep their codes, and what this work had recorded it prints again.
    Reach is asked anew: whoever lost the grid while the job waited prints nothing.
    """
    grid = tree.by_id(params["grid"])
    if grid is None or not actor.reach.covers(grid.path, *PRINTERS):
        raise NotFound()
    community = tree.community_of(grid)
    workers = _workers([one.path for one in tree.grids_under(grid.path)])
    total = _count(grid, params["per"])
    out = tempfile.TemporaryFile()  # noqa: SIM115 — the long work closes it, once it has copied it away
    printed: list[tuple[UUID, UUID | None]] = []
    card_sheet.begin(out, _("%(name)s温馨服务卡") % {"name": grid.name})
    done = 0
    for targets in _chunks(grid, params["per"]):
        cards = _ensure(targets)
        for target in targets:
            card = cards[target.household_id or target.place_id]
            who = workers.get(_grid_path(target, params["per"]))
            done += 1
            progress(done, total)
            same = card.batch is not None and card.printed_for_id == _id_of(who)
            if params["needed"] and same and card.batch and card.batch.work_id != work_id:
                continue
            card_sheet.add(out, len(printed), _words(card, target, who, community))
            printed.append((card.pk, _id_of(who)))
    card_sheet.end(out, len(printed))
    in_one_transaction(lambda: _record(actor, work_id, grid, params["per"], printed))
    out.seek(0)
    return out, len(printed)


def _grid_path(target: Target, per: str) -> str:
    return target.path if per == "grid" else target.path[: -tree.STEP]


def _count(grid: "Grid", per: str) -> int:
    if per == "household":
        return sum(registry.households_per_building(grid.path).values())
    return len(tree.buildings_under(grid.path) if per == "building" else tree.grids_under(grid.path))


def _chunks(grid: "Grid", per: str) -> Iterator[list[Target]]:
    """The doors building by building, so that no more than one building is in memory."""
    if per == "grid":
        yield [Target(None, one.pk, one.path, one.label) for one in tree.grids_under(grid.path)]
        return
    buildings = tree.buildings_under(grid.path)
    if per == "building":
        yield [Target(None, one.pk, one.path, one.name) for one in buildings]
        return
    for building in buildings:
        yield [Target(pk, None, building.path, code) for pk, code in registry.doors_of(building.pk)]


def _ensure(targets: list[Target]) -> dict[UUID | None, ContactCard]:
    """A live card for each, made where there is none; two printings at once end with one card a door."""
    fresh = [
        ContactCard(household_id=one.household_id, place_id=one.place_id, token=secrets.token_urlsafe(16))
        for one in targets
    ]
    ContactCard.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)
    homes = [one.household_id for one in targets if one.household_id]
    places = [one.place_id for one in targets if one.place_id]
    rows = _live().filter(Q(household_id__in=homes) | Q(place_id__in=places)).select_related("batch")
    return {row.household_id or row.place_id: row for row in rows}


def _words(card: ContactCard, target: Target, who: Any, community: "Grid | None") -> card_sheet.Words:
    hotline = community.phone if community else ""
    shown = postings.Card.of(who) if who else None
    return card_sheet.Words(
        community=community.name if community else "",
        name=shown.name if shown else _("您的网格员"),
        title=str(shown.title) if shown else "",
        phone=(shown.phone if shown else "") or hotline,
        hotline=hotline,
        door=target.label,
        url=settings.SITE_URL + reverse("contact-card", args=[card.token]),
    )


def _record(
    actor: Actor, work_id: UUID, grid: "Grid", per: str, printed: list[tuple[UUID, UUID | None]]
) -> CardBatch | None:
    if actor.user is None:
        raise NotFound()
    batch, made = CardBatch.objects.get_or_create(
        work_id=work_id, defaults={"grid": grid, "per": per, "printed_by": actor.user, "count": len(printed)}
    )
    if made:
        by_worker: dict[UUID | None, list[UUID]] = {}
        for card_id, user_id in printed:
            by_worker.setdefault(user_id, []).append(card_id)
        for user_id, ids in by_worker.items():
            _live().filter(pk__in=ids).update(printed_for=user_id, batch=batch)
        record(actor=actor, verb="cards.print", target=batch, path=grid.path, fields=["printed_for"])
    return batch


# ---------------------------------------------------------------- one card
def revoke(*, actor: Actor, code: str, reason: str = "") -> int:
    """Take back the cards of a door (5-1-301) within reach: lost, or its people moved. The next one has a new code.

    Returns how many were taken back. Raises NotFound where there is no such door within reach, or none with a card.
    """

    def work() -> int:
        rows = _live().filter(household__code=code.strip()[:40]).select_for_update(of=("self",))
        rows = rows.select_related("household__building").filter(actor.reach.q("household__building__path", *PRINTERS))
        cards = list(rows)
        if not cards:
            raise NotFound(_("这户没有在用的卡，或者不归您管。户号像 5-1-301 这样写。"))
        for card in cards:
            card.revoked_at = timezone.now()
            card.save(update_fields=["revoked_at"])
            path = card.household.building.path if card.household else None
            record(actor=actor, verb="cards.revoke", target=card, path=path, fields=["revoked_at"], reason=reason)
        return len(cards)

    return in_one_transaction(work)


def place_of(token: str) -> "Grid | None":
    """Where a card leads: its building, or the place it hangs in; None once it was taken back. Raises NotFound.

    Nothing of who lives behind the door.
    """
    card = ContactCard.objects.select_related("household__building", "place").filter(token=token[:22]).first()
    if card is None:
        raise NotFound()
    place = card.household.building if card.household else card.place
    return place if place is not None and place.is_active and card.revoked_at is None else None
