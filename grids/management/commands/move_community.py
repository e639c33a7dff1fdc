"""manage.py move_community COMMUNITY STREET: put a community under another street, with all that is below it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from grids.tree.queries import by_code
from grids.tree.services import move_community
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.errors import Refusal


class Command(BaseCommand):
    help = _("把一个社区挪到另一个街道下面，网格、楼栋跟着走；原街道手里没办完的诉求交给新街道。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("community", help=_("社区代码"))
        parser.add_argument("street", help=_("新街道代码"))
        parser.add_argument("--operator", default="", help=_("谁办的（用户名），记在操作记录里"))
        parser.add_argument("--reason", default="", help=_("依据，如文号"))

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor(channel="command", is_system=True)
        if options["operator"]:
            user = User.objects.filter(username=options["operator"], is_active=True).first()
            if user is None:
                raise CommandError(_("没有“%(name)s”这个账号。") % {"name": options["operator"]})
            actor = Actor.of(user, channel="command")
        nodes = {code: by_code(code) for code in (options["community"], options["street"])}
        for code, node in nodes.items():
            if node is None:
                raise CommandError(_("没有 %(code)s 这个网格代码。") % {"code": code})
        community, street = nodes[options["community"]], nodes[options["street"]]
        assert community is not None
        assert street is not None
        try:
            move_community(actor=actor, community=community, street=street, reason=options["reason"])
        except Refusal as error:
            raise CommandError(str(error.message)) from None
        self.stdout.write(_("%(community)s 现在归 %(street)s。") % {"community": community.name, "street": street.name})
