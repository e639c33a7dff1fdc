"""A small named cast in a small named place; every test speaks of the same people.

District 槐荫区 ─ 曲江街道 ─ 文昌花园社区 ─ 第一网格片 ─ 第 1 网格 (李梅), 第 2 网格 ─ 5 号楼 …
               └ 南街街道 ─ 南大街社区 ─ …           + 城管 (sector grid)
"""

from dataclasses import dataclass, field

from grids.postings.models import Posting
from grids.tree.enums import Kind, Level
from grids.tree.models import Grid
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


def below(parent: Grid, **fields) -> Grid:
    return Grid.objects.add_child(parent, fields)


def lay_out() -> Place:
    district = Grid.objects.add_root({"level": Level.DISTRICT, "code": "620902", "name": "槐荫区"})
    street = below(district, level=Level.STREET, code="620902001", name="曲江街道")
    community = below(
        street,
        level=Level.COMMUNITY,
        code="620902001001",
        name="文昌花园社区",
        phone="85550110",
    )
    area = below(
        community,
        level=Level.COMMUNITY_GRID,
        code="620902001001-01",
        name="文昌花园一片区",
    )
    grid = below(area, level=Level.BASIC_GRID, code="620902001001-0101", name="第 1 网格")
    grid_b = below(area, level=Level.BASIC_GRID, code="620902001001-0102", name="第 2 网格")
    building = below(grid, level=Level.BUILDING, code="620902001001-0101-05", name="5 号楼")
    building_b = below(grid_b, level=Level.BUILDING, code="620902001001-0102-06", name="6 号楼")
    street_b = below(district, level=Level.STREET, code="620902002", name="南街街道")
    community_b = below(street_b, level=Level.COMMUNITY, code="620902002001", name="南大街社区")
    area_b = below(
        community_b,
        level=Level.COMMUNITY_GRID,
        code="620902002001-01",
        name="南大街一片区",
    )
    grid_c = below(area_b, level=Level.BASIC_GRID, code="620902002001-0101", name="第 1 网格")
    sector = below(
        district,
        level=Level.BASIC_GRID,
        kind=Kind.SECTOR,
        code="620902-S01",
        name="城管网格",
    )
    nodes = [district, street, community, area, grid, grid_b, building, building_b]
    nodes += [street_b, community_b, area_b, grid_c, sector]
    for node in nodes:
        node.refresh_from_db()  # treebeard counts children on the parent; the copies in hand are behind
    return Place(*nodes)


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
