"""Kinds of long work. A room registers its own in `works.py`; the ground knows none of them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

# progress(done, total): cheap, may be called for every row. Raises Stopped where the owner has called the work off.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Result:
    """What a work ends with: a sentence, a page to go on to, a file to take along (bytes, or open for reading)."""

    note: str = ""
    url: str = ""
    name: str = ""
    content: bytes | BinaryIO | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of long work.

    run(work: LongWork, progress) → Result or None. It is called by a worker outside any transaction, may be killed at
    any line, and is then called again from the start: running twice must end where running once does. A Refusal raised
    in it becomes the sentence that its owner reads.
    """

    code: str
    label: Any
    run: Callable[[Any, Progress], Result | None]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    if kind.code in _kinds:
        raise ValueError(f"two kinds of long work are called {kind.code}")
    _kinds[kind.code] = kind
    return kind


def kind_of(code: str) -> Kind | None:
    return _kinds.get(code)
