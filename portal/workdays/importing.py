"""A published year as people bring it, read and checked as a whole. Writes nothing.

Tables (.csv, .xlsx) with the columns 日期, 类型, 名称; JSON either day by day
`{"year": 2027, "days": [{"date": "2027-01-01", "name": "元旦", "isOffDay": true}]}`, or as the notice words it
`{"year": 2027, "source": "…", "holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}]}`,
a holiday with its `workdays` where weekends are worked for it.
Only the days that differ from a plain week need to be there; a file that lists all of them is read too.
"""

import codecs
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from portal.tabular import TableError, read_table
from portal.workdays.calendar import Named
from portal.workdays.enums import DayKind
from portal.workdays.official import makeup_name
from portal.workdays.statutory import by_weekday, statutory_days

DATE, KIND, NAME = "日期", "类型", "名称"
ALIASES = {"date": DATE, "kind": KIND, "type": KIND, "name": NAME, "节日": NAME, "说明": NAME}
# 调休 alone is not among them: some mean the weekend that is worked, some the weekday given off for it.
KINDS = {
    **dict.fromkeys(("工作日", "上班", "调休上班", "补班", "working"), DayKind.WORKING),
    **dict.fromkeys(("休息日", "休息", "周末", "双休日", "rest"), DayKind.REST),
    **dict.fromkeys(("节假日", "假日", "放假", "节日", "法定节假日", "holiday"), DayKind.HOLIDAY),
}
MAX_JSON = 1024 * 1024
MAX_NAME = 40
# The revised regulation (国令第795号): 13 days off a year, from 2025. What is given beyond them is worked on weekends.
REVISED_FROM = 2025
DAYS_OFF_BY_LAW = 13
FIRST_YEAR, LAST_YEAR = 2008, 2199
NEIGHBOUR = (12, 18)  # from here the notice of a year may speak of the year before


class Entry(NamedTuple):
    where: int | str  # a line of a table, or 第几条 of a JSON file
    date: str
    kind: str
    name: str


@dataclass
class YearDraft:
    """`days`: what differs from a plain week. With `errors` nothing is saved; `warnings` are for a person to weigh."""

    year: int
    source: str
    days: dict[dt.date, Named] = field(default_factory=dict)
    errors: list[TableError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_year(path: str | Path, *, year: int | None = None, source: str = "") -> YearDraft:
    """The year in a file. `year`: which one, where the dates alone leave it open. `source`: which notice it comes from.

    Raises TableError for a file that cannot be read at all or names no year; bad lines are in the draft's `errors`.
    """
    problems: list[TableError] = []
    document = _json(Path(path))
    if document is not None:
        entries = list(_json_entries(document))
        year, source = year or document.get("year"), source or _json_source(document)
    else:
        rows = read_table(path, need=(DATE, KIND), aliases=ALIASES, problems=problems)
        entries = [Entry(line, row[DATE], row[KIND], row.get(NAME, "")) for line, row in rows]
    dates = [parse_date(entry.date) for entry in entries]
    draft = YearDraft(_year(year, dates), source or Path(path).name, errors=problems)
    _fill(draft, zip(entries, dates, strict=True))
    if not draft.errors:
        _judge(draft)
    draft.errors.sort(key=lambda error: error.line or 0)
    return draft


def parse_date(text: str) -> dt.date | None:
    """2027-01-01, 2027/1/1, 2027.1.1, 2027年1月1日 or 20270101; anything else is None."""
    match = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 00:00:00)?", text.strip())
    if not match:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _year(named: Any, dates: list[dt.date | None]) -> int:
    if named is None:
        counted = Counter(date.year for date in dates if date)
        if not counted:
            raise TableError(_("文件里没有一个认得出的日期，看不出是哪一年。"))
        named = counted.most_common(1)[0][0]
    if not isinstance(named, int) or not FIRST_YEAR <= named <= LAST_YEAR:
        range_ = {"first": FIRST_YEAR, "last": LAST_YEAR, "year": named}
        raise TableError(_("年份“%(year)s”不对，应在 %(first)d 到 %(last)d 之间。") % range_)
    return named


def _fill(draft: YearDraft, entries: Iterator[tuple[Entry, dt.date | None]]) -> None:
    first, last = dt.date(draft.year - 1, *NEIGHBOUR), dt.date(draft.year, 12, 31)
    seen: dict[dt.date, int | str] = {}
    for entry, date in entries:
        kind = KINDS.get(entry.kind.strip().lower())
        what = ""
        if date is None:
            what = _("日期“%(text)s”认不出来，请写成 2027-01-01 这样。") % {"text": entry.date}
        elif not first <= date <= last:
            what = _("%(date)s 不在 %(year)d 年的安排里。") % {"date": date, "year": draft.year}
        elif date in seen:
            what = _("%(date)s 写了两次，前一次在 %(where)s。") % {"date": date, "where": _place(seen[date])}
        elif kind is None:
            what = _("类型“%(text)s”认不出来，请写：工作日、休息日或节假日。") % {"text": entry.kind}
        elif kind == DayKind.HOLIDAY and not entry.name:
            what = _("%(date)s 放假，请写上是什么节。") % {"date": date}
        elif kind == DayKind.REST and date.weekday() < 5:
            what = _("%(date)s 不是周末。放假的日子请写“节假日”。") % {"date": date}
        elif len(entry.name) > MAX_NAME - 2:
            what = _("名称太长，请不超过 %(most)d 个字。") % {"most": MAX_NAME - 2}
        if date is not None:
            seen.setdefault(date, entry.where)
        if what:
            line = entry.where if isinstance(entry.where, int) else None
            draft.errors.append(TableError(what if line else f"{entry.where}：{what}", line))
        elif kind is not None and date is not None and (kind == DayKind.HOLIDAY or kind != by_weekday(date)):
            draft.days[date] = (kind, _stored_name(kind, entry.name))


