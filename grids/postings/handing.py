"""What somebody leaves behind when their posting ends, for whoever is about to end it, room by room."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grids.postings.models import Posting

# One sentence, or nothing.
Source = Callable[["Posting"], str]
_sources: list[Source] = []


def left_behind_by(source: Source) -> Source:
    """Register what a room knows. Usable as a decorator; the words are read when the page is, never kept."""
    if source not in _sources:
        _sources.append(source)
    return source


def left_behind(posting: "Posting") -> list[str]:
    return [line for source in _sources if (line := source(posting))]
