"""登记编号: a name put right is the same person; and what an import of many lines costs."""

from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.registry import importing, roster, roster_ref, roster_undo, rosters
from grids.registry.models import Resident
from grids.registry.queries import roster_rows
from grids.registry.services import import_roster
from grids.tree.planting import Seedling, plant
from portal.errors import Conflict
from portal.longwork.services import Stopped, run_waiting
from portal.privacy import exporting
from tests.grids.conftest import open_door
from tests.grids.registry.files import (
    NAME,
    PHONE,
    REF,
    RELATION,
    as_file,
    book,
    bring,
    exported,
    nothing,
    register,
    row_of,
    write,
)

pytestmark = pytest.mark.django_db


def let_out(cast) -> openpyxl.Workbook:
    """The roster through two people: asked for, approved, made, taken along."""
    one = exporting.ask(
        actor=cast.actor("clerk"), kind="registry.roster", path=cast.place.community.path, reason="核对住户"
    )
    exporting.decide(actor=cast.actor("secretary"), export_id=one.pk, approve=True, answer="可以，用完就删")
    run_waiting()
    _one, path = exporting.take(actor=cast.actor("clerk"), export_id=one.pk)
    return openpyxl.load_workbook(path)


def test_what_two_people_let_out_is_edited_and_only_the_edits_change(cast, homes):
    for n in range(200):
        people = [(f"周晓{chr(0x4E00 + n)}", f"+86137000{n:05d}"), ("王芳", None)]
        open_door(cast.place.building_b, f"{1000 + n}", *people)
    made, before, doors = let_out(cast), *register()
    row_of(made, "林秀英")[PHONE].value = 13900007788
    row_of(made, "林建国")[NAME].value = "林建军"
    row_of(made, "周晓丁")[RELATION].value = "户主"
    left_out = row_of(made, "周晓一")
    made.active.delete_rows(left_out[0].row)
    made.active.append(["第 1 网格", "5 号楼", "1", "301", "林小宝", "", "子女"])
    report = write(cast, bring(cast, made))
    after, doors_after = register()
    columns = {
        before[pk]["name"]: {name for name in before[pk] if before[pk][name] != after[pk][name]}
        for pk in before
        if before[pk] != after[pk]
    }
    assert columns == {
        "林秀英": {"phone", "phone_tail"},
        "林建国": {"name", "sort_key", "initials", "spelled", "keys"},
        "周晓丁": {"relation"},
    }
    assert [after[pk]["name"] for pk in after.keys() - before.keys()] == ["林小宝"]
    assert (report.names, report.phones, report.relations, report.residents) == (1, 1, 1, 1)
    assert (report.gone, report.bad, report.notes, doors_after) == (1, [], [], doors)


def test_undo_gives_a_name_back(cast, homes):
    made, before = exported(cast), register()
    row_of(made, "林建国")[NAME].value = "林建军"
    made.active.append(["第 1 网格", "5 号楼", "1", "301", "林小宝", "", ""])
    batch = bring(cast, made)
    write(cast, batch)
    assert Resident.objects.filter(name="林建军", initials="ljj").exists()
    roster_undo.undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    assert register() == before


def test_undo_where_the_old_name_is_taken_since_is_refused(cast, homes):
    made = exported(cast)
    row_of(made, "林建国")[NAME].value = "林建军"
    batch = bring(cast, made)
    write(cast, batch)
    Resident.objects.create(household=homes.lin, name="林建国", sort_key="lin jian guo", initials="ljg")
    before = register()
    with pytest.raises(Conflict):
        roster_undo.undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    assert register() == before


@pytest.mark.parametrize("above", [True, False])
def test_row_copied_with_its_number_adds_nobody_and_renames_nobody(cast, homes, above):
    made, before = exported(cast), register()
    lin = row_of(made, "林秀英")
    copied = [cell.value for cell in lin]
    copied[NAME] = "林小宝"
    at = lin[0].row if above else lin[0].row + 1
    made.active.insert_rows(at)
    for column, value in enumerate(copied, start=1):
        made.active.cell(at, column, value)
    report = write(cast, bring(cast, made))
    assert [(number, "登记编号一样" in said) for number, said in report.bad] == [(at, True)]
    assert register() == before


def test_number_of_another_community_or_none_at_all_is_refused(cast, homes):
    before = register()
    there = roster_ref.written(homes.xiuying.pk, cast.place.community_b.pk)
    for number in (there, roster_ref.written(homes.xiuying.pk, cast.place.community.pk)[:-1] + "U", "12"):
        made = exported(cast)
        row = row_of(made, "林秀英")
        row[NAME].value, row[REF].value = "别的人", number
        report = write(cast, bring(cast, made))
        assert [(line, "不是从本社区导出的" in said) for line, said in report.bad] == [(row[0].row, True)]
    assert register() == before


def test_number_finds_nobody_outside_the_community(cast, homes):
    """Made with the right check for the wrong place, as if somebody had worked it out."""
    made = openpyxl.Workbook()
    made.active.append(list(roster.COLUMNS))
    ref = roster_ref.written(homes.xiuying.pk, cast.place.community_b.pk)
    made.active.append(["第 1 网格", "9 号楼", "1", "301", "林秀莹", "", "", ref])
    plant([Seedling("620902002001-0101-09", cast.place.grid_c.code, {"level": "building", "name": "9 号楼"})])
    before = register()[0]
    report = import_roster(
        actor=cast.actor("clerk_b"), community=cast.place.community_b, source=as_file(made), save=True
    )
    assert "不在本社区的登记里" in report.bad[0][1]
    assert register()[0] == before


