"""Rosters as they are handed in: formulas, merges, blank rows, two sheets, macros, bombs, all kinds of names."""

import io
import re
import zipfile

import openpyxl
import pytest

from grids.registry.models import Household, Resident
from grids.registry.models_roster import RosterImport
from portal.errors import Invalid
from tests.grids.registry.files import as_file, book, bring, write

pytestmark = pytest.mark.django_db

HEAD = ["楼栋", "户号", "姓名", "电话"]
SHEET = "xl/worksheets/sheet1.xml"


def parts(made: openpyxl.Workbook, change) -> bytes:
    """The workbook with its parts passed through `change(name, data)`; what that adds under "+" comes too."""
    out = io.BytesIO()
    with zipfile.ZipFile(as_file(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (change("+", b"") or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def test_formula_is_read_as_what_it_came_to(cast):
    made = book(HEAD, ["5 号楼", "1-801", "赵一", "13800002046"], ["5 号楼", "1-801", '=C2&"子"', ""])
    saved = '<c r="C3" t="str"><f>C2</f><v>赵一子</v></c>'.encode()

    def change(name, data):
        return re.sub(rb'<c r="C3"[^>]*>.*?</c>', saved, data) if name == SHEET else data if name != "+" else {}

    report = write(cast, bring(cast, parts(made, change)))
    assert (report.residents, report.bad) == (2, [])
    assert set(Resident.objects.values_list("name", flat=True)) == {"赵一", "赵一子"}


def test_formula_without_a_saved_value_and_an_error_are_lines_that_say_so(cast):
    made = book(
        HEAD, ["5 号楼", "1-801", '="赵"&"一"', ""], ["5 号楼", "1-802", "赵二", "#N/A"], ["5 号楼", "803", "赵三", ""]
    )
    report = write(cast, bring(cast, made))
    assert [(line, said[:6]) for line, said in report.bad] == [(2, "公式没有存下"), (3, "D 列的公式")]
    assert [one.name for one in Resident.objects.all()] == ["赵三"]


def test_thirty_thousand_blank_rows_are_not_lines(cast):
    made = book(HEAD, ["5 号楼", "1-801", "赵一", ""])
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="C{n}" s="0"/></row>' for n in range(3, 30_003))
    last = '<row r="30003"><c r="A30003" t="inlineStr"><is><t>5 号楼</t></is></c><c r="B30003" t="inlineStr"><is><t>802'
    last += '</t></is></c><c r="C30003" t="inlineStr"><is><t>赵二</t></is></c></row></sheetData>'

    def change(name, data):
        return data.replace(b"</sheetData>", (blank + last).encode()) if name == SHEET else data if name != "+" else {}

    told = []
    batch = bring(cast, parts(made, change))
    report = write(cast, batch, progress=lambda done, total: told.append(total))
    assert (report.lines, report.residents, report.bad, set(told)) == (2, 2, [], {3})


def test_two_sheets_are_shown_and_the_one_with_our_columns_is_chosen(cast, browse):
    made = book(HEAD, ["5 号楼", "1-801", "赵一", ""], sheet="在住")
    moved = made.create_sheet("搬走的")
    moved.append(HEAD)
    moved.append(["5 号楼", "1-801", "赵二", ""])
    batch = bring(cast, made)
    assert (batch.options["sheet"], batch.options["sheets"]) == ("在住", ["在住", "搬走的"])
    page = browse("clerk").get(batch.get_absolute_url()).content.decode()
    assert "哪一张表" in page
    assert all(name in page for name in ("在住", "搬走的"))
    assert write(cast, batch).residents == 1
    assert Resident.objects.get().name == "赵一"


def refused(cast, content: bytes, name: str) -> str:
    with pytest.raises(Invalid) as error:
        bring(cast, content, name=name)
    assert not RosterImport.objects.exists()
    return str(error.value.message)


def test_macros_are_refused_and_nothing_is_kept(cast):
    def change(name, data):
        return data if name != "+" else {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}

    said = refused(cast, parts(book(HEAD), change), "名册.xlsm")
    assert said == "表格里带着宏，不能导入。请另存为不带宏的 .xlsx。"


def test_bomb_is_refused_by_what_it_unpacks_to(cast, monkeypatch):
    bomb = b"<worksheet>" + b" " * (257 * 1024 * 1024)

    def change(name, data):
        return bomb if name == SHEET else data if name != "+" else {}

    content = parts(book(HEAD), change)
    assert len(content) < 1024 * 1024
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_args, **_kwargs: pytest.fail("unpacked"))
    assert "解开以后大得不正常" in refused(cast, content, "名册.xlsx")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("赵", "赵"),
        ("阿依努尔·买买提", "阿依努尔·买买提"),
        ("阿依努尔•买买提", "阿依努尔·买买提"),
        ("迪丽热巴．迪力木拉提", "迪丽热巴·迪力木拉提"),
        ("John Smith", "John Smith"),
        ("Müller-Lüdenscheidt", "Müller-Lüdenscheidt"),
        ("Иван Петров", "ИванПетров"),
        ("김민준", "김민준"),
        ("𫍯龘", "𫍯龘"),
    ],
)
def test_names_of_one_character_of_minorities_and_from_abroad_come_in_and_find_themselves_again(cast, written, kept):
    made = book(HEAD, ["5 号楼", "1-801", written, "13800002046"])
    assert write(cast, bring(cast, made)).bad == []
    person = Resident.objects.get()
    assert person.name == kept
    assert "" not in (person.sort_key, person.initials)
    assert write(cast, bring(cast, made)).changes == 0


def test_a_telephone_may_be_several_peoples(cast):
    rows = [["5 号楼", "1-801", name, "138 0000 2046"] for name in ("赵一", "赵二")]
    report = write(cast, bring(cast, book(HEAD, *rows, ["6 号楼", "2-402", "钱一", "+86-138-0000-2046"])))
    assert (report.residents, report.bad, report.notes) == (3, [], [])
    assert set(Resident.objects.values_list("phone", "household__code")) == {
        ("+8613800002046", "5-1-801"),
        ("+8613800002046", "6-2-402"),
    }


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig"])
def test_csv_as_offices_save_it(cast, encoding):
    text = "楼栋,户号,姓名,电话\r\n5 号楼,1-801,赵一,13800002046\r\n5 号楼,1-801,阿依努尔·买买提,\r\n"
    report = write(cast, bring(cast, text.encode(encoding), name="名册.csv"))
    assert (report.residents, report.households, report.bad) == (2, 1, [])
    assert Household.objects.get().code == "5-1-801"


def test_formula_typed_as_a_name_is_nobody(cast):
    report = write(
        cast, bring(cast, "楼栋,户号,姓名\n5 号楼,801,=1+1\n5 号楼,802,@SUM(A1)\n".encode(), name="名册.csv")
    )
    assert [line for line, _said in report.bad] == [2, 3]
    assert not Resident.objects.exists()
