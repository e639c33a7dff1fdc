"""manage.py import_roster FILE [--community CODE] [--operator USERNAME --save]: a community's own roster."""

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.registry.services import RosterReport, import_roster
from grids.tree.queries import by_code, communities
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.errors import Refusal

if TYPE_CHECKING:
    from grids.tree.models import Grid


class Command(BaseCommand):
    help = _("导入一个社区的住户名册（.csv 或 .xlsx：户、楼栋、网格、姓名、电话）。不加 --save 只预演，不写入。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("名册文件"))
        parser.add_argument("--community", default="", help=_("社区代码，12 位；不写就看操作人在哪个社区"))
        parser.add_argument("--operator", default="", help=_("谁导入的（用户名），记在操作记录里；写入时必须有"))
        parser.add_argument("--save", action="store_true", help=_("写入看得懂的各行"))
        parser.add_argument("--create-buildings", action="store_true", help=_("名册里的新楼，在它的网格里新建"))
        parser.add_argument("--overwrite-phones", action="store_true", help=_("电话和登记的不同时，以名册为准"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options["operator"], options["save"])
        try:
            report = import_roster(
                actor=actor,
                community=self.community(options["community"], actor),
                source=options["file"],
                save=options["save"],
                create_buildings=options["create_buildings"],
                overwrite_phones=options["overwrite_phones"],
                name=options["file"].name,
            )
        except Refusal as error:
            raise CommandError(str(error.message)) from None
        self.tell(report)

    def actor(self, username: str, save: bool) -> Actor:
        if not username:
            if save:
                raise CommandError(_("写入要记下是谁导入的，请加 --operator 用户名。"))
            return Actor(channel="command", is_system=True)
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("没有“%(name)s”这个账号。") % {"name": username})
        return Actor.of(user, channel="command")

    def community(self, code: str, actor: Actor) -> "Grid":
        if code:
            found = by_code(code)
            if found is None or found.level != "community":
                raise CommandError(_("没有代码是 %(code)s 的社区。") % {"code": code})
            return found
        own = [one for one in communities() if actor.is_system or actor.reach.covers(one.path)]
        if len(own) != 1:
            raise CommandError(_("请写明是哪个社区的名册：--community 加 12 位社区代码。"))
        return own[0]

    def tell(self, report: RosterReport) -> None:
        for line, said in report.bad:
            self.stdout.write(_("第 %(line)d 行：%(said)s") % {"line": line, "said": said})
        for line, said in report.notes:
            self.stdout.write(_("第 %(line)d 行，请留意：%(said)s") % {"line": line, "said": said})
        self.stdout.write(
            _("共 %(lines)d 行，%(bad)d 行有问题，不导入。") % {"lines": report.lines, "bad": len(report.bad)}
        )
        figures = {
            "b": report.buildings,
            "h": report.households,
            "r": report.residents,
            "p": report.phones,
            "same": report.unchanged,
        }
        if report.saved:
            self.stdout.write(
                _("写好了：新楼 %(b)d 栋，新增 %(h)d 户、%(r)d 人，补电话 %(p)d 个，%(same)d 行没有变化。") % figures
            )
        else:
            self.stdout.write(
                _("会写入：新楼 %(b)d 栋，新增 %(h)d 户、%(r)d 人，补电话 %(p)d 个，%(same)d 行没有变化。") % figures
            )
            self.stdout.write(_("这是预演，什么都没有写入。看过没问题，加上 --save 再运行一次。"))
