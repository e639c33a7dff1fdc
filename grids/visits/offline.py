"""What a phone takes along for a day without a signal. Only today's doors: a stolen pack is a walk, not a register."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from grids.visits.materials import materials_over
from grids.visits.models import Promise
from grids.visits.models_errands import PolicyMaterial
from grids.visits.walk import Stop, Walk, walk_of
from portal.accounts.actors import Actor

# A round may ask for two hundred doors a day; nobody walks more than these before the next signal.
MOST_DOORS = 40


def walk_to_take(actor: Actor, now: datetime) -> Walk:
    """Today's walk, as far as a phone carries it."""
    walk = walk_of(actor.reach, actor.id, now)
    del walk.stops[MOST_DOORS:]
    return walk


def promises_of(stops: Iterable[Stop]) -> dict[UUID, list[Promise]]:
    """Door → what still waits there: one query for all of them."""
    doors = [stop.door.pk for stop in stops]
    found: dict[UUID, list[Promise]] = {door: [] for door in doors}
    for promise in Promise.objects.waiting().filter(household_id__in=doors).order_by("due_on", "pk"):
        found[promise.household_id].append(promise)
    return found


def materials_of(stops: Iterable[Stop]) -> dict[UUID, list[PolicyMaterial]]:
    """Door → what is handed out there: one query for all of them."""
    stops = list(stops)
    found = materials_over([stop.door.building.path for stop in stops])
    return {stop.door.pk: [one for one in found if stop.door.building.path.startswith(one.grid.path)] for stop in stops}
