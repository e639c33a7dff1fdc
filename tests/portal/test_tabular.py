"""Tables people bring: what is read, what is refused, and what is said about it."""

import datetime as dt
import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from portal.tabular import TableError, read_table

CSV = "姓名,电话\n林小满,13800000001\n\n赵大河,13800000002\n"
SHEET = "xl/worksheets/sheet1.xml"
ROWS = [(2, {"姓名": "林小满", "电话": "13800000001"}), (4, {"姓名": "赵大河", "电话": "13800000002"})]


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def xlsx_file(*rows, change=None) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def with_part(stream: io.BytesIO, name: str, data: bytes) -> io.BytesIO:
    """The archive again, with one part put in or changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, data)
    changed.seek(0)
    return changed


def sheet_xml(stream: io.BytesIO) -> bytes:
    with zipfile.ZipFile(stream) as archive:
        return archive.read(SHEET)


def lines_of(source, **options) -> tuple[list[int], dict[int, str]]:
    problems: list[TableError] = []
    read = [line for line, _row in read_table(source, problems=problems, **options)]
    return read, {problem.line: problem.what for problem in problems}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_reads_every_encoding_people_save_in(encoding):
    assert list(read_table(csv_file(CSV, encoding))) == ROWS


def test_csv_reads_a_quoted_header_behind_a_byte_order_mark():
    assert list(read_table(csv_file('"姓名","电话"\n"林小满","1"\n', "utf-8-sig"))) == [
        (2, {"姓名": "林小满", "电话": "1"})
    ]


def test_csv_reads_tabs_and_semicolons():
    assert list(read_table(csv_file(CSV.replace(",", "\t")))) == ROWS
    assert list(read_table(csv_file(CSV.replace(",", ";")))) == ROWS


def test_csv_reads_old_and_windows_line_ends():
    assert list(read_table(csv_file(CSV.replace("\n", "\r\n")))) == ROWS
    assert list(read_table(csv_file(CSV.replace("\n", "\r")))) == ROWS


def test_csv_counts_records_as_the_spreadsheet_does():
    text = '姓名,地址\n林小满,"一号楼\n二单元"\n赵大河,三号楼\n'
    assert [line for line, _row in read_table(csv_file(text))] == [2, 3]


def test_csv_reads_a_path(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_bytes(CSV.encode("gbk"))
    assert list(read_table(path)) == ROWS


def test_an_upload_is_read_and_left_open_for_its_owner():
    stream = csv_file(CSV)
    assert list(read_table(stream)) == ROWS
    assert stream.seek(0) == 0


def test_an_abandoned_reading_leaves_the_stream_usable():
    stream = csv_file(CSV)
    rows = read_table(stream)
    next(rows)
    rows.close()
    assert stream.seek(0) == 0


def test_gbk_far_down_the_file_is_still_gbk():
    text = "name,phone\n" + "a,1\n" * 50_000 + "林,2\n"
    *_others, (line, row) = read_table(csv_file(text, "gbk"))
    assert (line, row["name"]) == (50_002, "林")


def test_damaged_utf8_is_refused_by_line_and_not_read_as_nonsense():
    broken = CSV.encode() + b"\xe6\x9e,1\n"
    with pytest.raises(TableError, match="第 5 行"):
        list(read_table(io.BytesIO(broken)))


def test_bytes_of_no_encoding_are_refused():
    with pytest.raises(TableError, match="编码"):
        list(read_table(io.BytesIO(b"a,b\n\xff\xff,1\n")))


def test_an_open_quote_is_refused_by_line():
    with pytest.raises(TableError, match="第 3 行：引号"):
        list(read_table(csv_file('姓名,电话\n林小满,1\n"赵大河,2\n孙,3\n')))


def test_cells_lose_spaces_and_invisible_characters():
    [(_line, row)] = read_table(csv_file("姓名,电话\n\u3000林小满\u00a0,\u200b138 \n"))
    assert row == {"姓名": "林小满", "电话": "138"}


def test_a_short_row_is_filled_up():
    assert list(read_table(csv_file("姓名,电话\n林小满\n"))) == [(2, {"姓名": "林小满", "电话": ""})]


def test_a_shifted_row_is_a_problem_and_the_others_are_read():
    read, problems = lines_of(csv_file("姓名,电话\n林,小满,138\n赵大河,139\n"))
    assert read == [3]
    assert "第 3 列没有列名" in problems[2]


def test_a_problem_is_raised_for_whoever_does_not_collect():
    with pytest.raises(TableError, match="第 2 行"):
        list(read_table(csv_file("姓名,电话\n林,小满,138\n")))


def test_a_null_character_is_refused():
    with pytest.raises(TableError, match="不是表格"):
        list(read_table(io.BytesIO(b"a,b\nx\x00y,1\n")))


def test_header_is_found_below_a_title():
    text = "柳荫社区花名册,,\n填表日期：2026-10-08,,\n姓名,电话,备注\n林小满,138,\n"
    assert [line for line, _row in read_table(csv_file(text), need=("姓名", "电话"))] == [4]


def test_header_takes_other_names_of_a_column():
    [(_line, row)] = read_table(csv_file("姓名,手机号\n林小满,138\n"), need=("电话",), aliases={"手机号": "电话"})
    assert row["电话"] == "138"


def test_missing_columns_are_named():
    with pytest.raises(TableError, match="缺少这些列：电话"):
        list(read_table(csv_file("姓名,楼栋\n林小满,1\n"), need=("姓名", "电话")))


def test_doubled_columns_are_named():
    with pytest.raises(TableError, match="列名重复：电话"):
        list(read_table(csv_file("姓名,电话,电话\n林小满,1,2\n")))


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_nothing_in_it_is_said(content):
    with pytest.raises(TableError, match=r"空的|没有内容"):
        list(read_table(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "旧版 .xls"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页或文档"),
        (b"%PDF-1.7\n", "网页或文档"),
        (b"PK\x03\x04not a zip at all", "打不开"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "编码|不是表格"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, said):
    with pytest.raises(TableError, match=said):
        list(read_table(io.BytesIO(content)))


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(TableError, match="找不到文件"):
        list(read_table(tmp_path / "没有.csv"))


def test_too_large_and_too_long_are_refused():
    with pytest.raises(TableError, match="MB"):
        list(read_table(csv_file(CSV), max_bytes=10))
    with pytest.raises(TableError, match="第 4 行：超过 1 行"):
        list(read_table(csv_file(CSV), max_rows=1))


# ---------------------------------------------------------------- xlsx


def test_xlsx_reads_text_numbers_and_dates_as_people_see_them():
    stream = xlsx_file(
        ("姓名", "电话", "日期", "面积", "时刻"),
        ("林小满", 13800000001, dt.date(2026, 10, 1), 88.5, dt.datetime.fromisoformat("2026-10-01T08:30")),
        (),
        ("赵大河", 13800000002.0, "2026年10月1日", 90, None),
    )
    assert [(line, tuple(row.values())) for line, row in read_table(stream)] == [
        (2, ("林小满", "13800000001", "2026-10-01", "88.5", "2026-10-01 08:30:00")),
        (4, ("赵大河", "13800000002", "2026年10月1日", "90", "")),
    ]


def test_xlsx_merged_lines_are_problems_and_the_others_are_read():
    stream = xlsx_file(
        ("户", "姓名"), ("101", "林"), ("", "赵"), ("102", "孙"), change=lambda b: b.active.merge_cells("A2:A3")
    )
    read, problems = lines_of(stream)
    assert read == [4]
    assert set(problems) == {2, 3}
    assert "A2:A3" in problems[3]


def test_xlsx_overlapping_merges_are_each_seen():
    def merge(book):
        for cells in ("A2:A5", "B3:C3", "B7:C7"):
            book.active.merge_cells(cells)

    stream = xlsx_file(("户", "姓名", "电话"), *[("1", "林", str(n)) for n in range(8)], change=merge)
    assert lines_of(stream)[0] == [6, 8, 9]


def test_xlsx_merged_title_above_the_header_is_harmless():
    stream = xlsx_file(("花名册", None), ("姓名", "电话"), ("林", "1"), change=lambda b: b.active.merge_cells("A1:B1"))
    assert lines_of(stream, need=("姓名", "电话")) == ([3], {})


def test_xlsx_merged_header_is_refused():
    stream = xlsx_file(("姓名", None), ("林", "1"), change=lambda b: b.active.merge_cells("A1:B1"))
    with pytest.raises(TableError, match="第 1 行：有合并单元格"):
        list(read_table(stream))


def test_xlsx_formula_without_a_saved_value_is_a_problem():
    read, problems = lines_of(xlsx_file(("姓名", "电话"), ("林", "=1+1"), ("赵", 2)))
    assert read == [3]
    assert "公式没有存下结果" in problems[2]


def test_xlsx_formula_gives_its_saved_value():
    stream = xlsx_file(("姓名", "电话"), ("林", "=1+1"))
    xml = (
        sheet_xml(stream)
        .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>")
    )
    assert list(read_table(with_part(stream, SHEET, xml))) == [(2, {"姓名": "林", "电话": "2"})]


def test_xlsx_error_cells_are_problems():
    read, problems = lines_of(xlsx_file(("姓名", "电话"), ("林", "#N/A"), ("赵", 2)))
    assert read == [3]
    assert "B 列的公式出错" in problems[2]


def test_xlsx_numbers_that_lost_their_end_are_problems():
    read, problems = lines_of(xlsx_file(("姓名", "号码"), ("林", 110101199003070000), ("赵", "110101199003074477")))
    assert read == [3]
    assert "B 列的数字太长" in problems[2]


def test_xlsx_ignores_a_wrong_size_in_the_file():
    stream = xlsx_file(("姓名", "电话"), ("林", "1"), ("赵", "2"))
    xml = sheet_xml(stream).replace(b'ref="A1:B3"', b'ref="A1"')
    assert len(list(read_table(with_part(stream, SHEET, xml)))) == 2


def test_xlsx_reads_the_first_visible_sheet():
    def hide(book):
        book.active.sheet_state = "hidden"
        book.create_sheet("名单").append(("姓名",))
        book["名单"].append(("林",))

    assert list(read_table(xlsx_file(("内部",), ("x",), change=hide))) == [(2, {"姓名": "林"})]


def test_xlsx_numbers_in_powers_of_ten_are_whole():
    stream = xlsx_file(("姓名", "电话"), ("林", 13800000001))
    xml = sheet_xml(stream).replace(b"<v>13800000001</v>", b"<v>1.3800000001E10</v>")
    assert list(read_table(with_part(stream, SHEET, xml))) == [(2, {"姓名": "林", "电话": "13800000001"})]


def test_xlsx_too_long_is_refused_before_a_row_is_read():
    with pytest.raises(TableError, match="超过 5 行"):
        next(read_table(xlsx_file(("姓名",), *[("林",)] * 40), max_rows=5))


def test_xlsx_with_merges_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("portal.tabular.xlsx_file.MAX_MERGED", 0)
    with pytest.raises(TableError, match="合并单元格太多"):
        list(read_table(xlsx_file(("姓名",), ("林",), change=lambda b: b.active.merge_cells("A2:B2"))))


def test_xlsx_with_a_locked_part_is_refused():
    content = bytearray(xlsx_file(("姓名",)).getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the first entry of the directory says: encrypted
    with pytest.raises(TableError, match="密码"):
        list(read_table(io.BytesIO(bytes(content))))


def test_xlsx_empty_is_said():
    with pytest.raises(TableError, match="没有内容"):
        list(read_table(xlsx_file()))


def test_xlsx_with_macros_is_refused():
    with pytest.raises(TableError, match="宏"):
        list(read_table(with_part(xlsx_file(("姓名",)), "xl/vbaProject.bin", b"x")))


def test_xlsx_bomb_is_refused_before_it_is_unpacked():
    bomb = with_part(xlsx_file(("姓名",)), "xl/styles.xml", b" " * (9 * 1024 * 1024))
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(TableError, match="大得不正常"):
        list(read_table(bomb))


def test_xlsx_entities_are_refused():
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(TableError, match="不该有的内容"):
        list(read_table(with_part(xlsx_file(("姓名",)), SHEET, evil)))


@pytest.mark.parametrize("row", [b"99999999999", b"1"])
def test_xlsx_rows_out_of_order_or_range_are_refused(row):
    stream = xlsx_file(("姓名",), ("林",))
    xml = sheet_xml(stream).replace(b'<row r="2"', b'<row r="' + row + b'"')
    with pytest.raises(TableError, match="行号是乱的"):
        list(read_table(with_part(stream, SHEET, xml)))


def test_xlsx_cells_far_to_the_right_are_refused():
    with pytest.raises(TableError, match="超过 256 列"):
        list(read_table(xlsx_file(("姓名",), change=lambda b: b.active.cell(2, 300, "x"))))


def test_xlsx_truncated_is_refused():
    whole = xlsx_file(("姓名",), ("林",)).getvalue()
    with pytest.raises(TableError, match="打不开"):
        list(read_table(io.BytesIO(whole[: len(whole) // 2])))


def test_word_document_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(TableError, match=r"\.xlsx"):
        list(read_table(stream))


def peak_bytes(stream: io.BytesIO) -> int:
    tracemalloc.start()
    for _line in read_table(stream):
        pass
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return used


def test_csv_memory_stays_flat_over_many_rows():
    few, many = (csv_file("姓名,电话\n" + "林小满,13800000001\n" * count) for count in (2_000, 20_000))
    assert peak_bytes(many) < peak_bytes(few) + 200_000


def test_xlsx_memory_is_a_hundred_bytes_a_row_at_most():
    # openpyxl keeps an emptied element for each row; rows held as dicts would be five times that.
    few, many = (xlsx_file(("姓名", "电话"), *[("林小满", 13800000001)] * count) for count in (400, 4_000))
    assert peak_bytes(many) < peak_bytes(few) + 3_600 * 130
