"""The demo's register: 4,219 households and 12,618 invented people in the large community, a stairwell elsewhere."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from grids.registry import demo_care, demo_life, demo_privacy
from grids.registry.corrections import ask_correction, decide
from grids.registry.doors import door_code, door_order
from grids.registry.enums import Relation
from grids.registry.models import Household, Resident
from grids.registry.names import initials, sort_key
from grids.tree.demo import LARGE, LARGE_BUILDINGS
from grids.tree.enums import Level
from grids.tree.models import Grid
from portal.workbench.demo import Scene
from portal.workbench.invented import Names, phone

HOUSEHOLDS, RESIDENTS = 4219, 12618
FIRST_PHONE = 20_000  # below it are the sign-ins and what other rooms invent
# Who of the sign-ins lives where.
HOMES = {
    "resident": (f"{LARGE}/5 号楼", "1", "301", Relation.HEAD),
    "neighbour": (f"{LARGE}/6 号楼", "2", "402", Relation.HEAD),
    "volunteer": (f"{LARGE}/12 号楼", "1", "502", Relation.CHILD),
}


@dataclass(frozen=True)
class Door:
    building: Grid
    unit: str
    door: str


def load(scene: Scene) -> None:
    doors = _doors(scene)
    households = [
        Household(
            building=door.building,
            unit=door.unit,
            door=door.door,
            code=door_code(door.building.label, door.unit, door.door),
            door_order=door_order(door.unit, door.door),
        )
        for door in doors
    ]
    Household.objects.bulk_create(households, batch_size=2000)
    by_place = {(h.building.pk, h.unit, h.door): h for h in households}
    ours = {
        username: by_place[(scene.place[place].pk, unit, door)] for username, (place, unit, door, _rel) in HOMES.items()
    }
    people = _people(scene, households[:HOUSEHOLDS], households[HOUSEHOLDS:], ours)
    Resident.objects.bulk_create(people, batch_size=2000)
    _corrections(scene, people)
    demo_care.load(scene, people)
    demo_life.load_life(scene, households[:HOUSEHOLDS], people)
    demo_privacy.load(scene, people)


def _corrections(scene: Scene, people: list[Resident]) -> None:
    """One that waits, one that was answered, one that a clerk wrote down at the counter."""
    mine, other = scene.residents["resident"], next(one for one in people if one.phone and not one.user)
    me, clerk = scene.actor("resident"), scene.actor("clerk", "desk")
    done = ask_correction(actor=me, resident_id=mine.pk, field="relation", value=Relation.SPOUSE, reason="户主是我爱人")
    decide(actor=clerk, correction_id=done.pk, accept=False, reason="户口本上您是户主，带来看看再改")
    ask_correction(actor=me, resident_id=mine.pk, field="phone", value=phone(99_001), reason="换了号码")
    ask_correction(actor=clerk, resident_id=other.pk, field="phone", value="", reason="不想留电话了")


def _doors(scene: Scene) -> list[Door]:
    """Every door: two stairs, seven floors, four doors a floor; the last building is small."""
    doors = []
    for b in range(1, LARGE_BUILDINGS + 1):
        building = scene.place[f"{LARGE}/{b} 号楼"]
        stairs, floors = ("12", 7) if b < LARGE_BUILDINGS else ("1", 5)
        doors += [Door(building, u, f"{f}{d:02d}") for u in stairs for f in range(1, floors + 1) for d in range(1, 5)]
    doors = doors[:HOUSEHOLDS]
    for name, grid in scene.place.items():
        if grid.level == Level.BUILDING and grid.name == "1 号楼" and not name.startswith(LARGE):
            doors += [Door(grid, "1", f"{f}{d:02d}") for f in range(1, 7) for d in (1, 2)]
    return doors


def _people(
    scene: Scene, large: list[Household], others: list[Household], ours: dict[str, Household]
) -> list[Resident]:
    rng, names = scene.rng("registry"), scene.names("registry-names")
    sizes = _sizes(rng, len(large), RESIDENTS) + _sizes(rng, len(others), len(others) * 3)
    at_home = {household.pk: username for username, household in ours.items()}
    people: list[Resident] = []
    number = FIRST_PHONE
    for household, size in zip([*large, *others], sizes, strict=True):
        username = at_home.get(household.pk)
        family = _family(household, size, rng, names, reserved=scene.users[username].name if username else "")
        for place, person in enumerate(family):
            # Six in ten of the first two of a household gave a telephone; children and many elders did not.
            if place < 2 and rng.random() < 0.6:
                person.phone = phone(number)
                person.phone_tail = person.phone[-4:]
                number += 1
        if username:
            _is_account(scene, username, family[0])
        people += family
    return people


def _family(household: Household, size: int, rng: Random, names: Names, reserved: str) -> list[Resident]:
    surname = names.surname()
    roles = [Relation.HEAD, Relation.SPOUSE, Relation.CHILD, Relation.CHILD, Relation.PARENT]
    family: list[Resident] = []
    taken = {reserved}
    for relation in roles[:size]:
        own = surname if relation in (Relation.HEAD, Relation.CHILD) else ""
        name = names.person(own)
        while name in taken:
            name = names.person(own)
        taken.add(name)
        family.append(
            Resident(
                household=household, name=name, relation=relation, sort_key=sort_key(name), initials=initials(name)
            )
        )
    return family


def _is_account(scene: Scene, username: str, person: Resident) -> None:
    user = scene.users[username]
    person.name, person.phone, person.phone_tail = user.name, user.phone, str(user.phone)[-4:]
    person.sort_key, person.initials = sort_key(user.name), initials(user.name)
    person.relation = HOMES[username][3]
    person.user, person.linked_at, person.linked_by = user, scene.now, scene.users["clerk"]
    # Here for a while: what was written at their door before they came is not theirs to read.
    person.created_at = scene.now - timedelta(days=400)
    scene.residents[username] = person


def _sizes(rng: Random, households: int, people: int) -> list[int]:
    """Household sizes from 1 to 5 that add up exactly."""
    sizes = [rng.choices((1, 2, 3, 4, 5), (12, 22, 33, 20, 13))[0] for _ in range(households)]
    short = people - sum(sizes)
    step = 1 if short > 0 else -1
    while short:
        at = rng.randrange(households)
        if 1 <= sizes[at] + step <= 5:
            sizes[at] += step
            short -= step
    return sizes
