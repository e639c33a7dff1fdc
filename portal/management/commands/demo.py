from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.accounts.demo import PASSWORD, SIGN_INS
from portal.errors import Refusal
from portal.flow import due
from portal.workbench import demo


class Command(BaseCommand):
    help = "装入演示数据。只往空的数据库里放，别处一概不碰。(load the demo into an empty database)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="say nothing but refusals")

    def handle(self, *args: Any, **options: Any) -> None:
        say = (lambda line: None) if options["quiet"] else self.stdout.write
        if not settings.DEMO:
            # The demo's password is printed in the manual: it must never open a centre's real database.
            raise CommandError("这里不是演示环境，演示账号不往里放。要试用，请设 DEMO=1，并给它一个空的数据库。")
        if demo.is_demo():
            say("演示数据已经在里面了，没有再动。")
            return
        started = perf_counter()
        try:
            demo.furnish(say)
        except Refusal as error:
            raise CommandError(str(error.message)) from error
        # The stories began days ago: else the first board that is opened says that the reminders are days late.
        due.sweep()
        say(f"演示数据装好了，用了 {perf_counter() - started:.1f} 秒。工作人员的口令：{PASSWORD}")
        for person in SIGN_INS:
            say(f"  {person.username:<12} {person.phone}  {person.name}  {person.what}")
