"""manage.py import_boundaries FILE [--save]: outlines of grids and buildings, from GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.tree.services import import_outlines
from portal.accounts.actors import Actor
from portal.accounts.queries import by_username
from portal.errors import Refusal


class Command(BaseCommand):
    help = _("导入网格和楼栋的边界（GeoJSON，properties 里写 code）。不加 --save 只预演，不写入。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("GeoJSON 文件"))
        parser.add_argument("--operator", default="", help=_("谁导入的（用户名），记在操作记录里"))
        parser.add_argument("--save", action="store_true", help=_("写入没有问题的各块"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor(channel="command", is_system=True)
        if options["operator"]:
            user = by_username(options["operator"])
            if user is None:
                raise CommandError(_("没有“%(name)s”这个账号。") % {"name": options["operator"]})
            actor = Actor.of(user, channel="command")
        try:
            report = import_outlines(actor=actor, source=options["file"], save=options["save"])
        except OSError as error:
            raise CommandError(str(error)) from None
        except Refusal as error:
            raise CommandError(str(error.message)) from None
        for number, said in report.bad:
            self.stdout.write(_("第 %(n)d 块：%(said)s") % {"n": number, "said": said})
        figures = {
            "features": report.features,
            "bad": len(report.bad),
            "added": report.added,
            "changed": report.changed,
            "same": report.unchanged,
        }
        self.stdout.write(
            _("共 %(features)d 块：%(bad)d 块有问题，新增 %(added)d，改动 %(changed)d，不变 %(same)d。") % figures
        )
        if not report.saved:
            self.stdout.write(_("这是预演，什么都没有写入。看过没问题，加上 --save 再运行一次。"))
