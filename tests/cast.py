"""A small named cast in a small named place; every test speaks of the same people.

District 槐荫区 ─ 曲江街道 ─ 文昌花园社区 ─ 第一网格片 ─ 第 1 网格 (李梅), 第 2 网格 ─ 5 号楼 …
               └ 南街街道 ─ 南大街社区 ─ …           + 城管 (sector grid)
"""

from dataclasses import dataclass, field

from django.db.transaction import atomic

from grids.postings.models import Posting
from grids.tree.enums import Kind, Level
from grids.tree.models import Grid
from grids.tree.planting import Seedling, plant
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User


@dataclass
class Place:
    """The nodes of the test's tree, by the name tests use."""

    district: Grid
    street: Grid
    community: Grid
    area: Grid
    grid: Grid
    grid_b: Grid
    building: Grid
    building_b: Grid
    street_b: Grid
    community_b: Grid
    area_b: Grid
    grid_c: Grid
    sector: Grid


# name → (code, the name it stands below, level, what people call it)
NODES = {
    "district": ("620902", "", Level.DISTRICT, "槐荫区"),
    "street": ("620902001", "district", Level.STREET, "曲江街道"),
    "community": ("620902001001", "street", Level.COMMUNITY, "文昌花园社区"),
    "area": ("620902001001-01", "community", Level.COMMUNITY_GRID, "文昌花园一片区"),
    "grid": ("620902001001-0101", "area", Level.BASIC_GRID, "第 1 网格"),
    "grid_b": ("620902001001-0102", "area", Level.BASIC_GRID, "第 2 网格"),
    "building": ("620902001001-0101-05", "grid", Level.BUILDING, "5 号楼"),
    "building_b": ("620902001001-0102-06", "grid_b", Level.BUILDING, "6 号楼"),
    "street_b": ("620902002", "district", Level.STREET, "南街街道"),
    "community_b": ("620902002001", "street_b", Level.COMMUNITY, "南大街社区"),
    "area_b": ("620902002001-01", "community_b", Level.COMMUNITY_GRID, "南大街一片区"),
    "grid_c": ("620902002001-0101", "area_b", Level.BASIC_GRID, "第 1 网格"),
    "sector": ("620902-S01", "district", Level.BASIC_GRID, "城管网格"),
}
MORE = {"community": {"phone": "85550110"}, "sector": {"kind": Kind.SECTOR}}


def lay_out() -> Place:
    """Planted at once: node by node it would be half of what a small test costs."""
    seedlings = [
        Seedling(code, NODES[parent][0] if parent else "", {"level": level, "name": name} | MORE.get(node, {}))
        for node, (code, parent, level, name) in NODES.items()
    ]
    with atomic():
        grown = plant(seedlings)
    return Place(**{node: grown[row[0]] for node, row in NODES.items()})


# name → (phone tail, role, node)
STAFF = {
    "grid_worker": ("03", Role.GRID_WORKER, "grid"),
    "grid_worker_b": ("23", Role.GRID_WORKER, "grid_b"),
    "clerk": ("04", Role.DESK_CLERK, "community"),
    "clerk_b": ("24", Role.DESK_CLERK, "community_b"),
    "secretary": ("05", Role.SECRETARY, "community"),
    "secretary_b": ("25", Role.SECRETARY, "community_b"),
    "street_supervisor": ("06", Role.STREET_SUPERVISOR, "street"),
    "street_supervisor_b": ("26", Role.STREET_SUPERVISOR, "street_b"),
    "district_admin": ("07", Role.DISTRICT_ADMIN, "district"),
    "department_handler": ("08", Role.DEPARTMENT_HANDLER, "sector"),
    "auditor": ("11", Role.AUDITOR, "district"),
    "sysadmin": ("12", Role.SYSADMIN, "district"),
}
PEOPLE = {
    "resident": "01",
    "neighbour": "02",
    "volunteer": "09",
    "org_contact": "10",
    "outsider": "13",
}


@dataclass
class Cast:
    place: Place
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError as error:
            raise AttributeError(name) from error

    def actor(self, name: str, channel: str = "web") -> Actor:
        """A fresh actor of this person, with the reach they have now."""
        return Actor.of(self.users[name], channel=channel)


def gather(place: Place) -> Cast:
    users = {}
    for name, tail in [
        *PEOPLE.items(),
        *((name, row[0]) for name, row in STAFF.items()),
    ]:
        users[name] = User(username=name, name=name, phone=f"+86138000000{tail}", phone_verified=True)
        users[name].set_unusable_password()
    User.objects.bulk_create(users.values())
    Posting.objects.bulk_create(
        Posting(user=users[name], role=role, grid=getattr(place, node)) for name, (_tail, role, node) in STAFF.items()
    )
    return Cast(place, users)
