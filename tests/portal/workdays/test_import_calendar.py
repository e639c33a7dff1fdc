"""manage.py import_calendar, as it is run."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.workdays import queries, services
from portal.workdays.models import CalendarDay, CalendarYear
from tests.portal.workdays.notice import NOTICE_2027, as_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "2027.csv"
    path.write_bytes(as_csv(NOTICE_2027).encode("gbk"))
    return path


def run(*args) -> str:
    out = StringIO()
    call_command("import_calendar", *args, stdout=out)
    return out.getvalue()


def test_it_previews_unless_told_to_save(file):
    said = run(file)
    assert "2027 年：放假 27 天，周末上班 4 天" in said
    assert "2027-10-09 周六  休息日 → 工作日 国庆节调休" in said.replace("星期", "周")
    assert "什么都没有写入" in said
    assert not CalendarYear.objects.exists()


def test_it_saves_when_told_and_says_what_was_recomputed(file, monkeypatch):
    monkeypatch.setattr(services, "_hooks", [lambda *, actor, year: 7])
    assert "重算了 7 个期限" in run(file, "--save", "--source", "国办通知")
    assert queries.calendar_for().official(2027)
    assert CalendarYear.objects.get().source == "国办通知"


def test_it_is_safe_to_run_twice(file):
    run(file, "--save")
    assert "完全一样" in run(file, "--save")
    assert CalendarDay.objects.count() == 31


def test_bad_lines_are_told_by_number_and_nothing_is_saved(file):
    file.write_text(as_csv(NOTICE_2027) + "2027-02-30,放假,春节\n", encoding="utf-8")
    errors = StringIO()
    with pytest.raises(CommandError, match="有 1 处要改，什么都没有写入"):
        call_command("import_calendar", file, "--save", stdout=StringIO(), stderr=errors)
    assert "第 33 行：日期“2027-02-30”认不出来" in errors.getvalue()
    assert not CalendarYear.objects.exists()


def test_a_warning_is_shown_and_does_not_stop(file):
    text = "".join(line for line in as_csv(NOTICE_2027).splitlines(keepends=True) if "-10-09" not in line)
    file.write_text(text, encoding="utf-8")
    assert "请留意" in run(file, "--save")
    assert CalendarYear.objects.exists()


def test_a_file_that_is_none_is_one_clear_sentence(tmp_path):
    with pytest.raises(CommandError, match="找不到文件"):
        run(tmp_path / "没有.csv")
