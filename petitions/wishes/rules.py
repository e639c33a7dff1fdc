"""Who may do what with a wish, and what may hang on the wall. Pure predicates (actor, wish); a failure denies."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from petitions.wishes.enums import ON_THE_WALL, TAKEN
from petitions.wishes.models import Wish, WishClaim
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role
from volunteers.service.queries import capacities_of


def is_wisher(actor: Actor, wish: Wish) -> bool:
    return actor.id is not None and wish.wisher_id == actor.id


def speaks_for_wisher(actor: Actor, wish: Wish) -> bool:
    """The wisher; where they have no account, whoever wrote it down for them."""
    return is_wisher(actor, wish) or (
        wish.wisher_id is None and actor.id is not None and wish.written_by_id == actor.id
    )


def may_write_down(actor: Actor, wish: Wish) -> bool:
    """A new wish: one's own, or a neighbour's by the grid worker or the clerk of the place."""
    return is_wisher(actor, wish) or may_write_for_others(actor, wish.grid, let_in=wish.let_in)


def may_write_for_others(actor: Actor, grid: Any, *, let_in: bool = False) -> bool:
    """let_in: a worker heard it at a door, and the secretary passes it on."""
    roles = (Role.GRID_WORKER, Role.DESK_CLERK, *((Role.SECRETARY,) if let_in else ()))
    return actor.reach.covers(grid.path, *roles)


def is_community(actor: Actor, wish: Wish) -> bool:
    return actor.reach.covers(wish.grid.path, *COMMUNITY)


def acts_for(actor: Actor, claim: WishClaim | None) -> bool:
    """Who claimed it, or who leads the team, answers for the unit today."""
    if claim is None or actor.id is None:
        return False
    if claim.team is not None and claim.team.leader is not None:
        return claim.team.leader.user_id == actor.id
    if claim.unit is not None and claim.unit.contact_id is not None:
        return claim.unit.contact_id == actor.id
    return claim.claimed_by_id == actor.id


def is_claimant(actor: Actor, wish: Wish) -> bool:
    return wish.state in TAKEN and acts_for(actor, wish.live_claim)


def may_claim(actor: Actor, wish: Wish) -> bool:
    """A volunteer, a team's leader, a unit's contact; never one's own wish, also not by the number left for it."""
    return not is_own(actor, wish) and bool(capacities_of(actor.id))


def is_own(actor: Actor, wish: Wish) -> bool:
    same_phone = actor.user is not None and bool(actor.user.phone) and actor.user.phone == wish.contact_phone
    return is_wisher(actor, wish) or same_phone


def may_confirm(actor: Actor, wish: Wish) -> bool:
    """The wisher, or the community on their behalf; never whoever carried it out."""
    return is_wisher(actor, wish) or (is_community(actor, wish) and not acts_for(actor, wish.live_claim))


def nobody(actor: Actor, wish: Wish) -> bool:
    """The system's own steps."""
    return False


# ---------------------------------------------------------------- who sees what
def is_party(actor: Actor, wish: Wish) -> bool:
    """Sees the words as they were said, the records and the evidence."""
    return (
        speaks_for_wisher(actor, wish)
        or is_community(actor, wish)
        or actor.reach.covers(wish.grid.path)
        or (actor.id is not None and wish.written_by_id == actor.id)
    )


def may_see_contact(actor: Actor, wish: Wish) -> bool:
    """Who helps, while they have it and the wisher has agreed; who wrote it down and the community, to ask back."""
    if not wish.contact_phone:
        return False
    if is_claimant(actor, wish):
        return wish.consent_at is not None
    return (
        is_wisher(actor, wish)
        or is_community(actor, wish)
        or actor.reach.covers(wish.grid.path, Role.GRID_WORKER)
        or (actor.id is not None and wish.written_by_id == actor.id)
    )


def may_see_photo(actor: Actor, wish: Wish) -> bool:
    """Evidence may show a person: never in public."""
    return is_party(actor, wish) or is_claimant(actor, wish)


def is_public(wish: Wish) -> bool:
    return wish.state in ON_THE_WALL


# ---------------------------------------------------------------- what may hang on the wall
_NUMBERS = "0-9０-９一二三四五六七八九十百"
_LONG_NUMBER = re.compile(r"(?:[0-9０-９][\s\-—]?){7,}")
_DOOR = re.compile(
    rf"[{_NUMBERS}]+\s*(?:号楼|号院|号门|栋|幢|单元|室(?!\s*[{_NUMBERS}两]*\s*厅))"
    rf"|(?:路|街|巷|弄)\s*[{_NUMBERS}]+\s*号|[0-9０-９]+\s*[-－—]\s*[0-9０-９]+\s*[-－—]\s*[0-9０-９]+"
)
_HANDLE = re.compile(r"(?:微信|QQ|VX|wx)\s*号?\s*[:：是]?\s*[A-Za-z0-9_\-]{5,}", re.IGNORECASE)


def wall_problems(text: str, names: Iterable[str] = ()) -> list[str]:
    """Why these words may not hang where everybody reads them; empty: they may. `names`: whom they could give away."""
    found = []
    if _LONG_NUMBER.search(text) or _HANDLE.search(text):
        found.append(_("里面有电话或微信号，请拿掉。认领的人会从这里找到联系办法。"))
    if _DOOR.search(text):
        found.append(_("里面有楼栋或门牌，请拿掉。"))
    if any(len(name) >= 2 and name in text for name in names):
        found.append(_("里面有名字，请拿掉。"))
    return found
