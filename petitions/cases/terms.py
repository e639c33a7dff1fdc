"""How long each class may take: the defaults of domain.md as data. A community may set its own (`Term` rows)."""

from dataclasses import dataclass
from datetime import timedelta

from petitions.cases.enums import ClockName, Sla


@dataclass(frozen=True)
class Span:
    """`natural`: by the clock on the wall, nights and holidays included; otherwise in working time."""

    amount: timedelta
    natural: bool = False


def wh(hours: float) -> Span:
    return Span(timedelta(hours=hours))


def natural(hours: float) -> Span:
    return Span(timedelta(hours=hours), natural=True)


BY_CLASS: dict[str, dict[str, Span]] = {
    Sla.EMERGENCY: {
        ClockName.SIGN: natural(0.25),
        ClockName.CONTACT: natural(2),
        ClockName.RESULT: natural(2),
        ClockName.FINISH: natural(24),
        ClockName.ARRIVE: natural(2),
    },
    Sla.UTILITY: {ClockName.SIGN: wh(2), ClockName.CONTACT: wh(4), ClockName.FINISH: natural(24)},
    Sla.CONSULTATION: {ClockName.SIGN: wh(2), ClockName.CONTACT: wh(4), ClockName.FINISH: wh(8)},
    Sla.HELP: {ClockName.SIGN: wh(2), ClockName.CONTACT: wh(4), ClockName.FINISH: wh(40)},
    Sla.COMPLAINT: {ClockName.SIGN: wh(2), ClockName.CONTACT: wh(8), ClockName.FINISH: wh(80)},
    Sla.REWORK: {ClockName.SIGN: wh(2), ClockName.CONTACT: wh(4), ClockName.FINISH: wh(16)},
}
OF_ANY: dict[str, Span] = {
    ClockName.RECEIVE: wh(4),
    ClockName.VERIFY: wh(16),
    ClockName.INFO: wh(40),
    ClockName.RATE: natural(7 * 24),
    ClockName.RULING: wh(4),
    ClockName.ARRIVE: wh(8),
}
# The supervision ladder: warn when this share of the finish clock is used up, then so long after it has run out.
WARN_AT = 0.8
RUNGS_AFTER = {"L1": timedelta(0), "L2": timedelta(hours=8), "L3": timedelta(hours=24)}
# A closed case may be opened once more within these days.
REOPEN_DAYS = 30
# From this round on the street looks at it.
STREET_REVIEW_ROUND = 3


def default(sla: str, name: str) -> Span | None:
    """The term of a clock in a class; None where the class has no such clock."""
    return BY_CLASS[sla].get(name) or OF_ANY.get(name)
