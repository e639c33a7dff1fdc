"""What is held about people, said once, beside the tables: what for, on which basis, how long, whose it is.

A room says it in its `personal.py` (the storey imports it at start-up):

    declare(
        "centres.Loan",
        whose=Whose(user="user", resident="resident"),
        purpose=_("借出去的东西要还回来"),
        basis=Basis.SERVICE,
        keep=Keep(_("还清后一年"), after="ended_at", days=365, does=DELETE),
        fields={"due_on": _("哪天该还"), "condition": Held(_("还回来时的样子"), purpose=…)},
        links="user resident",# whose it is, nothing else
        by="recorded_by",     # who of the staff did it: theirs, told to them as a count
        plain="version copy", # looked at: nobody's
    )
    plain("centres.LoanItem", "name kind contents")   # a table that holds nobody

A column that is named in neither fails `manage.py check` and tests/guards/test_declared.py, until somebody has looked.
Nothing here imports a model: labels and lookup paths are text, resolved when asked.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

# What a night does with it: the row goes, its columns are emptied, or the room's own job (housekeeping) sees to it.
DELETE, BLANK, NIGHT = "delete", "blank", "night"
# Every table's own, by the base it stands on (portal.rows, portal.flow): when and as what a row was written.
EVERYWHERE = frozenset({"id", "created_at"})


class Basis(models.TextChoices):
    """On which ground of art. 13 of the Personal Information Protection Law it is held."""

    CONSENT = "consent", _("您同意的")
    SERVICE = "service", _("办您要办的事用得着")
    DUTY = "duty", _("社区依法要做的事")
    SAFETY = "safety", _("保护人身安全")


@dataclass(frozen=True)
class Keep:
    """How long, in words; and, where nights bring it about: counted from which moment (a lookup path of the row), and
    what happens then. Without `after` the words hold and the room itself, or an erasure, ends it."""

    words: Any
    after: str = ""
    days: int = 0
    does: str = ""
    # Only these rows: (("state", "returned"),).
    only: tuple[tuple[str, Any], ...] = ()
    # Related names of rows that go with a deleted one (records): nothing but their table's triggers protects them.
    along: tuple[str, ...] = ()

    def until(self, row: models.Model) -> date | None:
        """The day this row's time is up; None where that is not known yet."""
        if not self.after:
            return None
        found: Any = row
        for step in self.after.split("__"):
            found = getattr(found, step, None)
        if not isinstance(found, (date, datetime)):
            return None
        return (found.date() if isinstance(found, datetime) else found) + timedelta(days=self.days)


# Lives and goes with what it belongs to.
WITH_IT = Keep(_("跟着这件事走，这件事删了就没有了"))
WITH_ACCOUNT = Keep(_("账号在，就留着；注销就删"))


@dataclass(frozen=True)
class Whose:
    """Lookup paths from the row to the person: to an account (user), to a person of the register (resident).

    since: the moment of the row that must not lie before the person was in the register, where the path leads through a
    household: whoever moves in later must not read about those before.
    """

    user: str = ""
    resident: str = ""
    since: str = ""


@dataclass(frozen=True)
class Held:
    """One column about a person. What is not said is as the table's declaration says."""

    label: Any
    purpose: Any = ""
    basis: Basis | None = None
    keep: Keep | None = None
    # What stands there once it is erased; None: null where the column takes it, else empty.
    blank: Any = None
    # An erasure leaves it: why, in words for the person who asked.
    stays: Any = ""
    # Not shown word for word, only that it is there (a hash, a password).
    secret: bool = False


