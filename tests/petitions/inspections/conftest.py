"""A list, a piece of ground, two shops: 沿街店铺消防安全 in 第 1 网格."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from petitions.inspections import services
from petitions.inspections.models import Checklist, Inspection
from portal.accounts.actors import Actor
from tests.cast import Cast
from tests.petitions.cases.conftest import Desk, category, desk

__all__ = ["category", "desk"]

ITEMS = ("灭火器在有效期里", "通道没有堆东西", "电线没有乱接")
SHOPS = ("老张面馆", "家和便利店")
NOTE = "两个灭火器都过期了"


class Round:
    """walk.start() → an open inspection of two shops; walk.say(inspection, 0, 0, "problem") writes one thing down."""

    def __init__(self, desk: Desk, checklist: Checklist):
        self.desk, self.cast, self.checklist = desk, desk.cast, checklist

    def actor(self, who: str) -> Actor:
        return self.desk.actor(who)

    def start(self, who: str = "secretary", team: tuple[str, ...] = ("grid_worker",), **more: Any) -> Inspection:
        given = {
            "checklist": self.checklist,
            "grid": self.cast.place.grid,
            "due_on": timezone.localdate() + timedelta(days=3),
            "team": [self.cast.users[name].pk for name in team],
            "buildings": False,
            "places": SHOPS,
        } | more
        return services.start(actor=self.actor(who), **given)

    def say(self, inspection: Inspection, place: int, item: int, found: str, who: str = "grid_worker", **more: Any):
        return services.write_down(
            actor=self.actor(who),
            place_id=inspection.places.all()[place].pk,
            item_id=inspection.checklist.items.all()[item].pk,
            found=found,
            **({"note": NOTE} if found == "problem" else {}) | more,
        )

    def see_all(self, inspection: Inspection, who: str = "grid_worker") -> Inspection:
        for place in inspection.places.all():
            services.all_in_order(actor=self.actor(who), place_id=place.pk)
        return inspection


def a_list(cast: Cast, actor: Actor, category: Any = None, **more: Any) -> Checklist:
    given = {"grid": cast.place.community, "name": "沿街店铺消防安全", "items": ITEMS, "category": category} | more
    return services.make_list(actor=actor, **given)


@pytest.fixture
def walk(desk, category) -> Round:
    return Round(desk, a_list(desk.cast, desk.actor("secretary"), category))
