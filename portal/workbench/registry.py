"""What rooms put on somebody's desk: to-dos, panels of the board, and follow-ups that a lower room may start upstairs.

Rooms register at start-up (their `todos.py`, `panels.py`, `follow_ups.py` are imported by the storey); the workbench
knows none of them by name.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.db.models import QuerySet

from portal.accounts.actors import Actor
from portal.rows import count_each


@dataclass(frozen=True)
class Todo:
    """One thing that waits for this person. `due_at` decides its place; `late` is told by word and shape."""

    title: Any
    url: str
    kind: Any = ""
    detail: Any = ""
    due_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Number:
    """A figure that opens its rows: `url` leads to exactly the rows that were counted."""

    label: Any
    value: int
    url: str
    detail: Any = ""
    late: bool = False
    # How the board's first sentence says it ("四件超时"); without one it stands among the figures only.
    phrase: Any = ""


@dataclass(frozen=True, init=False)
class Counted:
    """Figures that are nothing but counts: `rows` are counted with everybody else's, `say` is told how many each are.

    `say` answers no figure where there is nothing to say.
    """

    say: Callable[..., list[Number]]
    rows: tuple[QuerySet[Any], ...]

    def __init__(self, say: Callable[..., list[Number]], *rows: QuerySet[Any]):
        object.__setattr__(self, "say", say)
        object.__setattr__(self, "rows", rows)


@dataclass(frozen=True)
class Panel:
    """A section of a page. `template` is rendered with `context`; `order` is its place, smallest first."""

    code: str
    title: Any
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True)
class FollowUp:
    """Something a lower room may start upstairs in its own transaction: a visit becomes a case, a wish.

    confidential: fewer people may know of it than read the visit: the visit neither links to it nor keeps its words.

    start(actor=…, source=…, grid=…, resident=…, data=…) → a row with `.pk` and a `get_absolute_url()`.
    """

    code: str
    label: Any
    start: Callable[..., Any]
    fields: tuple[str, ...] = ("text",)
    confidential: bool = False


@dataclass(frozen=True)
class Headline:
    """How a place is just now, in a sentence (门开着，|到晚上九点。) and one line that explains it."""

    sentence: Any
    lead: Any = ""


@dataclass(frozen=True)
class Hit:
    """Something the one search box found."""

    title: Any
    url: str
    detail: Any = ""


T = TypeVar("T")
TodoSource = Callable[[Actor, datetime], list[Todo]]
NumberSource = Callable[[Actor, datetime], list[Number] | Counted]
# (actor, now, place): place is the community whose home page is shown; None where the page looks at no one place;
# on the page of a case it is the case.
PanelSource = Callable[[Actor, datetime, Any], Panel | None]

_todos: list[TodoSource] = []
_numbers: list[tuple[int, NumberSource]] = []
_panels: dict[str, list[PanelSource]] = {"board": [], "my": [], "home": [], "case": []}
_follow_ups: dict[str, FollowUp] = {}
_searches: list[Callable[[Actor, Any, str], list[Hit]]] = []
_place: Callable[[Any], Any] | None = None
_headline: Callable[[Any, datetime], Headline | None] | None = None

_read: ContextVar[dict[Any, Any] | None] = ContextVar("what the sources of this page have read", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """While one page is put together, what `read_once` marks is read once. Nothing of it outlives the page."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def read_once(read: Callable[[Actor, datetime], T]) -> Callable[[Actor, datetime], T]:
    """For a reading that several sources of a room share (a figure, its rows, a to-do). Off a page it reads afresh."""

    @wraps(read)
    def shared(actor: Actor, now: datetime) -> T:
        kept = _read.get()
        if kept is None:
            return read(actor, now)
        key = (read, actor.id, now)
        if key not in kept:
            kept[key] = read(actor, now)
        return kept[key]

    return shared


def todo_source(source: TodoSource) -> TodoSource:
    _todos.append(source)
    return source


def number_source(order: int) -> Callable[[NumberSource], NumberSource]:
    """Headline numbers of the board, in `order`: late first."""

    def register(source: NumberSource) -> NumberSource:
        _numbers.append((order, source))
        return source

    return register


def panel_source(page: str) -> Callable[[PanelSource], PanelSource]:
    """Register a section of a page: `board`, `my` (a resident's own things), `home` or `case` (for colleagues).

    None means: nothing to show.
    """

    def register(source: PanelSource) -> PanelSource:
        _panels[page].append(source)
        return source

    return register


def follow_up(declared: FollowUp) -> FollowUp:
    if declared.code in _follow_ups:
        raise ValueError(f"two follow-ups are called {declared.code}")
    _follow_ups[declared.code] = declared
    return declared


def todos_of(actor: Actor, now: datetime) -> list[Todo]:
    """Everything that waits for this person, the most urgent first."""
    found = [todo for source in _todos for todo in source(actor, now)]
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at or now))


def numbers_for(actor: Actor, now: datetime) -> list[Number]:
    sources = sorted(_numbers, key=lambda pair: pair[0])
    return numbers_from([source(actor, now) for _order, source in sources])


def numbers_from(found: Sequence[list[Number] | Counted]) -> list[Number]:
    """What sources answered, in their order; all that is to be counted is counted in one query."""
    counts = iter(count_each([rows for one in found if isinstance(one, Counted) for rows in one.rows]))
    said = [one.say(*(next(counts) for _rows in one.rows)) if isinstance(one, Counted) else one for one in found]
    return [number for numbers in said for number in numbers]


def panels_for(page: str, actor: Actor, now: datetime, place: Any = None) -> list[Panel]:
    found = [panel for source in _panels[page] if (panel := source(actor, now, place)) is not None]
    return sorted(found, key=lambda panel: panel.order)


def follow_ups() -> tuple[FollowUp, ...]:
    return tuple(_follow_ups.values())


def follow_up_by_code(code: str) -> FollowUp | None:
    return _follow_ups.get(code)


def search_source(source: Callable[[Actor, Any, str], list[Hit]]) -> Callable[[Actor, Any, str], list[Hit]]:
    """Register what a room finds for (actor, place, text)."""
    _searches.append(source)
    return source


def hits_for(actor: Actor, place: Any, text: str) -> list[Hit]:
    """What every room finds, each page once, in the order of the storeys."""
    found = [hit for source in _searches for hit in source(actor, place, text)]
    return list({hit.url: hit for hit in reversed(found)}.values())[::-1]


def place_supplied_by(supplier: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Register the one supplier of the community a request looks at."""
    global _place
    _place = supplier
    return supplier


def place_of(request: Any) -> Any:
    """The community whose home page is shown; None where there is none yet."""
    return _place(request) if _place else None


def headline_supplied_by(
    supplier: Callable[[Any, datetime], Headline | None],
) -> Callable[[Any, datetime], Headline | None]:
    """Register the one supplier of a place's sentence: whether its door is open."""
    global _headline
    _headline = supplier
    return supplier


def headline_of(place: Any, now: datetime) -> Headline | None:
    return _headline(place, now) if _headline and place is not None else None
