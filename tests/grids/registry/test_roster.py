"""A community's own roster, in every state it is handed in."""

import io

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from grids.registry.models import Household, Resident
from grids.registry.services import import_roster
from grids.tree.models import Grid
from grids.tree.queries import chain
from portal.audit.models import AuditEntry
from portal.errors import Forbidden
from portal.tabular import TableError

pytestmark = pytest.mark.django_db

HEAD = "户,楼栋,网格,姓名,电话"
PLAIN = f"""{HEAD}
1-301,5 号楼,第 1 网格,林秀英,13800002046
1-301,5 号楼,第 1 网格,林建国,
2-402,6 号楼,第 2 网格,赵国平,138 0000 4157
"""


@pytest.fixture
def bring(cast):
    """bring(text) → the report; the same by a command is tested below."""

    def bring_in(text: str | bytes, who: str = "clerk", save: bool = True, **options):
        data = text if isinstance(text, bytes) else text.encode()
        return import_roster(
            actor=cast.actor(who), community=cast.place.community, source=io.BytesIO(data), save=save, **options
        )

    return bring_in


def said(report) -> dict[int, str]:
    return dict(report.bad)


def sheet(*rows, merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_roster_is_written_with_doors_and_people(bring):
    report = bring(PLAIN)
    assert (report.households, report.residents, report.bad) == (2, 3, [])
    xiuying = Resident.objects.get(name="林秀英")
    assert (xiuying.phone, xiuying.phone_tail, xiuying.initials) == ("+8613800002046", "2046", "lxy")
    assert (xiuying.household.code, xiuying.household.building.name) == ("5-1-301", "5 号楼")


def test_rehearsal_writes_nothing_and_says_what_it_would(bring):
    report = bring(PLAIN, save=False)
    assert (report.households, report.residents, report.saved) == (2, 3, False)
    assert not Household.objects.exists()
    assert not AuditEntry.objects.exists()


def test_roster_again_changes_nothing(bring):
    bring(PLAIN)
    before = list(Resident.objects.order_by("pk").values())
    entries = AuditEntry.objects.count()
    report = bring(PLAIN)
    assert (report.changes, report.unchanged) == (0, 3)
    assert list(Resident.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.count() == entries


def test_roster_is_recorded_for_each_person_it_brought(bring, cast):
    bring(PLAIN)
    assert AuditEntry.objects.get(verb="registry.import").actor_id == cast.clerk.pk
    entered = AuditEntry.objects.filter(verb="registry.enter").values_list("subject_id", flat=True)
    assert set(entered) == set(Resident.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_roster_is_read_in_the_encodings_offices_use(bring, encoding):
    assert bring(PLAIN.encode(encoding)).residents == 3


def test_roster_headers_go_by_many_names(bring):
    report = bring("一览表,,,,\n门牌号,楼号,所属网格,姓　名,联系电话\n1-301,5,1,林秀英,13800002046\n")
    assert (report.residents, report.bad) == (1, [])


def test_roster_from_a_spreadsheet_with_numbers_as_numbers(bring):
    report = bring(sheet(HEAD.split(","), ["1-301", 5, 1, "林秀英", 13800002046]))
    assert (report.residents, report.bad) == (1, [])
    assert Resident.objects.get().phone == "+8613800002046"


def test_merged_door_stands_for_each_of_its_lines_and_a_missing_building_for_none(bring):
    rows = [
        HEAD.split(","),
        ["1-301", "5", "1", "林秀英", ""],
        [None, None, None, "林建国", ""],
        [None, "5", "1", "林小宝", ""],
        ["302", "5", "1", "周", ""],
    ]
    report = bring(sheet(*rows, merge="A2:A4"))
    assert list(said(report)) == [3]
    assert "没有写楼栋" in said(report)[3]
    homes = Resident.objects.order_by("pk").values_list("household__door", "name")
    assert list(homes) == [("301", "林秀英"), ("301", "林小宝"), ("302", "周")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1-301,5 号楼,第 1 网格,,13800002046", "没有写姓名"),
        ("1-301,5 号楼,第 1 网格,张3,", "不像姓名"),
        ("1-301,5 号楼,第 1 网格,=1+1,", "不像姓名"),
        ("1-301,5 号楼,第 1 网格,林秀英,1380000204", "手机号是 11 位"),
        ("1-301,5 号楼,第 1 网格,林秀英,85550110", "缺区号"),
        ("1-301,5 号楼,第 1 网格,林秀英,138****2046", "遮过的"),
        ("1-301,5 号楼,第 1 网格,林秀英,13800002046/13800002047", "不止一个"),
        ("1-301,5 号楼,第 1 网格,空户,13800002046", "空户"),
        (",5 号楼,第 1 网格,林秀英,", "没有写户号"),
        ("1-301,,第 1 网格,林秀英,", "没有写楼栋"),
        ("1-301,99 号楼,第 1 网格,林秀英,", "没有“99 号楼”这栋楼"),
        ("1-301,5 号楼,第 9 网格,林秀英,", "没有“第 9 网格”这个网格"),
        ("1-301,6 号楼,第 1 网格,林秀英,", "6 号楼在第 2 网格，不在第 1 网格"),
        ("7-1-301,5 号楼,第 1 网格,林秀英,", "对不上"),
        ("1-2-3-4,5 号楼,第 1 网格,林秀英,", "看不懂户号"),
    ],
)
def test_bad_line_is_named_with_its_reason_and_the_good_ones_go_in(bring, line, why):
    report = bring(f"{HEAD}\n{line}\n1-302,5 号楼,第 1 网格,周晓兰,\n")
    assert why in said(report)[2]
    assert [person.name for person in Resident.objects.all()] == ["周晓兰"]


@pytest.mark.parametrize("name", ["阿依努尔·买买提", "王", "欧阳静怡", "Anna Smith", "O'Brien", "王伟(小)", "𠮷田"])
def test_names_of_all_kinds_are_taken(bring, name):
    bring(f"{HEAD}\n301,5 号楼,第 1 网格,{name},\n")
    assert Resident.objects.get().name == name


@pytest.mark.parametrize(
    ("written", "kept"), [("阿依努尔•买买提", "阿依努尔·买买提"), ("王　伟", "王伟"), (" 林秀英 ", "林秀英")]
)
def test_names_are_kept_in_one_spelling(bring, written, kept):
    bring(f"{HEAD}\n301,5 号楼,第 1 网格,{written},\n")
    assert Resident.objects.get().name == kept


@pytest.mark.parametrize(
    ("door", "building", "code"),
    [
        ("301", "5 号楼", "5-301"),
        ("1-301", "5号楼", "5-1-301"),
        ("1单元301室", "5栋", "5-1-301"),
        ("一单元301", "5#", "5-1-301"),
        ("5-1-301", "5", "5-1-301"),
        ("5号楼1单元301", "五号楼", "5-1-301"),
        ("１－３０１", "５号楼", "5-1-301"),
    ],
)
def test_doors_are_read_as_people_write_them(bring, door, building, code):
    assert bring(f"{HEAD}\n{door},{building},1,林秀英,\n").bad == []
    assert Household.objects.get().code == code


def test_one_door_written_two_ways_is_one_household(bring):
    bring(f"{HEAD}\n1-301,5,1,林秀英,\n1单元301室,5 号楼,第一网格,林建国,\n")
    assert Household.objects.get().residents.count() == 2


def test_person_written_twice_is_named_and_goes_in_once(bring):
    report = bring(f"{HEAD}\n301,5,1,林秀英,\n301,5,1,林秀英,\n301,5,1,林秀英,13800002046\n")
    assert "和第 2 行重复" in said(report)[3]
    assert "电话不一样" in said(report)[4]
    assert Resident.objects.count() == 1


def test_empty_flat_is_a_door_without_people(bring):
    report = bring(f"{HEAD}\n301,5,1,空户,\n")
    assert (report.households, report.residents, report.bad) == (1, 0, [])


def test_new_building_is_opened_only_when_asked_for(bring, cast):
    text = f"{HEAD}\n301,9 号楼,第 1 网格,林秀英,\n302,9号楼,第 1 网格,周晓兰,\n"
    assert "--create-buildings" in said(bring(text))[2]
    report = bring(text, create_buildings=True)
    assert (report.buildings, report.households, report.bad) == (1, 2, [])
    assert chain(Grid.objects.get(name="9 号楼"))[-2] == cast.place.grid


def test_no_building_is_opened_for_a_line_that_is_left_out(bring):
    assert bring(f"{HEAD}\n301,9 号楼,第 1 网格,林秀英,123456789\n", create_buildings=True).buildings == 0
    assert not Grid.objects.filter(name="9 号楼").exists()


def test_telephone_is_filled_in_but_not_overwritten_unasked(bring):
    bring(f"{HEAD}\n301,5,1,林秀英,\n")
    assert bring(f"{HEAD}\n301,5,1,林秀英,13800002046\n").phones == 1
    report = bring(f"{HEAD}\n301,5,1,林秀英,13800009999\n")
    assert (report.phones, Resident.objects.get().phone) == (0, "+8613800002046")
    assert report.notes[0][1] == "林秀英登记的电话是 138****2046，名册写 138****9999，没有改。"
    assert bring(f"{HEAD}\n301,5,1,林秀英,13800009999\n", overwrite_phones=True).phones == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "空的"),
        ("姓名,电话\n林秀英,1\n", "缺少这些列：户、楼栋"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版 .xls"),
        (b"PK\x03\x04 not a workbook", "."),
        (b"\xff\xd8\xff\xe0 a photo", "."),
    ],
)
def test_file_that_is_no_roster_is_refused_as_a_whole(bring, text, why):
    with pytest.raises(TableError, match=why):
        bring(text)
    assert not Household.objects.exists()


