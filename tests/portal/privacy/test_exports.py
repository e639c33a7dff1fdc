"""Guardrail 15: two people, a watermark, an end."""

from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.errors import Forbidden, IllegalTransition, Invalid, NotFound
from portal.privacy import exporting
from portal.privacy.models import Export
from portal.tabular import outgoing
from tests.portal.privacy.people import CODE


def never(done, total):
    """Nobody watches."""


@pytest.fixture
def asked(cast, resident):
    return exporting.ask(actor=cast.actor("clerk"), kind=CODE, path=cast.place.community.path, reason="核对门牌")


@pytest.fixture
def ready(cast, asked):
    exporting.decide(actor=cast.actor("secretary"), export_id=asked.pk, approve=True, answer="核对用，可以")
    return exporting.build(asked.pk, never)


def test_guardrail_15_nobody_lets_out_what_they_asked_for(cast, resident):
    mine = exporting.ask(actor=cast.actor("secretary"), kind=CODE, path=cast.place.community.path, reason="核对门牌")
    with pytest.raises(Forbidden):
        exporting.decide(actor=cast.actor("secretary"), export_id=mine.pk, approve=True, answer="自己同意")
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=mine.pk).update(decided_by=cast.secretary)


@pytest.mark.parametrize("who", ["grid_worker", "clerk_b", "secretary_b", "auditor", "sysadmin", "resident"])
def test_guardrail_15_others_find_nothing(cast, ready, who):
    for act in (
        lambda: exporting.for_actor(cast.actor(who), ready.pk),
        lambda: exporting.take(actor=cast.actor(who), export_id=ready.pk),
        lambda: exporting.decide(actor=cast.actor(who), export_id=ready.pk, approve=True, answer="可以"),
    ):
        with pytest.raises(NotFound):
            act()


def test_guardrail_5_nobody_asks_for_what_is_out_of_reach(cast, resident):
    with pytest.raises(NotFound):
        exporting.ask(actor=cast.actor("clerk_b"), kind=CODE, path=cast.place.community.path, reason="核对门牌")


def test_reason_and_answer_say_something(cast, asked):
    with pytest.raises(Invalid):
        exporting.ask(actor=cast.actor("clerk"), kind=CODE, path=cast.place.community.path, reason=" . ")
    with pytest.raises(Invalid):
        exporting.decide(actor=cast.actor("secretary"), export_id=asked.pk, approve=True, answer="")


def test_guardrail_15_every_sheet_and_the_workbook_say_whose_it_is(ready, monkeypatch):
    book = openpyxl.load_workbook(exporting.folder() / ready.file)
    mark = book.worksheets[0]["A1"].value
    for words in (ready.number, "clerk", "窗口工作人员", "核对门牌", "不得转发"):
        assert words in mark
    assert all(ready.number in sheet.oddFooter.center.text for sheet in book.worksheets)
    assert ready.number in book.properties.title
    assert [cell.value for cell in book.worksheets[0][3]] == ["林秀英", "+8613800002046"]


def test_formula_in_a_name_stays_text(cast, resident):
    book = openpyxl.Workbook(write_only=True)
    cell = outgoing.word(book.create_sheet(), "=1+1")
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_each_person_in_it_reads_that_it_was_made(browse, ready, resident):
    page = browse("resident").get("/my/data/").content.decode()
    assert "导出了一份有您的名册：姓名、电话" in page
    assert "核对门牌" in page


def test_download_is_recorded_each_time(browse, ready):
    client = browse("clerk")
    for _again in (1, 2):
        response = client.get(f"/exports/{ready.pk}/file/")
        assert response.status_code == 200
        b"".join(response.streaming_content)
        for close in response._resource_closers:
            close()
    assert AuditEntry.objects.filter(verb="export.take", object_id=str(ready.pk)).count() == 2


def test_guardrail_15_the_file_is_gone_after_seven_days(cast, ready):
    path = exporting.folder() / ready.file
    now = timezone.now()
    assert not exporting.expire(ready.pk, now + timedelta(days=6))
    assert path.exists()
    assert [exporting.expire(ready.pk, now + timedelta(days=8)) for _again in (1, 2)] == [True, False]
    assert not path.exists()
    with pytest.raises(NotFound):
        exporting.take(actor=cast.actor("clerk"), export_id=ready.pk)


def test_built_twice_is_built_once(ready, resident):
    exporting.build(ready.pk, never)
    assert AuditEntry.objects.filter(verb="export.built", subject_id=resident.pk).count() == 1


def test_decided_once(cast, ready):
    with pytest.raises(IllegalTransition):
        exporting.decide(actor=cast.actor("street_supervisor"), export_id=ready.pk, approve=False, answer="不用了")


def test_unanswered_lapses_once(asked):
    assert [exporting.lapse(asked.pk) for _again in (1, 2)] == [True, False]
