"""What has been said of somebody who stands at the counter, and what is still missing."""

from dataclasses import dataclass, field

from centres.rooms.enums import OVERRIDABLE
from portal.errors import Refusal


@dataclass
class WalkIn:
    """What was said so far. `people`: whoever answers to it; one of them, and it is clear."""

    who: str = ""
    slot: str = ""
    person: tuple[str, str] | None = None
    people: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    refused: Refusal | None = None

    @property
    def may_override(self) -> bool:
        return self.refused is not None and self.refused.code in OVERRIDABLE
