"""A roster goes out, is edited, comes in again: only the edits change, and they can be taken back."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from grids.registry import care, corrections, duplicates, life, roster_undo, rosters
from grids.registry.models import Resident
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.longwork.models import LongWork
from portal.longwork.services import run_waiting
from tests.grids.conftest import open_door
from tests.grids.registry.files import PHONE, book, bring, exported, nothing, register, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast, homes):
    for n in range(20):
        open_door(cast.place.building, f"{600 + n}", (f"周晓{chr(0x4E00 + n)}", f"+86137000000{n:02d}"), ("王芳", None))
    open_door(cast.place.building, "700")


def test_roster_exported_and_imported_again_changes_nothing(cast, people):
    before, lines = register(), AuditEntry.objects.filter(subject_id__isnull=False).count()
    report = write(cast, bring(cast, exported(cast)))
    assert (report.bad, report.notes, report.changes, report.gone) == ([], [], 0, 0)
    assert register() == before
    assert AuditEntry.objects.filter(subject_id__isnull=False).count() == lines


def test_only_the_edits_change(cast, people):
    made, (before, doors) = exported(cast), register()
    sheet = made.active
    row = next(row for row in sheet.iter_rows() if row[4].value == "林秀英")
    row[PHONE].value = 13900007788.0  # a spreadsheet makes a number of it
    row[6].value = "户主"
    sheet.append(["第 1 网格", "5 号楼", "1", "301", "林•小·宝", "'１３９ ００００ ７７９９", "女儿"])
    report = write(cast, bring(cast, made))
    after, doors_after = register()
    changed = {pk for pk in before if before[pk] != after[pk]}
    new = set(after) - set(before)
    assert (report.phones, report.relations, report.residents, report.bad) == (1, 1, 1, [])
    assert {after[pk]["name"] for pk in changed} == {"林秀英"}
    assert [(after[pk]["name"], after[pk]["phone"], after[pk]["relation"]) for pk in new] == [
        ("林·小·宝", "+8613900007799", "child")
    ]
    assert doors_after == doors
    told = AuditEntry.objects.filter(verb__in=("registry.enter", "registry.phone", "registry.relation"))
    assert set(told.values_list("subject_id", flat=True)) == changed | new


def test_undo_puts_every_row_back(cast, people):
    before = register()
    made = exported(cast)
    made.active.cell(3, PHONE + 1).value = "13900007788"
    made.active.append(["第 1 网格", "5 号楼", "1", "999", "新来的人", "", ""])
    batch = bring(cast, made)
    write(cast, batch)
    assert register() != before
    for _again in range(2):
        roster_undo.undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    assert register() == before


def test_undo_of_what_was_touched_since_is_refused_and_says_where(cast, people):
    made = exported(cast)
    made.active.append(["第 1 网格", "5 号楼", "1", "301", "新来的人", "", ""])
    batch = bring(cast, made)
    write(cast, batch)
    Resident.objects.filter(name="新来的人").update(relation="tenant")
    before = register()
    with pytest.raises(Conflict) as refused:
        roster_undo.undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    assert refused.value.extra["errors"]["touched"] == ["5-1-301 新来的人"]
    assert register() == before


def test_rehearsal_writes_nothing_and_counts(cast, people):
    before = register()
    made = exported(cast)
    made.active.append(["第 1 网格", "5 号楼", "1", "301", "新来的人", "123", ""])
    made.active.append(["第 1 网格", "5 号楼", "1", "302", "别人", "", ""])
    batch = bring(cast, made)
    rosters.look(actor=cast.actor("clerk"), roster_id=batch.pk, progress=nothing)
    batch.refresh_from_db()
    assert (batch.figures["wrong"], batch.figures["residents"], batch.figures["households"]) == (1, 1, 1)
    assert register() == before


def test_merged_cells_are_filled_down_and_blank_rows_are_nobody(cast):
    made = book(["楼栋", "户号", "姓名"], ["5 号楼", "1-801", "赵一"], [None, None, "赵二"], [None, None, "赵三"])
    made.active.merge_cells("A2:A4")
    made.active.merge_cells("B2:B4")
    for line in range(5, 30_000, 500):
        made.active.cell(line, 3).font = openpyxl.styles.Font(bold=True)
    report = write(cast, bring(cast, made))
    assert (report.residents, report.households, report.bad) == (3, 1, [])


def test_sheet_is_the_one_whose_columns_are_known(cast):
    made = book(["说明"], ["请填第二张"], sheet="填表说明")
    other = made.create_sheet("住户")
    for row in (["所属楼栋", "房号", "居民姓名", "身份证号"], ["5 号楼", "1-801", "赵一", "x"]):
        other.append(row)
    batch = bring(cast, made)
    assert batch.options["sheet"] == "住户"
    assert batch.options["columns"] == {"所属楼栋": "楼栋", "房号": "户", "居民姓名": "姓名"}
    assert write(cast, batch).residents == 1


def test_columns_are_remembered_for_the_next_file(cast):
    rows = (["地址一", "地址二", "谁"], ["5 号楼", "1-801", "赵一"])
    batch = bring(cast, book(*rows))
    assert batch.options["columns"] == {}
    chosen = {"地址一": "楼栋", "地址二": "户", "谁": "姓名"}
    clerk = {"actor": cast.actor("clerk"), "roster_id": batch.pk}
    with pytest.raises(Invalid):
        rosters.settle(**clerk, sheet="名册", columns={"谁": "姓名"}, overwrite=True, create=False)
    rosters.settle(**clerk, sheet="名册", columns=chosen, overwrite=True, create=False)
    write(cast, batch)
    assert bring(cast, book(*rows)).options["columns"] == chosen


def test_file_that_is_no_roster_is_refused_in_words(cast):
    for content, why in ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, ".xlsx"), (b"PK\x03\x04 x", ".xlsx")):
        with pytest.raises(Invalid, check=lambda refused, why=why: why in str(refused.message)):
            bring(cast, content)


@pytest.mark.parametrize("who", ["grid_worker", "clerk_b", "street_supervisor", "resident", "sysadmin"])
def test_roster_is_the_communitys_own(cast, people, who):
    with pytest.raises(Forbidden):
        bring(cast, exported(cast), who=who)
    batch = bring(cast, exported(cast))
    for act in (roster_undo.undo, roster_undo.order_undo, rosters.order_import):
        with pytest.raises(NotFound):
            act(actor=cast.actor(who), roster_id=batch.pk)


@pytest.mark.django_db(transaction=True)
def test_pages_lead_from_the_file_to_the_register_and_back(browse, cast, homes):
    clerk, out = browse("clerk"), io.BytesIO()
    book(["楼栋", "户号", "姓名", "电话"], ["5 号楼", "1-301", "新来的人", ""]).save(out)
    answer = clerk.post("/grid/rosters/", {"file": SimpleUploadedFile("名册.xlsx", out.getvalue())})
    page = answer.url
    assert "哪一列是什么" in clerk.get(page).content.decode()
    chosen = {"word": "look", "sheet": "名册", "c0": "楼栋", "c1": "户", "c2": "姓名", "c3": "电话", "overwrite": "on"}
    assert clerk.post(page, chosen).status_code == 302
    run_waiting()
    looked = LongWork.objects.get(kind="registry.look")
    assert (looked.state, looked.url, bool(looked.result)) == ("done", page, True)
    assert "预演过了" in clerk.get(page).content.decode()
    clerk.post(page, {"word": "write"})
    run_waiting()
    assert Resident.objects.filter(name="新来的人").exists()
    assert "撤回这次导入" in clerk.get(page).content.decode()
    assert clerk.post(page, {"word": "undo"}).status_code == 302
    assert not Resident.objects.filter(name="新来的人").exists()
    assert browse("clerk_b").get(page).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_large_one_is_taken_back_as_long_work(cast, people, monkeypatch):
    monkeypatch.setattr(roster_undo, "AT_ONCE", 1)
    before, made = register(), exported(cast)
    for flat in ("997", "998"):
        made.active.append(["第 1 网格", "5 号楼", "1", flat, "新来的人", "", ""])
    batch = bring(cast, made)
    write(cast, batch)
    newcomers = Resident.objects.filter(name="新来的人")
    newcomers.filter(household__door="997").update(relation="tenant")
    refused = roster_undo.order_undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    run_waiting()
    refused.refresh_from_db()
    assert (refused.state, newcomers.count()) == ("failed", 2)
    assert "5-1-997 新来的人" in refused.note
    newcomers.update(relation="")
    done = roster_undo.order_undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    assert register() != before
    run_waiting()
    done.refresh_from_db()
    assert (done.state, register()) == ("done", before)


def _asks(cast, person, _other):
    care.ask_need(actor=cast.actor("grid_worker"), resident_id=person.pk, need="上楼要人扶一把", kind="other")


def _corrects(cast, person, _other):
    corrections.ask_correction(actor=cast.actor("clerk"), resident_id=person.pk, field="phone", value="13900007711")


def _merges(cast, person, other):
    duplicates.merge(actor=cast.actor("clerk"), keep_id=person.pk, gone_id=other.pk)


def _plans(cast, person, _other):
    later = timezone.localdate() + timedelta(days=3)
    life.move_away(actor=cast.actor("clerk"), household_id=person.household_id, people=[person.pk], on=later)


@pytest.mark.parametrize("since", [_asks, _corrects, _merges, _plans])
def test_undo_loses_nothing_that_was_written_about_somebody_since(cast, people, since):
    made = exported(cast)
    made.active.append(["第 1 网格", "5 号楼", "1", "301", "新来的人", "", ""])
    batch = bring(cast, made)
    write(cast, batch)
    since(cast, Resident.objects.get(name="新来的人"), Resident.objects.filter(name="王芳").order_by("pk")[0])
    with pytest.raises(Conflict) as refused:
        roster_undo.undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    assert refused.value.extra["errors"]["touched"] == ["5-1-301 新来的人"]
    assert Resident.objects.filter(name="新来的人").exists()