def _stored_name(kind: DayKind, name: str) -> str:
    if kind == DayKind.HOLIDAY:
        return name
    return name if re.search("调休|补班|上班", name) else makeup_name(name)


def _judge(draft: YearDraft) -> None:
    """Is it the whole year? Half a file must not close half of the holidays."""
    revised = draft.year >= REVISED_FROM
    for date, name in sorted(statutory_days(draft.year).items()):
        by_law = revised or (name != "春节" and date.weekday() < 5)  # the law of today says little of years long past
        if by_law and draft.days.get(date, ("",))[0] != DayKind.HOLIDAY:
            what = _("缺 %(date)s（%(name)s）：按规定这一天放假，文件里没有写。整年的安排要一次给全。")
            draft.errors.append(TableError(what % {"date": date, "name": name}))
    off = sum(kind == DayKind.HOLIDAY and date.weekday() < 5 for date, (kind, _name) in draft.days.items())
    made_up = sum(kind == DayKind.WORKING for kind, _name in draft.days.values())
    if revised and off - made_up != DAYS_OFF_BY_LAW:
        what = _(
            "周一到周五放假 %(off)d 天，周末上班 %(made_up)d 天，相差 %(net)d 天；一般应当相差 %(law)d 天。请再看一遍。"
        )
        figures = {"off": off, "made_up": made_up, "net": off - made_up, "law": DAYS_OFF_BY_LAW}
        draft.warnings.append(what % figures)


def _place(where: int | str) -> str:
    return where if isinstance(where, str) else _("第 %(line)d 行") % {"line": where}


# ---------------------------------------------------------------- JSON


def _json(path: Path) -> Mapping[str, Any] | None:
    """The document in a JSON file; None where it is something else (a table)."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_JSON + 1)
    except OSError:
        return None  # read_table says what is wrong with the file
    if not content.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"[")):
        return None
    if len(content) > MAX_JSON:
        raise TableError(_("文件太大了，一年的安排不会超过 1 MB。"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            document = json.loads(content.decode(encoding))
        except UnicodeDecodeError:
            continue
        except (json.JSONDecodeError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            raise TableError(_("JSON 写得不对，从这里读不下去。"), line) from None
        if isinstance(document, dict):
            return document
        break
    raise TableError(_("JSON 里没有 days 或 holidays，不知道怎么读。"))


def _json_source(document: Mapping[str, Any]) -> str:
    papers = document.get("source") or document.get("papers") or ""
    return str(papers[0] if isinstance(papers, list) else papers)[:200]


def _json_entries(document: Mapping[str, Any]) -> Iterator[Entry]:
    days, holidays = document.get("days"), document.get("holidays")
    if not isinstance(days, list) and not isinstance(holidays, list):
        raise TableError(_("JSON 里没有 days 或 holidays，不知道怎么读。"))
    for where, item in _items(days):
        kind = item.get("kind")
        if kind is None and isinstance(item.get("isOffDay"), bool):
            kind = "holiday" if item["isOffDay"] else "working"
        yield Entry(where, str(item.get("date", "")), str(kind or ""), str(item.get("name") or ""))
    for where, item in _items(holidays):
        name = str(item.get("name") or "")
        workdays = item.get("workdays") or []
        if not isinstance(workdays, list):
            raise TableError(_("%(where)s：workdays 应当是一列日期。") % {"where": where})
        for date in (*_span(where, item), *workdays):
            yield Entry(where, str(date), "working" if date in workdays else "holiday", name)


def _items(listed: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, item in enumerate(listed or (), start=1):
        where = _("第 %(number)d 条") % {"number": number}
        if not isinstance(item, dict):
            raise TableError(_("%(where)s 不是一条完整的记录。") % {"where": where})
        yield where, item


def _span(where: str, item: Mapping[str, Any]) -> Iterator[str]:
    first, last = (parse_date(str(item.get(key, ""))) for key in ("from", "to"))
    if first is None or last is None or not 0 <= (last - first).days <= 31:
        raise TableError(_("%(where)s：起止日期不对。") % {"where": where})
    for offset in range((last - first).days + 1):
        yield (first + dt.timedelta(days=offset)).isoformat()
