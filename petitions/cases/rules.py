"""Who may do what with a case: small predicates of (actor, case) that compose. They read the case and its grid only."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from grids.tree.enums import Level as GridLevel
from petitions.cases.enums import ROLES_AT, Asking, Level, roles_from
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role

if TYPE_CHECKING:
    from petitions.cases.models import Case
    from petitions.cases.models_whistle import WhistleCall

Rule = Callable[[Actor, "Case"], bool]


def any_of(*rules: Rule) -> Rule:
    def rule(actor: Actor, case: "Case") -> bool:
        return any(one(actor, case) for one in rules)

    return rule


def nobody(actor: Actor, case: "Case") -> bool:
    """The system's own steps: the engine lets it through, and no one else."""
    return False


def community(actor: Actor, case: "Case") -> bool:
    return actor.reach.covers(case.grid.path, *COMMUNITY)


def street(actor: Actor, case: "Case") -> bool:
    return actor.reach.covers(case.grid.path, *STREET) or nobodys_street(actor, case)


def nobodys_street(actor: Actor, case: "Case") -> bool:
    """What another system sent without saying where lies on the whole district: no street answers for it, so the
    district does."""
    return case.grid.level == GridLevel.DISTRICT and actor.reach.covers(case.grid.path, *DISTRICT)


def reporter(actor: Actor, case: "Case") -> bool:
    """Whoever asked, by account or by slip. Who handled the case does not speak for them, slip in hand or not."""
    if actor.slip_of is not None and actor.slip_of == case.pk:
        return actor.id is None or actor.id not in case.handled_by
    return actor.id is not None and actor.id == case.reporter_id


def holder(actor: Actor, case: "Case") -> bool:
    """The person it is with, or one of those who share the node it is with."""
    if actor.id is None or not actor.reach.scopes:
        return False
    if case.holder_user_id is not None:
        return actor.id == case.holder_user_id
    if case.holder_grid_id is None:
        return False
    roles = office_roles(case)
    return any(scope.grid_id == case.holder_grid_id and scope.role in roles for scope in actor.reach.scopes)


def office_roles(case: "Case") -> tuple[str, ...]:
    """The roles that act for the node holding the case: a department's handlers, else the people of that level."""
    return (Role.DEPARTMENT_HANDLER, *ROLES_AT[case.holder_level])


def at_holder_level(actor: Actor, case: "Case") -> bool:
    """Somebody of the level the case is now with: who may take over what was escalated."""
    return actor.reach.covers(case.grid.path, *ROLES_AT[case.holder_level])


def may_verify(actor: Actor, case: "Case") -> bool:
    """The holder's level or above, and never one who handled this round."""
    if actor.id is None or actor.id in case.handled_by or actor.id == case.holder_user_id:
        return False
    return actor.reach.covers(case.grid.path, *roles_from(case.holder_level))


def may_decide(actor: Actor, case: "Case") -> bool:
    """Shelving is the street's to grant; more time the community's too."""
    return street(actor, case) or (case.asking != Asking.SHELVE and community(actor, case))


def may_file(actor: Actor, case: "Case") -> bool:
    """Residents and visitors for themselves; grid worker and community on behalf of somebody on their ground."""
    if case.on_behalf_by_id is not None:
        return actor.reach.covers(case.grid.path, Role.GRID_WORKER, *COMMUNITY)
    return not actor.reach.scopes


def may_read_notes(actor: Actor, case: "Case") -> bool:
    """Colleagues: everybody who reaches the case by a posting. Never the reporter."""
    return bool(actor.reach.scopes) and not reporter(actor, case)


def level_of(actor: Actor, path: str) -> str:
    """The level a person acts at on this place: that of their nearest posting; community for those without one."""
    for level in Level.values:
        if actor.reach.covers(path, *ROLES_AT[level]):
            return str(level)
    return str(Level.COMMUNITY)


# ---------------------------------------------------------------- 吹哨报到
def called(actor: Actor, call: "WhistleCall") -> bool:
    """A handler of the department that was called."""
    return actor.reach.covers(call.department.path, Role.DEPARTMENT_HANDLER)


def called_by(actor: Actor, call: "WhistleCall") -> bool:
    """The street of the place: it calls, calls off and rates."""
    return street(actor, call.case)


def works_on(actor: Actor, case: "Case") -> bool:
    """Whoever handles the case or steers it, and so speaks to the reporter. A department only called does not."""
    return (
        holder(actor, case)
        or actor.reach.covers(case.grid.path)
        or actor.reach.covers(
            case.holder_grid.path if case.holder_grid is not None else None, Role.DEPARTMENT_HANDLER, Role.GRID_WORKER
        )
    )


def may_chase(actor: Actor, case: "Case") -> bool:
    """Says where the power lies and asks there again: the holder, and those who steer the case."""
    return holder(actor, case) or community(actor, case) or street(actor, case)
