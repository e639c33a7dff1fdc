"""In whose hands: finding, setting and naming the holder of a case."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from grids.postings import queries as postings
from grids.tree import queries as tree
from grids.tree.enums import Kind
from grids.tree.enums import Level as GridLevel
from petitions.cases.enums import LADDER, ROLES_AT, Level
from petitions.cases.models import Case
from portal.accounts.enums import DATA_ROLES, Role
from portal.accounts.models import User
from portal.accounts.reach import Reach, Scope, reach_of
from portal.errors import Refusal

if TYPE_CHECKING:
    from grids.tree.models import Grid

# Length of the path of the node at each level that has one office.
DEPTH = {Level.COMMUNITY: 3, Level.STREET: 2, Level.DISTRICT: 1}
LEVEL_OF_NODE: dict[str, Level] = {
    GridLevel.DISTRICT: Level.DISTRICT,
    GridLevel.STREET: Level.STREET,
    GridLevel.COMMUNITY: Level.COMMUNITY,
}


def give_to_person(case: Case, person: User, at: datetime) -> None:
    """Into one person's hands. Raises Refusal NOT_ON_DUTY where their postings do not cover the place."""
    scope = _scope_for(reach_of(person.pk, at), case)
    if scope is None:
        raise Refusal(_("这位同事现在不管这一片，请换一位。"), code="NOT_ON_DUTY")
    node = tree.by_id(scope.grid_id)
    case.holder_user = person
    case.holder_grid = node if scope.role == Role.DEPARTMENT_HANDLER else None
    case.holder_level = _level_of_role(scope.role)
    case.holder_label = label(node, person)


def give_to_node(case: Case, node: "Grid") -> None:
    """To a department, a grid or an office, whose people share it until one signs. Raises Refusal NOT_FOR_THEM."""
    if not node.is_active or not (
        node.kind == Kind.SECTOR
        or case.grid.path.startswith(node.path)
        or node.path.startswith(case.grid.community_path)
    ):
        raise Refusal(_("这件事不在他们那一片，请换一个部门或网格。"), code="NOT_FOR_THEM")
    case.holder_user, case.holder_grid = None, node
    # A department works for whoever called it: what it cannot solve goes from the community to the street.
    case.holder_level = LEVEL_OF_NODE.get(node.level, Level.GRID) if node.kind != Kind.SECTOR else Level.COMMUNITY
    case.holder_label = label(node)


def give_to_level(case: Case, level: str) -> None:
    """To the office of a level above the grid: whoever of it takes it over."""
    node = tree.by_paths([case.grid.path[: DEPTH[Level(level)] * tree.STEP]]).popitem()[1]
    case.holder_user, case.holder_grid = None, node
    case.holder_level, case.holder_label = level, label(node)


def take(case: Case, person: User, at: datetime) -> None:
    """Whoever signs or receives for a node is the person from now on; the node stays, so that colleagues see it."""
    scope = _scope_for(reach_of(person.pk, at), case)
    node = case.holder_grid or (tree.by_id(scope.grid_id) if scope else None)
    case.holder_user, case.holder_label = person, label(node, person)


def put_down(case: Case) -> None:
    """In nobody's hands: back with the community that assigns."""
    case.holder_user = case.holder_grid = None
    case.holder_level, case.holder_label = Level.COMMUNITY, ""


def still_on_duty(case: Case, at: datetime) -> bool:
    """Whether the person holding it may still act for the place."""
    return case.holder_user_id is None or _scope_for(reach_of(case.holder_user_id, at), case) is not None


def office_for(case: Case, at: datetime) -> "Grid":
    """Whose people take over from somebody who left: the department's, the nearest of that level, the community's."""
    if case.holder_grid is not None:
        return case.holder_grid
    found = postings.holders(path=case.grid.path, roles=ROLES_AT[case.holder_level], at=at, nearest=True)
    return found[0].grid if found else tree.by_paths([case.grid.community_path])[case.grid.community_path]


