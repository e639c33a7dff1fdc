"""What may leave the portal as a file with people in it. Rooms register what they have; two people let one out.

    # <room>/exports.py, imported by the storey
    register(ExportKind(
        code="registry.roster",
        label=_("居民名册"),
        holds=_("门牌、姓名、电话"),
        places=lambda actor: [(grid.path, grid.name), …],           # what this person may ask for
        may_ask=lambda actor, path: actor.reach.covers(path, *COMMUNITY),
        may_approve=lambda actor, path: actor.reach.covers(path, Role.SECRETARY, *STREET),
        columns=(_("门牌"), _("姓名"), _("电话")),
        rows=lambda path: ((person.pk, [door, name, phone]) for …),  # streamed; whose row it is, and its cells
        fields=("name", "phone"),                                    # as the trail names them
    ))

The rest is here: somebody asks with a reason (`ask`), somebody else with the right decides (`decide`, never the asker),
a worker builds the file with its watermark, each person in it gets a line in the trail, each download is recorded, and
after seven days the file is gone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.accounts.actors import Actor

Line = tuple[UUID | None, Sequence[Any]]


@dataclass(frozen=True)
class ExportKind:
    """One kind of file. `path`: the grid path of the place it is about; nothing outside of it may be in the rows."""

    code: str
    label: Any
    places: Callable[[Actor], Sequence[tuple[str, Any]]]
    may_ask: Callable[[Actor, str], bool]
    may_approve: Callable[[Actor, str], bool]
    columns: Sequence[Any]
    rows: Callable[[str], Iterable[Line]]
    fields: Sequence[str]
    holds: Any = ""


_kinds: dict[str, ExportKind] = {}


def register(kind: ExportKind) -> ExportKind:
    if kind.code in _kinds:
        raise ValueError(f"two exports are called {kind.code}")
    _kinds[kind.code] = kind
    return kind


def kinds() -> list[ExportKind]:
    return list(_kinds.values())


def kind_of(code: str) -> ExportKind | None:
    return _kinds.get(code)
