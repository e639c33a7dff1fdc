"""A community that the district puts under another street: one write, and everybody who must follow it is called."""

from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from grids.tree.enums import Kind, Level
from grids.tree.importing import may_import_tree
from grids.tree.models import Grid
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden


class Follow(Protocol):
    def __call__(self, *, actor: Actor, community: Grid, left: Grid, street: Grid) -> int | None: ...


Hook = TypeVar("Hook", bound=Follow)
_hooks: list[Follow] = []


def on_community_moved(hook: Hook) -> Hook:
    """Register what must follow, e.g. what the old street's office has in hand. Usable as a decorator.

    It is called as `hook(actor=…, community=…, left=…, street=…)` inside the moving transaction, with the paths as they
    are then. It returns how many things it changed (or None). If it raises, nothing is moved.
    """
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def move_community(*, actor: Actor, community: Grid, street: Grid, reason: str = "") -> Grid:
    """Put a community with all its grids and buildings under another street; answers it as it stands then.

    Codes stay: an official renumbering comes with its own table. Reach follows at once, because it is computed from
    the paths. Where it is already, nothing happens. Raises Forbidden unless district or system administration asks,
    Conflict where one of the two is not what it should be.
    """
    if not may_import_tree(actor):
        raise Forbidden(_("网格由区里或系统管理员调整。"))
    return in_one_transaction(lambda: _move(actor, community, street, reason))


def _move(actor: Actor, community: Grid, street: Grid, reason: str) -> Grid:
    # As planting does: two writers of one branch would take the same step of its path.
    list(Grid.objects.filter(depth=1).select_for_update().values_list("pk"))
    here, there = Grid.objects.get(pk=community.pk), Grid.objects.get(pk=street.pk)
    if here.level != Level.COMMUNITY or there.level != Level.STREET or there.kind != Kind.TERRITORIAL:
        raise Conflict(_("只能把一个社区挪到一个街道下面。"), code="NOT_A_COMMUNITY")
    left = _above(here)
    if left.pk == there.pk:
        return here
    if not there.is_active or _above(left).pk != _above(there).pk:
        raise Conflict(_("那个街道停用了，或者不在本区。"), code="NOT_THERE")
    Grid.objects.move(here, there, pos="last-child")
    here, left, there = (Grid.objects.get(pk=one.pk) for one in (here, left, there))
    record(actor=actor, verb="tree.move", target=here, path=here.path, fields=["path"], reason=reason)
    for hook in _hooks:
        hook(actor=actor, community=here, left=left, street=there)
    return here


def _above(node: Grid) -> Grid:
    return Grid.objects.get(path=node.path[: -Grid.steplen])
