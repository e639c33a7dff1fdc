"""manage.py open311_key NAME --contact WHO [--grid CODE] [--end]: how another system comes to its key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.tree.queries import by_code
from petitions.open311 import services
from petitions.open311.queries import key_called
from portal.accounts.actors import Actor
from portal.errors import Refusal


class Command(BaseCommand):
    help = _("给别的系统发一个 Open311 密钥，只打印这一次；或者停用它。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=_("哪个系统"))
        parser.add_argument("--contact", default="", help=_("出了事找谁"))
        parser.add_argument("--grid", default="", help=_("只能报哪一片：网格代码；不写就是全部"))
        parser.add_argument("--end", action="store_true", help=_("停用"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor(channel="command", is_system=True)
        if options["end"]:
            key = key_called(options["name"])
            if key is None:
                raise CommandError(_("没有叫“%(name)s”的密钥。") % {"name": options["name"]})
            services.end_key(actor=actor, key=key)
            self.stdout.write(_("“%(name)s”的密钥停用了。") % {"name": key.name})
            return
        grid = by_code(options["grid"]) if options["grid"] else None
        if options["grid"] and grid is None:
            raise CommandError(_("没有代码是 %(code)s 的网格。") % {"code": options["grid"]})
        try:
            key, told = services.issue_key(actor=actor, name=options["name"], contact=options["contact"], grid=grid)
        except Refusal as error:
            raise CommandError(str(error.message)) from None
        self.stdout.write(_("“%(name)s”的密钥，只显示这一次：") % {"name": key.name})
        self.stdout.write(told)