def people_holding(case: Case, at: datetime) -> list[User]:
    """Whom to tell as the holder: the person, or those who share the node. One query, none for a person."""
    if case.holder_user is not None:
        return [case.holder_user]
    if case.holder_grid_id is None:
        return people_at(case, Level.COMMUNITY, at)
    return people_sharing(case.holder_grid_id, case.holder_level, at)


def people_sharing(grid_id: UUID, level: str, at: datetime) -> list[User]:
    """Those who act for a node that holds a case."""
    roles = (Role.DEPARTMENT_HANDLER, *ROLES_AT[level])
    rows = postings.live(at).filter(grid_id=grid_id, role__in=roles).select_related("user")
    return list({row.user_id: row.user for row in rows}.values())


def people_at(case: Case, level: str, at: datetime) -> list[User]:
    """Who stands for a level towards this place: the secretary for the community (clerks where there is none)."""
    return people_at_many([case.grid.path], [level], at)[case.grid.path, level]


def people_at_many(paths: Iterable[str], levels: Iterable[str], at: datetime) -> dict[tuple[str, str], list[User]]:
    """`people_at` of several places: by path and level. One query, however many."""
    levels = set(levels)
    roles = {role for level in levels for role in ROLES_AT[level]}
    found: dict[tuple[str, str], list[User]] = {}
    for path, rows in postings.holders_of_many(paths=paths, roles=tuple(roles), at=at).items():
        for level in levels:
            of_level = [row for row in rows if row.role in ROLES_AT[level]]
            if level == Level.COMMUNITY:
                of_level = [row for row in of_level if row.role == Role.SECRETARY] or of_level
            found[path, level] = list({row.user_id: row.user for row in of_level}.values())
    return found


def desk_of(case: Case, at: datetime) -> list[User]:
    """Who accepts and assigns: the counter, or the secretary where there is none, or where only they may read it. The
    district, where nobody said in which street it lies."""
    if case.grid.level == GridLevel.DISTRICT:
        return people_at(case, Level.DISTRICT, at)
    if case.restricted:
        return people_at(case, Level.COMMUNITY, at)
    found = postings.holders(path=case.grid.path, roles=(Role.DESK_CLERK,), at=at)
    return list({row.user_id: row.user for row in found}.values()) or people_at(case, Level.COMMUNITY, at)


def handlers_of(node: "Grid", at: datetime) -> list[User]:
    """The people of a department."""
    found = postings.holders(path=node.path, roles=(Role.DEPARTMENT_HANDLER,), at=at)
    return list({row.user_id: row.user for row in found}.values())


def label(node: "Grid | None", person: User | None = None) -> str:
    """第 1 网格 李梅; 城管网格."""
    return " ".join(part for part in (node.label if node else "", person.name if person else "") if part)[:60]


def _scope_for(reach: Reach, case: Case) -> Scope | None:
    """The nearest posting by which somebody may hold this case: on its ground, or of a department."""
    covering = [scope for scope in reach.scopes if scope.role in DATA_ROLES and case.grid.path.startswith(scope.path)]
    if covering:
        return max(covering, key=lambda scope: len(scope.path))
    departments = [scope for scope in reach.scopes if scope.role == Role.DEPARTMENT_HANDLER]
    own = [scope for scope in departments if scope.grid_id == case.holder_grid_id]
    within = [scope for scope in reach.scopes if scope.role == Role.GRID_WORKER and _same_community(scope, case)]
    return next(iter([*own, *departments, *within]), None)


def _same_community(scope: Scope, case: Case) -> bool:
    """A case that names no grid yet lies on the community; its grid workers may be given it."""
    return case.grid.depth <= tree.COMMUNITY_DEPTH and scope.path.startswith(case.grid.path)


def _level_of_role(role: str) -> str:
    return next((level for level in LADDER if role in ROLES_AT[level]), Level.COMMUNITY)
