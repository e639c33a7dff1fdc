"""manage.py bridge token CODE | import CODE FILE [--operator USERNAME --save] | pull CODE: other systems' tickets."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from petitions.bridge import queries, services
from portal.accounts.actors import Actor
from portal.accounts.queries import by_username
from portal.errors import Refusal


class Command(BaseCommand):
    help = _("对接的系统：发令牌，导入工单表（不加 --save 只预演），或者现在就去取新工单。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["token", "import", "pull"])
        parser.add_argument("code", help=_("系统的代码"))
        parser.add_argument("file", type=Path, nargs="?", help=_("工单表，.csv 或 .xlsx"))
        parser.add_argument("--operator", default="", help=_("谁导入的（用户名），记在操作记录里；写入时必须有"))
        parser.add_argument("--save", action="store_true", help=_("写入看得懂的各行"))

    def handle(self, *args: Any, **options: Any) -> None:
        system = queries.system_by_code(options["code"])
        if system is None:
            raise CommandError(_("没有代码是 %(code)s 的系统。") % {"code": options["code"]})
        try:
            getattr(self, f"do_{options['what']}")(system, options)
        except Refusal as error:
            raise CommandError(str(error.message)) from None

    def do_token(self, system: Any, options: dict[str, Any]) -> None:
        actor = Actor(channel="command", is_system=True)
        self.stdout.write(services.new_token(actor=actor, system=system))

    def do_pull(self, system: Any, options: dict[str, Any]) -> None:
        filed = services.pull(system_id=system.pk)
        self.stdout.write(_("取来 %(n)d 件新的。") % {"n": filed})
        system.refresh_from_db()
        if system.pull_error:
            raise CommandError(system.pull_error)

    def do_import(self, system: Any, options: dict[str, Any]) -> None:
        if options["file"] is None:
            raise CommandError(_("请写上要导入的文件。"))
        actor = Actor(channel="command", is_system=True)
        if options["operator"]:
            user = by_username(options["operator"])
            if user is None or not user.is_active:
                raise CommandError(_("没有“%(name)s”这个账号。") % {"name": options["operator"]})
            actor = Actor.of(user, channel="command")
        elif options["save"]:
            raise CommandError(_("写入要记下是谁导入的，请加 --operator 用户名。"))
        report = services.import_tickets(actor=actor, system=system, source=options["file"], save=options["save"])
        for line, said in report.bad:
            self.stdout.write(_("第 %(line)d 行：%(said)s") % {"line": line, "said": said})
        counts = {"lines": report.lines, "new": report.new, "same": report.same, "bad": len(report.bad)}
        if report.saved:
            self.stdout.write(_("共 %(lines)d 行：新立 %(new)d 件，以前收过 %(same)d 件，没有收 %(bad)d 行。") % counts)
        else:
            self.stdout.write(_("共 %(lines)d 行：会新立 %(new)d 件，以前收过 %(same)d 件，不收 %(bad)d 行。") % counts)
            self.stdout.write(_("这是预演，什么都没有写入。看过没问题，加上 --save 再运行一次。"))
