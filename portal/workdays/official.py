"""The published years that come with the chinesecalendar package: holidays and worked weekends, no database."""

import datetime as dt

import chinese_calendar

from portal.workdays.enums import DayKind
from portal.workdays.statutory import by_weekday

# The package's own names stop short (清明, 端午, 中秋); ours match those of an imported year.
NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
# A year is known when its 1 May is: a neighbour's notice may reach into its last days.
YEARS = frozenset(day.year for day in chinese_calendar.holidays if (day.month, day.day) == (5, 1))


def published(day: dt.date) -> tuple[DayKind, str] | None:
    """Kind and name of a date in a published year; None where the package knows nothing of the year."""
    if day.year not in YEARS:
        return None
    # Not the package's get_holiday_detail(): it calls a plain weekend a holiday with no name.
    if key := chinese_calendar.holidays.get(day):
        return DayKind.HOLIDAY, _name(key)
    if key := chinese_calendar.workdays.get(day):
        return DayKind.WORKING, makeup_name(_name(key))
    return by_weekday(day), ""


def makeup_name(holiday: str) -> str:
    """What a worked weekend is called: 国庆节调休."""
    return f"{holiday}调休"


def _name(key: str) -> str:
    chinese = chinese_calendar.Holiday(key).chinese
    return NAMES.get(chinese, chinese)
