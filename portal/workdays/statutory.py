"""What can be known of a year before it is published: weekends, and the days the law names (docs/adr/0010).

Pure and cached. The lunar and solar reckoning is lunar_python's.
"""

import datetime as dt
from functools import lru_cache

from lunar_python import Lunar, Solar

from portal.workdays.enums import DayKind

FIXED = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节"))
# 除夕 to 初三: four days, by the State Council's regulation as revised in November 2024.
SPRING_FESTIVAL_DAYS = range(-1, 3)


def expected(day: dt.date) -> tuple[DayKind, str]:
    """Kind and name of a date in a year that has not been published: no bridging days, no worked weekends."""
    if name := statutory_days(day.year).get(day):
        return DayKind.HOLIDAY, name
    return by_weekday(day), ""


def by_weekday(day: dt.date) -> DayKind:
    return DayKind.WORKING if day.weekday() < 5 else DayKind.REST


@lru_cache(maxsize=64)
def statutory_days(year: int) -> dict[dt.date, str]:
    """Days off by law in `year`, with their names. Two that coincide carry both: 国庆节、中秋节."""
    new_year = _date(Lunar.fromYmd(year, 1, 1).getSolar())
    qingming = _date(Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"])
    named = [(dt.date(year, month, day), name) for month, day, name in FIXED]
    named += [(new_year + dt.timedelta(days=offset), "春节") for offset in SPRING_FESTIVAL_DAYS]
    named += [
        (qingming, "清明节"),
        (_date(Lunar.fromYmd(year, 5, 5).getSolar()), "端午节"),
        (_date(Lunar.fromYmd(year, 8, 15).getSolar()), "中秋节"),
    ]
    days: dict[dt.date, str] = {}
    for day, name in named:
        days[day] = f"{days[day]}、{name}" if day in days else name
    return days


@lru_cache(maxsize=1024)
def lunar_words(day: dt.date) -> str:
    """The date as the wall calendar says it: 农历八月初八, 农历闰六月初一."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"农历{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


def _date(solar: Solar) -> dt.date:
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())
