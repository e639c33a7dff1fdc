"""A published year as people bring it: three shapes, one reading; and every way it can be wrong, by line."""

import datetime as dt
import json

import openpyxl
import pytest

from portal.tabular import TableError
from portal.workdays import official
from portal.workdays.enums import DayKind
from portal.workdays.importing import parse_date, read_year
from tests.portal.workdays.notice import NOTICE_2027, as_csv, as_days_json, as_notice_json, as_rows


@pytest.fixture
def brought(tmp_path):
    """brought(content, name) → the path of a file with that content."""

    def write(content: str | bytes, name: str = "2027年放假安排.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def errors_of(draft) -> str:
    return "\n".join(str(error) for error in draft.errors)


def test_the_year_is_read_with_what_differs_from_a_plain_week(brought):
    draft = read_year(brought(as_csv(NOTICE_2027)))
    assert (draft.year, draft.errors, draft.warnings) == (2027, [], [])
    assert draft.days[dt.date(2027, 10, 4)] == (DayKind.HOLIDAY, "国庆节")
    assert draft.days[dt.date(2027, 10, 9)] == (DayKind.WORKING, "国庆节调休")


def test_three_shapes_of_file_are_one_year(brought, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(("2027年部分节假日安排",))
    for row in as_rows(NOTICE_2027):
        book.active.append((dt.date.fromisoformat(row[0]) if row[0][0] == "2" else row[0], *row[1:]))
    book.save(tmp_path / "2027.xlsx")
    files = [
        tmp_path / "2027.xlsx",
        brought(as_csv(NOTICE_2027).encode("gbk")),
        brought(as_csv(NOTICE_2027).encode("utf-8-sig"), "bom.csv"),
        brought(as_days_json(NOTICE_2027), "days.json"),
        brought("\ufeff" + as_notice_json(NOTICE_2027), "notice.json"),
        brought(as_notice_json(NOTICE_2027).encode("gb18030"), "gbk.json"),
    ]
    readings = [read_year(file) for file in files]
    assert all(not reading.errors and reading.days == readings[0].days for reading in readings)


def test_a_file_that_lists_every_day_is_the_same_year(brought):
    listed = {row[0] for row in as_rows(NOTICE_2027)}
    rest = [dt.date(2027, 1, 1) + dt.timedelta(days=offset) for offset in range(365)]
    lines = [f"{day},{'工作日' if day.weekday() < 5 else '休息日'}," for day in rest if str(day) not in listed]
    assert (
        read_year(brought(as_csv(NOTICE_2027) + "\n".join(lines))).days == read_year(brought(as_csv(NOTICE_2027))).days
    )


def test_the_published_year_2026_is_read_as_the_package_has_it(brought):
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=offset) for offset in range(365)]
    lines = ["日期,类型,名称"]
    lines += [f"{day},{kind.value},{name}" for day in year for kind, name in [official.published(day)]]
    draft = read_year(brought("\n".join(lines)))
    assert (draft.errors, draft.warnings) == ([], [])
    assert all(draft.days.get(day, official.published(day)) == official.published(day) for day in year)


def test_the_last_days_of_the_year_before_belong_to_the_notice(brought):
    draft = read_year(brought(as_csv(NOTICE_2027) + "2026-12-31,放假,元旦\n"))
    assert draft.days[dt.date(2026, 12, 31)] == (DayKind.HOLIDAY, "元旦")
    assert "2026-12-17 不在 2027 年" in errors_of(read_year(brought(as_csv(NOTICE_2027) + "2026-12-17,放假,元旦\n")))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-02-30,放假,春节", "日期“2027-02-30”认不出来"),
        ("明天,放假,春节", "日期“明天”认不出来"),
        ("2028-01-01,放假,元旦", "2028-01-01 不在 2027 年的安排里"),
        ("2027-01-01,放假,元旦", "2027-01-01 写了两次，前一次在 第 2 行"),
        ("2027-03-01,节后,元旦", "类型“节后”认不出来"),
        ("2027-03-01,调休,元旦", "类型“调休”认不出来"),
        ("2027-03-01,放假,", "请写上是什么节"),
        ("2027-03-01,休息日,", "不是周末"),
        ("2027-03-01,放假," + "节" * 60, "名称太长"),
        ("2027-03-01,放假,春节,多一格", "没有列名"),
    ],
)
def test_a_bad_line_is_named_by_number(brought, line, said):
    text = as_csv(NOTICE_2027)
    number = text.count("\n") + 1
    draft = read_year(brought(text + line + "\n"), year=2027)
    assert len(draft.errors) == 1
    assert draft.errors[0].line == number
    assert said in str(draft.errors[0])


