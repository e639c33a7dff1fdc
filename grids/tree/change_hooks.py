"""What a change of the grids needs from rooms that stand on the tree: who looks after a grid, what it touches, and
everybody who must follow it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from grids.tree.models import Grid
from portal.accounts.actors import Actor


class Holders(Protocol):
    """Supplied by grids/postings: the workers of grids."""

    def on(self, grid_ids: Iterable[UUID], at: datetime) -> dict[UUID, set[UUID]]:
        """Accounts by node: workers whose posting on that very node lives at that moment."""

    def to_come(self, grid_ids: Iterable[UUID], at: datetime) -> bool:
        """Whether a posting on one of these nodes begins after that moment."""

    def people(self, path: str, at: datetime) -> list[tuple[UUID, str]]:
        """Who can be given a grid below a path: account and how they are called, with their place."""

    def post(self, *, actor: Actor, user_id: UUID, grid: Grid, at: datetime) -> None: ...

    def leave(self, *, actor: Actor, grid: Grid, at: datetime, reason: str) -> None:
        """End every posting on this node."""


_holders: list[Holders] = []


def holders_supplied_by(supplier: Holders) -> None:
    _holders[:] = [supplier]


def holders() -> Holders:
    return _holders[0]


class Sizes(Protocol):
    """Supplied by grids/postings: how large grids are, and what is said of one that is too large."""

    def of(self, paths: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Doors in use and people of every building at or below these paths, by its path."""

    def over(self, doors: int, people: int) -> str:
        """Empty within the limits."""


_sizes: list[Sizes] = []


def sizes_supplied_by(supplier: Sizes) -> None:
    _sizes[:] = [supplier]


def sizes() -> Sizes:
    return _sizes[0]


@dataclass(frozen=True)
class Touched:
    """One number of a preview: what it counts, and how many."""

    label: Any
    n: int


class Count(Protocol):
    def __call__(self, paths: list[str]) -> list[Touched]: ...


class Follow(Protocol):
    def __call__(self, *, actor: Actor, paths: list[str], now: datetime) -> int | None: ...


C = TypeVar("C", bound=Count)
F = TypeVar("F", bound=Follow)
_counts: list[Count] = []
_followers: list[Follow] = []


def on_grids_counted(hook: C) -> C:
    """Register what a preview counts below these paths. Each has a constant number of queries."""
    if hook not in _counts:
        _counts.append(hook)
    return hook


def touched(paths: list[str]) -> list[Touched]:
    return [one for hook in _counts for one in hook(paths)]


def on_grids_changed(hook: F) -> F:
    """Register what must follow once grids were laid out anew, e.g. cases in the hands of who no longer looks after the
    place. Called inside the changing transaction with the paths as they are then; if it raises, nothing is changed."""
    if hook not in _followers:
        _followers.append(hook)
    return hook


def call_followers(*, actor: Actor, paths: list[str], now: datetime) -> None:
    for hook in _followers:
        hook(actor=actor, paths=paths, now=now)
