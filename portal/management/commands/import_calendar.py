"""manage.py import_calendar FILE [--save]: read a published year, show what it changes, then write it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.tabular import TableError
from portal.workdays.calendar import Named
from portal.workdays.enums import DayKind
from portal.workdays.importing import YearDraft, read_year
from portal.workdays.services import Change, changes_by, publish_year


class Command(BaseCommand):
    help = _("导入一年的放假和调休安排（.csv、.xlsx 或 .json）。不加 --save 只预演，不写入。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("文件：日期、类型、名称三列，或 JSON"))
        parser.add_argument("--year", type=int, help=_("哪一年；不写就从日期里看"))
        parser.add_argument("--source", default="", help=_("依据，如通知的文号；不写就用文件名"))
        parser.add_argument("--save", action="store_true", help=_("写入，并重算还没办完的期限"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            draft = read_year(options["file"], year=options["year"], source=options["source"])
        except TableError as error:
            raise CommandError(str(error)) from None
        self._summary(draft)
        if draft.errors:
            for bad in draft.errors:
                self.stderr.write(str(bad))
            raise CommandError(_("有 %(count)d 处要改，什么都没有写入。") % {"count": len(draft.errors)})
        if options["save"]:
            self._save(draft)
        else:
            self._changes(changes_by(draft))
            self.stdout.write(_("这是预演，什么都没有写入。看过没问题，加上 --save 再运行一次。"))

    def _summary(self, draft: YearDraft) -> None:
        kinds = [kind for kind, _name in draft.days.values()]
        figures = {
            "year": draft.year,
            "off": kinds.count(DayKind.HOLIDAY),
            "made_up": kinds.count(DayKind.WORKING),
            "source": draft.source,
        }
        self.stdout.write(_("%(year)d 年：放假 %(off)d 天，周末上班 %(made_up)d 天。依据：%(source)s") % figures)
        for warning in draft.warnings:
            self.stdout.write(_("请留意：%(warning)s") % {"warning": warning})

    def _save(self, draft: YearDraft) -> None:
        published = publish_year(actor=Actor(channel="command", is_system=True), draft=draft)
        if not published.written:
            self.stdout.write(_("和已经导入的完全一样，什么都没有改。"))
            return
        self._changes(published.changes)
        self.stdout.write(_("已写入。重算了 %(count)d 个期限。") % {"count": published.recomputed})

    def _changes(self, changes: tuple[Change, ...]) -> None:
        if not changes:
            self.stdout.write(_("和现在用的日历没有一天不同。"))
            return
        self.stdout.write(_("和现在用的日历有 %(count)d 天不同：") % {"count": len(changes)})
        for change in changes:
            day = date_format(change.date, "Y-m-d D")
            self.stdout.write(f"  {day}  {_words(change.before)} → {_words(change.after)}")


def _words(named: Named) -> str:
    kind, name = named
    return f"{kind.label} {name}" if name else str(kind.label)
