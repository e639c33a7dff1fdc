"""What has happened to the demo's people: a son who moved in with others, somebody about to go, one registered twice,
and the anchor households."""

from datetime import timedelta

from django.utils import timezone

from grids.registry import anchors, life, persons
from grids.registry.models import Household, Resident
from portal.workbench.demo import Scene

# Name, members as the household says, homes it looks after: one falls short of thirty, one has not said how many it is.
ANCHORS = (("银杏树下中心户", 14, 30), ("水塔边中心户", 11, 24), ("自行车棚中心户", None, 31))


def load_life(scene: Scene, doors: list[Household], people: list[Resident]) -> None:
    clerk, today = scene.actor("clerk", "desk"), timezone.localdate(scene.now)
    family: dict[object, list[Resident]] = {}
    for one in people:
        family.setdefault(one.household_id, []).append(one)
    # Beyond the doors that other rooms furnish.
    far = [one for one in doors[700:1000] if len(family.get(one.pk, [])) >= 3 and family[one.pk][0].phone]
    goes, stays, leaves, twice, other = far[0], far[1], far[2], far[3], far[4]
    son = family[goes.pk][2]
    before = today - timedelta(days=6)
    life.move(actor=clerk, household_id=goes.pk, people=[son.pk], to=stays.code, on=before)
    all_of_them = [one.pk for one in family[leaves.pk]]
    life.move_away(actor=clerk, household_id=leaves.pk, people=all_of_them, on=today + timedelta(days=12))
    double = family[other.pk][1]
    persons.set_name(double, family[twice.pk][0].name)
    persons.set_phone(double, family[twice.pk][0].phone)
    double.save()
    _anchors(scene, doors)


def _anchors(scene: Scene, doors: list[Household]) -> None:
    secretary, today = scene.actor("secretary"), timezone.localdate(scene.now)
    for at, (circle, members, homes) in enumerate(ANCHORS):
        begin = 40 + at * 60
        since = today - timedelta(days=200 - at * 30)
        made = anchors.agree(
            actor=secretary,
            household=doors[begin].code,
            circle=circle,
            agreed_on=since - timedelta(days=5),
            starts_on=since,
            members=members,
        )
        codes = " ".join(one.code for one in doors[begin + 1 : begin + 1 + homes])
        anchors.look_after(actor=secretary, anchor_id=made.pk, codes=codes)