@pytest.mark.parametrize("who", ["grid_worker", "clerk_b", "secretary_b", "street_supervisor", "resident", "sysadmin"])
def test_roster_is_brought_in_by_the_communitys_own_people_only(bring, who):
    for save in (True, False):
        with pytest.raises(Forbidden):
            bring(PLAIN, who=who, save=save)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_text(PLAIN + "1-303,5,1,王,12345\n", encoding="gbk")
    return str(path)


def test_command_rehearses_without_save(cast, file, capsys):
    call_command("import_roster", file, community=cast.place.community.code)
    out = capsys.readouterr().out
    assert "第 5 行：“12345”有 5 位，手机号是 11 位。" in out
    assert "会写入：新楼 0 栋，新增 2 户、3 人" in out
    assert not Household.objects.exists()


def test_command_saves_under_a_name(cast, file, capsys):
    call_command("import_roster", file, operator="clerk", save=True)
    assert "写好了：新楼 0 栋，新增 2 户、3 人" in capsys.readouterr().out
    assert AuditEntry.objects.get(verb="registry.import").channel == "command"


def test_command_refuses_in_words(cast, file):
    with pytest.raises(CommandError, match="--operator"):
        call_command("import_roster", file, community=cast.place.community.code, save=True)
    with pytest.raises(CommandError, match="没有“nobody”这个账号"):
        call_command("import_roster", file, operator="nobody")
    with pytest.raises(CommandError, match="没有代码是 1 的社区"):
        call_command("import_roster", file, community="1")
    with pytest.raises(CommandError, match="哪个社区"):
        call_command("import_roster", file)
    with pytest.raises(CommandError, match="本社区"):
        call_command("import_roster", file, operator="clerk_b", community=cast.place.community.code)
    with pytest.raises(CommandError, match="找不到文件"):
        call_command("import_roster", "/nowhere/名册.csv", community=cast.place.community.code)
