"""manage.py import_tree FILE [--save]: the whole grid tree, six levels, from a table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.tree.services import import_tree
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.errors import Refusal


class Command(BaseCommand):
    help = _("导入网格树（.csv 或 .xlsx：代码、上级代码、层级、名称）。不加 --save 只预演，不写入。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("网格表"))
        parser.add_argument("--operator", default="", help=_("谁导入的（用户名），记在操作记录里"))
        parser.add_argument("--save", action="store_true", help=_("写入没有问题的各行"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor(channel="command", is_system=True)
        if options["operator"]:
            user = User.objects.filter(username=options["operator"], is_active=True).first()
            if user is None:
                raise CommandError(_("没有“%(name)s”这个账号。") % {"name": options["operator"]})
            actor = Actor.of(user, channel="command")
        try:
            report = import_tree(actor=actor, source=options["file"], save=options["save"], name=options["file"].name)
        except Refusal as error:
            raise CommandError(str(error.message)) from None
        for line, said in report.bad:
            self.stdout.write(_("第 %(line)d 行：%(said)s") % {"line": line, "said": said})
        for line, said in report.notes:
            self.stdout.write(_("第 %(line)d 行，请留意：%(said)s") % {"line": line, "said": said})
        figures = {
            "lines": report.lines,
            "bad": len(report.bad),
            "added": report.added,
            "changed": report.changed,
            "same": report.unchanged,
        }
        self.stdout.write(
            _("共 %(lines)d 行：%(bad)d 行有问题，新增 %(added)d，改动 %(changed)d，不变 %(same)d。") % figures
        )
        if not report.saved:
            self.stdout.write(_("这是预演，什么都没有写入。看过没问题，加上 --save 再运行一次。"))