def test_each_number_is_read_back_and_one_step_further_is_nobody(cast, homes):
    here = cast.place.community.pk
    for pk in Resident.objects.values_list("pk", flat=True):
        number = roster_ref.written(pk, here)
        assert roster_ref.read(f" {number.lower()} ", here) == pk
        for at in (len(number) - 1, len(number) - 6):  # a spreadsheet that counts upwards
            letter = roster_ref.LETTERS[(roster_ref.VALUES[number[at]] + 1) % 32]
            with pytest.raises(roster.BadLine):
                roster_ref.read(number[:at] + letter + number[at + 1 :], here)


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ({"left_on": date(2026, 9, 1), "leaving": "died"}, "林建国登记里写着去世了"),
        ({"name": "（已删）abcdef", "sort_key": "~", "initials": ""}, "不在本社区的登记里"),
    ],
)
def test_old_roster_brings_nobody_back(cast, homes, since, why):
    made = exported(cast)
    Resident.objects.filter(name="林建国").update(**since)
    before = register()
    report = write(cast, bring(cast, made))
    assert [why in said for _line, said in report.bad] == [True]
    assert register() == before


def test_whoever_moved_since_stays_where_they_are(cast, homes):
    made = exported(cast)
    Resident.objects.filter(name="林建国").update(household=homes.zhao)
    before = register()
    report = write(cast, bring(cast, made))
    assert [said for _line, said in report.bad] == ["林建国现在登记在 6-1-402。搬了家，请在户的页面上记。"]
    assert report.gone == 0
    assert register() == before


def test_name_of_somebody_else_behind_the_door_is_not_taken(cast, homes):
    made, before = exported(cast), register()
    row_of(made, "林建国")[NAME].value = "林秀英"
    made.active.delete_rows(row_of(made, "林秀英")[0].row)
    report = write(cast, bring(cast, made))
    assert [("另有一位林秀英" in said, report.gone) for _line, said in report.bad] == [(True, 1)]
    assert register() == before


def test_number_is_read_though_the_last_file_had_none_and_what_was_not_chosen_stays_so(cast, homes):
    old = book(["网格", "楼栋", "单元", "户", "姓名", "电话"], ["第 1 网格", "5 号楼", "1", "301", "林秀英", ""])
    batch = bring(cast, old)
    del batch.options["columns"]["电话"]
    batch.save()
    write(cast, batch)
    read = set(bring(cast, exported(cast)).options["columns"])
    assert read == {"网格", "楼栋", "单元", "户", "姓名", "关系", "登记编号"}


@pytest.mark.parametrize("size", [1, 500])
def test_name_given_up_in_a_file_is_free_from_the_next_one_on(cast, homes, monkeypatch, size):
    monkeypatch.setattr(importing, "BATCH", size)
    made = exported(cast)
    row_of(made, "林秀英")[NAME].value = "林秀莹"
    row_of(made, "林建国")[NAME].value = "林秀英"
    for refused in (1, 0):
        batch = bring(cast, made)
        assert len(write(cast, batch).bad) == refused
        batch.refresh_from_db()
        assert batch.figures["wrong"] == refused
    assert set(homes.lin.residents.values_list("name", flat=True)) == {"林秀莹", "林秀英"}


def test_erased_people_are_in_no_roster(cast, homes):
    Resident.objects.filter(household=homes.lin).update(sort_key="~")
    names = [cells[NAME] for _pk, cells in roster_rows(cast.place.community.path)]
    assert names == ["空户", "赵国平"]


# ---------------------------------------------------------------- what a batch costs
def asked(cast, lines: int) -> tuple[int, int]:
    """Questions of a rehearsal and of an import of so many new lines."""
    rows = [["1 网格", "5 号楼", f"{n // 3 + 1}", f"李{chr(0x4E00 + n)}", ""] for n in range(lines)]
    batch = bring(cast, book(["网格", "楼栋", "户", "姓名", "电话"], *rows))
    counts = []
    for act in (rosters.look, rosters.write):
        with CaptureQueriesContext(connection) as captured:
            act(actor=cast.actor("clerk"), roster_id=batch.pk, progress=nothing)
        counts.append(len(captured))
    roster_undo.undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    return counts[0], counts[1]


def test_import_asks_as_much_for_one_line_as_for_five_hundred_and_the_same_for_each_batch(cast):
    one, many, twice = asked(cast, 1), asked(cast, 500), asked(cast, 1000)
    assert many == one
    assert (twice[0] - many[0], twice[1] - many[1]) == (2, 7)


def test_progress_moves_to_the_end_of_what_there_is(cast):
    rows = [["5 号楼", f"{n}", f"李{chr(0x4E00 + n)}"] for n in range(450)]
    batch, told = bring(cast, book(["楼栋", "户", "姓名"], *rows)), []
    rosters.look(actor=cast.actor("clerk"), roster_id=batch.pk, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 451), (100, 451), (200, 451), (300, 451), (400, 451), (451, 451)]


def test_import_called_off_half_way_writes_nothing(cast):
    batch = bring(cast, book(["楼栋", "户", "姓名"], *[["5 号楼", f"{n}", "李四"] for n in range(700)]))

    def stop(done, total):
        if done > 600:
            raise Stopped

    with pytest.raises(Stopped):
        rosters.write(actor=cast.actor("clerk"), roster_id=batch.pk, progress=stop)
    assert not Resident.objects.exists()
    assert write(cast, batch).residents == 700
