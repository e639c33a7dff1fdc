"""Furnishing the demo: every room's `demo.py` may hold `load(scene)`; they are called in the order of the storeys.

The scene is what they hand each other: the people who sign in, the places by their names, the moment that is "now".
Everything is deterministic but the clock. It all happens in one transaction: a demo is there whole, or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from random import Random
from time import perf_counter
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.demo import PASSWORD, SIGN_INS, equip, is_staff
from portal.accounts.models import User
from portal.errors import Refusal
from portal.storey import Storey
from portal.workbench.invented import Names

# Rooms whose rows come with the installation (the calendar), not with anybody's use of it.
FURNITURE = ("portal.workdays",)


@dataclass
class Scene:
    """What the rooms' demos share.

    users: the demo's sign-ins by username (`scene.users["clerk"]`). place: grid nodes by name: 槐荫区, a street,
    a community (`scene.place["文昌花园社区"]`), a grid in it (`…["文昌花园社区/第 1 网格"]`), a building (`…/5 号楼`),
    a sector grid (`…["城管网格"]`). residents: rows of the register of those who sign in, by username.
    """

    now: datetime
    users: dict[str, User] = field(default_factory=dict)
    place: dict[str, Any] = field(default_factory=dict)
    residents: dict[str, Any] = field(default_factory=dict)
    say: Callable[[str], None] = print

    def actor(self, username: str, channel: str = "web") -> Actor:
        """A fresh actor of one of the sign-ins, with the reach their postings give them now."""
        return Actor.of(self.users[username], channel=channel)

    def rng(self, room: str) -> Random:
        """Chance that falls the same way on every run; each room has its own, so that none disturbs another."""
        return Random(f"jiamenkou:{room}")

    def names(self, room: str) -> Names:
        return Names(self.rng(room))


def is_demo() -> bool:
    """True where every sign-in of the demo is here with its telephone: this database is the demo's own."""
    expected = {(person.username, person.phone) for person in SIGN_INS}
    found = set(User.objects.filter(username__in=[name for name, _phone in expected]).values_list("username", "phone"))
    return found == expected


def occupied_by() -> str:
    """The first of our tables that holds rows, by its name on screen; empty where the portal is empty."""
    for config in apps.get_app_configs():
        if not isinstance(config, Storey):
            continue
        for model in config.get_models():
            if not model.__module__.startswith(FURNITURE) and model._base_manager.exists():
                return str(model._meta.verbose_name)
    return ""


def refuse_unless_empty() -> None:
    """Raises Refusal where there is anything that people may have entered."""
    if held := occupied_by():
        raise Refusal(
            _("这个数据库里已经有内容了（%(what)s），演示数据不往里放。请给演示另备一个空的数据库。") % {"what": held},
            code="NOT_EMPTY",
        )


def furnish(say: Callable[[str], None] = print) -> Scene:
    """Load the demo into an empty database, whole or not at all. Raises Refusal NOT_EMPTY."""
    with transaction.atomic():
        # Two `demo` at once would both find it empty: the second waits here and then is refused.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jiamenkou.demo'))")
        refuse_unless_empty()
        scene = Scene(now=timezone.now().replace(microsecond=0), say=say)
        people(scene)
        for name, load in loaders():
            started = perf_counter()
            load(scene)
            say(f"  {name} {perf_counter() - started:.1f} s")
    with connection.cursor() as cursor:
        # Fresh tables have no statistics: the first pages would be planned blindly.
        cursor.execute("ANALYZE")
    return scene


def loaders() -> list[tuple[str, Callable[[Scene], None]]]:
    """Every room's `demo.load`, in the order of the storeys and of their floor plans."""
    found = []
    for config in apps.get_app_configs():
        if not isinstance(config, Storey):
            continue
        for room in config.rooms:
            name = f"{config.name}.{room}.demo"
            if find_spec(name) is not None and hasattr(import_module(name), "load"):
                found.append((f"{config.name}/{room}", import_module(name).load))
    return found


def people(scene: Scene) -> None:
    """The sign-ins: staff with the demo's one password, residents by telephone and code."""
    hashed = make_password(PASSWORD)  # once: it is slow by design
    nothing = make_password(None)
    users = [
        User(
            username=person.username,
            name=person.name,
            phone=person.phone,
            phone_verified=True,
            password=hashed if person.by_password else nothing,
            is_staff=person.username == "sysadmin",
            is_superuser=person.username == "sysadmin",
        )
        for person in SIGN_INS
    ]
    User.objects.bulk_create(users)
    scene.users = {user.username: user for user in users}
    for person in filter(is_staff, SIGN_INS):
        equip(scene.users[person.username])
