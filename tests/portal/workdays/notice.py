"""An invented notice for 2027 in the shapes that people bring; the real one was not out when this was written."""

import datetime as dt
import json

# name, first and last day off, weekends worked for it: 13 days off by law, what is beyond them is worked.
Notice = tuple[tuple[str, str, str, tuple[str, ...]], ...]
NOTICE_2027: Notice = (
    ("元旦", "2027-01-01", "2027-01-03", ()),
    ("春节", "2027-02-05", "2027-02-11", ("2027-02-14",)),
    ("清明节", "2027-04-03", "2027-04-05", ()),
    ("劳动节", "2027-05-01", "2027-05-05", ("2027-04-25",)),
    ("端午节", "2027-06-09", "2027-06-09", ()),
    ("中秋节", "2027-09-15", "2027-09-15", ()),
    ("国庆节", "2027-10-01", "2027-10-07", ("2027-09-26", "2027-10-09")),
)


def span(first: str, last: str) -> list[str]:
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [str(start + dt.timedelta(days=offset)) for offset in range((end - start).days + 1)]


def as_rows(notice: Notice) -> list[tuple[str, str, str]]:
    rows = [("日期", "类型", "名称")]
    for name, first, last, worked in notice:
        rows += [(day, "放假", name) for day in span(first, last)]
        rows += [(day, "上班", name) for day in worked]
    return rows


def as_csv(notice: Notice) -> str:
    return "".join(",".join(row) + "\n" for row in as_rows(notice))


def as_days_json(notice: Notice) -> str:
    days = [{"date": day, "name": name, "isOffDay": kind == "放假"} for day, kind, name in as_rows(notice)[1:]]
    return json.dumps({"year": 2027, "papers": [], "days": days}, ensure_ascii=False)


def as_notice_json(notice: Notice) -> str:
    holidays = [
        {"name": name, "from": first, "to": last, "workdays": list(worked)} for name, first, last, worked in notice
    ]
    return json.dumps({"year": 2027, "source": "国办发明电〔2026〕号", "holidays": holidays}, ensure_ascii=False)
