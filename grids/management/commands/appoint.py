"""manage.py appoint USERNAME ROLE GRID [--new --name NAME]: how the people of a place come to their work."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from grids.postings.services import appoint
from grids.tree.queries import by_code
from portal.accounts.actors import Actor
from portal.accounts.enums import STAFF_ROLES, Role
from portal.accounts.queries import by_username
from portal.errors import Refusal
from portal.signin.services import open_staff_account


class Command(BaseCommand):
    help = _("让一个账号在一个网格任职。账号还没有的，加 --new。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help=_("用户名"))
        parser.add_argument("role", choices=[str(role) for role in STAFF_ROLES], help=_("职责"))
        parser.add_argument("grid", help=_("网格代码：区 6 位，街道 9 位，社区 12 位"))
        parser.add_argument("--new", action="store_true", help=_("新开这个账号，打印第一次用的密码"))
        parser.add_argument("--name", default="", help=_("姓名"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor(channel="command", is_system=True)
        username, password = options["username"], ""
        grid = by_code(options["grid"])
        if grid is None:
            raise CommandError(_("没有代码是 %(code)s 的网格。") % {"code": options["grid"]})
        try:
            # Together: an account that was refused its work would be one nobody knows the password of.
            with transaction.atomic():
                if options["new"]:
                    _opened, password = open_staff_account(actor=actor, username=username, name=options["name"])
                user = by_username(username)
                if user is None:
                    raise CommandError(_("没有“%(name)s”这个账号。要新开，加 --new。") % {"name": username})
                appoint(actor=actor, user_id=user.pk, grid_id=grid.pk, role=options["role"])
        except Refusal as error:
            raise CommandError(str(error.message)) from None
        said = {"name": username, "grid": grid.name, "role": Role(options["role"]).label}
        self.stdout.write(_("%(name)s：%(grid)s，%(role)s。") % said)
        if password:
            self.stdout.write(_("第一次用的密码：%(password)s 登录后请换掉，再绑上动态码。") % {"password": password})