def test_every_bad_line_is_told_at_once_in_order(brought):
    draft = read_year(brought(as_csv(NOTICE_2027) + "x,放假,a\n2027-03-01,y,b\n1,2,3,4\n"))
    assert [error.line for error in draft.errors] == sorted(error.line for error in draft.errors)
    assert len(draft.errors) == 3


def test_half_a_year_is_refused_day_by_day(brought):
    half = "".join(line for line in as_csv(NOTICE_2027).splitlines(keepends=True) if "-10-" not in line)
    draft = read_year(brought(half))
    assert [str(error)[:12] for error in draft.errors] == [f"缺 2027-10-0{day}" for day in (1, 2, 3)]


def test_a_missing_worked_weekend_is_pointed_out_but_not_refused(brought):
    fewer = "".join(line for line in as_csv(NOTICE_2027).splitlines(keepends=True) if "-10-09" not in line)
    draft = read_year(brought(fewer))
    assert not draft.errors
    assert "一般应当相差 13 天" in draft.warnings[0]


def test_the_balance_holds_for_the_years_under_the_revised_law(brought):
    for year in range(2025, max(official.YEARS) + 1):
        days = [dt.date(year, 1, 1) + dt.timedelta(days=offset) for offset in range(365)]
        lines = [f"{day},{official.published(day)[0].value},{official.published(day)[1]}" for day in days]
        assert read_year(brought("日期,类型,名称\n" + "\n".join(lines))).warnings == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("日期,名称\n2027-01-01,元旦\n", "缺少这些列：类型"),
        ("日期,类型,名称\nx,放假,元旦\n", "看不出是哪一年"),
        ("日期,类型,名称\n1999-01-01,放假,元旦\n", "年份“1999”不对"),
        ("", "空的"),
        ("{", "JSON 写得不对"),
        ("[" * 100_000, "JSON"),
        ("[1, 2]", "没有 days"),
        ("{}", "没有 days"),
        ('{"days": {}}', "没有 days"),
        ('{"days": [3]}', "第 1 条 不是一条完整的记录"),
        ('{"year": "2027", "days": []}', "年份“2027”不对"),
        ('{"year": true, "days": []}', "年份“True”不对"),
        ('{"holidays": [{"name": "元旦", "from": "2027-01-03", "to": "2027-01-01"}]}', "起止日期不对"),
        ('{"holidays": [{"name": "元旦", "from": "0001-01-01", "to": "9999-12-31"}]}', "起止日期不对"),
        ('{"holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-01", "workdays": 3}]}', "workdays"),
        ("{" + " " * 1_100_000, "1 MB"),
    ],
)
def test_a_file_that_is_no_year_is_refused_in_words(brought, content, said):
    with pytest.raises(TableError, match=said):
        read_year(brought(content))


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(TableError, match="找不到文件"):
        read_year(tmp_path / "没有.csv")


def test_json_errors_are_named_by_item(brought):
    document = json.loads(as_days_json(NOTICE_2027))
    document["days"].append({"date": "2027-13-01", "name": "元旦", "isOffDay": True})
    draft = read_year(brought(json.dumps(document), "x.json"))
    assert f"第 {len(document['days'])} 条：日期“2027-13-01”认不出来" in errors_of(draft)


def test_the_source_is_the_notice_else_the_file(brought):
    assert read_year(brought(as_csv(NOTICE_2027))).source == "2027年放假安排.csv"
    assert read_year(brought(as_notice_json(NOTICE_2027), "x.json")).source == "国办发明电〔2026〕号"
    assert read_year(brought(as_csv(NOTICE_2027)), source="通知").source == "通知"


@pytest.mark.parametrize(
    "text", ["2027-01-05", "2027/1/5", "2027.1.5", "2027年1月5日", "20270105", "2027-01-05 00:00:00"]
)
def test_dates_are_read_as_people_write_them(text):
    assert parse_date(text) == dt.date(2027, 1, 5)


@pytest.mark.parametrize("text", ["", "5/1/2027", "2027-1", "202715", "2027-01-05 08:30:00", "二〇二七年一月五日"])
def test_dates_that_could_be_another_day_are_not_guessed(text):
    assert parse_date(text) is None
