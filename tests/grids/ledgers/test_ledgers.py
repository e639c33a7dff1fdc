"""台账: counted from the work, every number opens its rows, within reach, as a workbook that is filed."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.utils import timezone

from grids.ledgers.queries import Month, sheets_of
from grids.visits.entry import PromiseEntry, VisitEntry
from grids.visits.services import log_visit
from portal.audit.models import AuditEntry
from portal.rows import uuid7
from portal.workbench.ledgers import ledgers
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(cast):
    """Two visits in 第 1 网格 with a promise each, one in 第 2 网格."""
    doors = [open_door(cast.place.building, "301"), open_door(cast.place.building, "302")]
    doors.append(open_door(cast.place.building_b, "402"))
    for door, who in zip(doors, ("grid_worker", "grid_worker", "grid_worker_b"), strict=True):
        promises = (PromiseEntry("带申请表来", timezone.localdate()),)
        entry = VisitEntry(door.pk, "met", timezone.now(), ("publicity", "needs"), promises=promises)
        log_visit(actor=cast.actor(who), visit_id=uuid7(), entry=entry)
    return Month(timezone.localdate().year, timezone.localdate().month)


def counted(cast, who: str, month: Month, path: str = "") -> dict[str, int]:
    sheets = sheets_of(cast.actor(who).reach, month.span(path))
    return {f"{one.ledger.code}/{line.line.key}": line.count for one in sheets for line in one.lines}


def test_numbers_are_those_of_ones_reach_place_and_month(cast, month):
    everything = counted(cast, "secretary", month)
    assert [everything[key] for key in ("visits/all", "visits/needs", "promises/made", "promises/kept")] == [3, 3, 3, 0]
    assert counted(cast, "secretary", month, cast.place.grid_b.path)["visits/all"] == 1
    assert counted(cast, "grid_worker", month)["visits/all"] == 2
    assert sum(counted(cast, "secretary_b", month).values()) == 0
    assert sum(counted(cast, "secretary", month.before).values()) == 0


def test_every_number_on_the_page_opens_exactly_its_rows(browse, month):
    client = browse("secretary")
    page = client.get("/ledgers/").content.decode()
    links = re.findall(r'href="(/ledgers/[^"]+/[^"]+/\?[^"]+)">(\d+)<', page)
    assert len(links) > 4
    for url, number in links:
        opened = client.get(url.replace("&amp;", "&"))
        assert opened.context["page"].paginator.count == int(number), url


def test_place_beyond_reach_and_line_that_is_none_are_not_there(browse, cast, month):
    client = browse("secretary")
    for url in (f"/ledgers/?grid={cast.place.grid_c.code}", "/ledgers/visits/nonsense/", "/ledgers/nonsense/all/"):
        assert client.get(url).status_code == 404
    assert browse("grid_worker").get(f"/ledgers/?grid={cast.place.community.code}").status_code == 404


def test_workbook_is_one_a_superior_files(browse, cast, month):
    answer = browse("secretary").get("/ledgers/table.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["走访"]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert said[0].endswith("走访台账")
    assert all(
        any(one.startswith(word) for one in said) for word in ("填报单位：文昌", "期间：", "填表人：", "审核人：")
    )
    assert (sheet.freeze_panes, sheet.page_setup.orientation, sheet.print_title_rows) == ("A6", "landscape", "$1:$5")
    assert not sheet.merged_cells.ranges
    assert [row[2].value for row in sheet.iter_rows(min_row=6, max_row=6)] == [3]
    assert "带申请表来" not in " ".join(said)
    assert AuditEntry.objects.filter(verb="ledger.export").count() == 1


def test_a_name_that_looks_like_a_formula_is_a_name(browse, cast, month):
    cast.secretary.name = "=1+1"
    cast.place.community.name = "=2+2"
    cast.secretary.save()
    cast.place.community.save()
    book = openpyxl.load_workbook(io.BytesIO(browse("secretary").get("/ledgers/table.xlsx").content))
    assert "f" not in {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}


def test_months_turn_with_the_year_and_nonsense_is_this_month():
    today = date(2026, 1, 31)
    assert [str(one) for one in (Month(2026, 1).before, Month(2025, 12).next)] == ["2025-12", "2026-01"]
    for text in ("", "2026-13", "abcd-ef", "2026-02", "0000-01", "2026-1"):
        assert str(Month.of(text, today)) == "2026-01"
    assert str(Month.of("2025-11", today)) == "2025-11"


def test_rooms_hung_their_ledgers_here():
    assert [one.code for one in ledgers()] == [
        "visits", "promises", "leaflets", "errands", "cases", "wishes", "activities",
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 30])
def test_rows_take_the_same_queries(rows, cast, browse, month, no_masthead, django_assert_num_queries):
    for n in range(rows):
        entry = VisitEntry(open_door(cast.place.building, f"{n + 500}").pk, "met", timezone.now())
        log_visit(actor=cast.actor("grid_worker"), visit_id=uuid7(), entry=entry)
    client = browse("secretary")
    with django_assert_num_queries(6):
        client.get("/ledgers/visits/all/")
