"""The roster as a file, let out by two persons. Its columns are those every import reads; no care need is in it."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from grids.registry import roster, rules
from grids.registry.queries import roster_rows
from grids.tree.enums import Level
from grids.tree.queries import visible
from portal.accounts.actors import Actor
from portal.accounts.enums import STREET, Role
from portal.privacy.exports import ExportKind, register


def places(actor: Actor) -> Sequence[tuple[str, Any]]:
    mine = visible(actor.reach, Level.COMMUNITY)
    return [(one.path, one.name) for one in mine if rules.may_import(actor, one.path)]


def rows(path: str) -> Iterator[tuple[UUID | None, Sequence[Any]]]:
    return roster_rows(path)


register(
    ExportKind(
        code="registry.roster",
        label=_("居民名册"),
        holds=_("门牌、姓名、电话、与户主的关系"),
        places=places,
        may_ask=rules.may_import,
        may_approve=lambda actor, path: actor.reach.covers(path, Role.SECRETARY, *STREET),
        columns=roster.COLUMNS,
        rows=rows,
        fields=("household", "name", "phone", "relation"),
    )
)
