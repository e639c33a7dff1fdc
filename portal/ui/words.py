"""Times, numbers, telephones as people say them. Plain f-strings: Django's Chinese date filter is a third of a list."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language

_WEEK = "一二三四五六日"
_WEEK_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
_NEAR_EN = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_COUNT = "零一两三四五六七八九十"


def chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def clock(value: datetime) -> str:
    """14:20, 9:05: local time on the 24-hour clock."""
    value = _local(value)
    return f"{value.hour}:{value.minute:02d}"


def clock12(value: datetime) -> str:
    """下午 3 点, 上午 9 点半, 晚上 7 点 40 分: local time as elders say it (English: 3 pm, 7:40 pm)."""
    value = _local(value)
    hour, minute = value.hour, value.minute
    twelve = hour % 12 or 12
    if not chinese():
        return f"{twelve}{f':{minute:02d}' if minute else ''} {'am' if hour < 12 else 'pm'}"
    part = "凌晨" if hour < 5 else "早上" if hour < 8 else "上午" if hour < 12 else "中午" if hour < 13 else ""
    # 六点整 is still the afternoon's end: what is promised by six is not promised for the evening.
    part = part or ("下午" if (hour, minute) <= (18, 0) else "晚上")
    tail = "" if minute == 0 else "半" if minute == 30 else f" {minute} 分"
    return f"{part} {twelve} 点{tail}"


def day(value: date | datetime, now: datetime | None = None, *, weekday: bool = True) -> str:
    """今天, 明天, else 9月22日 周二; the year where it is another one. English: today, Tue 22 Sep."""
    that = _local(value).date() if isinstance(value, datetime) else value
    today = _local(now or timezone.now()).date()
    distance = (that - today).days
    if chinese():
        if distance in _NEAR:
            return _NEAR[distance]
        year = f"{that.year}年" if that.year != today.year else ""
        return f"{year}{that.month}月{that.day}日" + (f" 周{_WEEK[that.weekday()]}" if weekday else "")
    if distance in _NEAR_EN:
        return _NEAR_EN[distance]
    year = f" {that.year}" if that.year != today.year else ""
    return (f"{_WEEK_EN[that.weekday()]} " if weekday else "") + f"{that.day} {_MONTH_EN[that.month - 1]}{year}"


def month(value: date, now: datetime | None = None) -> str:
    """11月; the year where it is another one. English: Nov, Nov 2025."""
    other = value.year != _local(now or timezone.now()).year
    if chinese():
        return (f"{value.year}年" if other else "") + f"{value.month}月"
    return _MONTH_EN[value.month - 1] + (f" {value.year}" if other else "")


def long_day(value: date | datetime) -> str:
    """9月18日 星期五; English: Friday 18 September, shortened as the rest."""
    that = _local(value).date() if isinstance(value, datetime) else value
    if chinese():
        return f"{that.month}月{that.day}日 星期{_WEEK[that.weekday()]}"
    return f"{_WEEK_EN[that.weekday()]} {that.day} {_MONTH_EN[that.month - 1]}"


def when(
    value: date | datetime | None, now: datetime | None = None, *, elder: bool = False, weekday: bool = True
) -> str:
    """今天 14:20; 9月22日 周二 10:12; a date alone has no clock. None answers the empty string."""
    if value is None:
        return ""
    said = day(value, now, weekday=weekday)
    if not isinstance(value, datetime):
        return said
    return f"{said} {clock12(value) if elder else clock(value)}"


def by(value: date | datetime, now: datetime | None = None) -> str:
    """Until when: as `when`, but what ends at midnight ends with the day before, as people read it."""
    if isinstance(value, datetime) and (_local(value).hour, _local(value).minute) == (0, 0):
        return day(value - timedelta(minutes=1), now)
    return when(value, now)


def span(start: datetime, end: datetime, *, elder: bool = False) -> str:
    """15:30–17:00; for elders 下午 3 点半到 5 点."""
    if not elder:
        return f"{clock(start)}–{clock(end)}"
    first, last = clock12(start), clock12(end)
    if not chinese():
        return f"{first} to {last}"
    # 下午 3 点到 5 点: the part of the day is said once.
    if first.split(" ", 1)[0] == last.split(" ", 1)[0]:
        last = last.split(" ", 1)[1]
        return f"{first}到 {last}"
    return f"{first}到{last}"


def count(number: int) -> str:
    """两, 三 … 十 before a measure word; larger ones in digits with their space."""
    if chinese() and 0 < number <= 10:
        return _COUNT[number]
    return str(number)


def spoken(number: int) -> str:
    """四, or 12 between its spaces: a number inside a Chinese sentence, before its measure word (English: 12)."""
    return count(number) if number <= 10 or not chinese() else f" {number} "


def phone_masked(phone: object) -> str:
    """138 **** 2046. What is no mobile number shows its last two digits only."""
    digits = re.sub(r"\D", "", str(phone or ""))
    if not digits:
        return ""
    if len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11:
        return f"{digits[:3]} **** {digits[-4:]}"
    return "****" + digits[-2:]


def tel(phone: object) -> str:
    """The digits after `tel:`; a leading + is kept."""
    text = str(phone or "")
    return ("+" if text.strip().startswith("+") else "") + re.sub(r"\D", "", text)


def spoken_ref(ref: object) -> str:
    """HY0916014 as it is read out: letters, then four, then the rest: HY 0916 014. Spaces already there are kept."""
    text = str(ref or "").strip()
    if " " in text or "-" in text:
        return text.replace("-", " ")
    found = re.fullmatch(r"([A-Za-z]*)(\d{4})(\w+)", text)
    return " ".join(part for part in found.groups() if part) if found else text