@dataclass(frozen=True)
class Hold:
    """Rows that put an erasure off: something is being done that needs them. `only`: which rows (lookups)."""

    words: Any
    only: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Declaration:
    """Everything said about one table."""

    label: str
    whose: Whose = field(default_factory=Whose)
    title: Any = ""
    room: Any = ""
    fields: Mapping[str, Held] = field(default_factory=dict)
    links: frozenset[str] = frozenset()
    by: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    # Told on a page of its own (the trail), or found by no key (a session): not listed row by row.
    apart: bool = False
    # What an erasure does to their rows: blanks the columns, or deletes the rows (with those of keep.along).
    erased: str = BLANK
    # What names the row on a page: lookup paths of plain columns (copy__item__name).
    head: tuple[str, ...] = ()
    hold: Hold | None = None
    # On the desk's page only these roles read it; empty: whoever may print somebody's page.
    only: tuple[str, ...] = ()
    # The same of one row, where rows of a table differ: the row → the roles (of `only`'s kind).
    only_of: Callable[[Any], tuple[str, ...]] | None = None
    # A column that holds a code or a key: the row → what a person reads.
    says: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def is_personal(self) -> bool:
        return bool(self.fields)

    def named(self) -> set[str]:
        return {*self.fields, *self.links, *self.by, *self.plain}


_declared: dict[str, Declaration] = {}


def declare(
    label: str,
    *,
    whose: Whose,
    purpose: Any,
    basis: Basis,
    keep: Keep,
    fields: Mapping[str, Any],
    title: Any = "",
    room: Any = "",
    links: str = "",
    by: str = "",
    plain: str = "",
    head: str = "",
    hold: Hold | None = None,
    apart: bool = False,
    erased: str = BLANK,
    only: tuple[str, ...] = (),
    says: Mapping[str, Callable[[Any], Any]] | None = None,
    only_of: Callable[[Any], tuple[str, ...]] | None = None,
) -> Declaration:
    """Say what a table holds about people. `fields`: column → label, or Held where it differs from the table's.

    links: the columns that only say whose it is; they have the table's purpose. by: who of the staff did it. says: the
    words for a column that holds a code, from the row (a column's own choices need none).
    """
    if label in _declared:
        raise ValueError(f"{label} is declared twice")
    held = {name: _filled(said, purpose, basis, keep) for name, said in fields.items()}
    made = Declaration(
        *(label, whose, title, room, held),
        links=frozenset(links.split()),
        by=frozenset(by.split()),
        plain=frozenset(plain.split()),
        apart=apart,
        erased=erased,
        head=tuple(head.split()),
        hold=hold,
        only=only,
        says=says or {},
        only_of=only_of,
    )
    _declared[label] = made
    return made


def _filled(said: Any, purpose: Any, basis: Basis, keep: Keep) -> Held:
    one = said if isinstance(said, Held) else Held(said)
    return replace(one, purpose=one.purpose or purpose, basis=one.basis or basis, keep=one.keep or keep)


def plain(label: str, columns: str, *, by: str = "") -> None:
    """A table that holds nobody but, at most, who of the staff did it (`by`). Every column is named."""
    if label in _declared:
        raise ValueError(f"{label} is declared twice")
    _declared[label] = Declaration(label, by=frozenset(by.split()), plain=frozenset(columns.split()))


def records(label: str, *, whose: Whose, title: Any = "", room: Any = "", keep: Keep = WITH_IT, more: str = "") -> None:
    """The records of a flow (portal.flow): what happened to a thing of theirs, in somebody's words."""
    declare(
        label,
        whose=whose,
        title=title or _("办理经过"),
        room=room,
        purpose=_("事情是怎么办的，您和经办人都查得到"),
        basis=Basis.SERVICE,
        keep=keep,
        fields={"reason": _("写下的原因"), "data": Held(_("当时的内容"), secret=True)},
        by="actor",
        plain=f"version from_state event to_state actor_role at subject {more}",
        head="at to_state",
    )


def declarations() -> list[Declaration]:
    return list(_declared.values())


def declaration(label: str) -> Declaration | None:
    return _declared.get(label)


def personal() -> Iterator[Declaration]:
    """Those that hold something about people, in the order they were said: ground first, then storey by storey."""
    return (one for one in _declared.values() if one.is_personal)


def columns(model: type[models.Model]) -> list[models.Field]:
    """Every column of a table, its own many-to-many tables aside (they are tables themselves)."""
    return [one for one in model._meta.local_fields if one.name not in EVERYWHERE]
