"""A community's calendar as one value: what the database says, laid over what is known without it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.workdays import official, statutory
from portal.workdays.enums import DayKind

Named = tuple[DayKind, str]


@dataclass(frozen=True)
class LoadedCalendar:
    """Nearest wins: a dated override, an imported year, a year the package knows, then the law (provisional)."""

    overrides: Mapping[dt.date, Named] = field(default_factory=dict)
    days: Mapping[dt.date, Named] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def kind(self, day: dt.date, /) -> DayKind:
        return self.named(day)[0]

    def name(self, day: dt.date, /) -> str:
        return self.named(day)[1]

    def official(self, year: int, /) -> bool:
        return year in self.years or year in official.YEARS

    def named(self, day: dt.date) -> Named:
        """Kind and name of a date. A year's notice may also speak of the last days of the year before."""
        known = self.overrides.get(day) or self.days.get(day)
        if known:
            return known
        if day.year in self.years:
            return statutory.by_weekday(day), ""
        return official.published(day) or statutory.expected(day)
