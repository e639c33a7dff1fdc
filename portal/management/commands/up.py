"""`manage.py up`: everything, in one command."""

import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.demo import PASSWORD, SIGN_INS
from portal.services.errors import CannotStart
from portal.services.places import only_one, open_places
from portal.services.plan import Plan, listen, make_plan, port_number


class Command(BaseCommand):
    help = "Starts the portal and all it needs: database, broker, pages, worker, beat. Ctrl-C closes it."
    requires_system_checks: list[str] = []  # they may ask the database, which is not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start with an empty portal")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the house has ears of its own
        try:
            code = self.open(demo_wanted=not options["no_demo"])
        except CannotStart as error:
            self.stderr.write(str(error))
            code = 2
        except KeyboardInterrupt:
            code = 0
        sys.exit(code)

    def open(self, demo_wanted: bool) -> int:
        """Open the house and stay until it is closed; answers the exit code."""
        bind = os.environ.get("BIND") or "127.0.0.1"
        # The lock first, then the door: whoever holds the folder should be named, not the port it also holds.
        open_places(settings.DATA_DIR)
        lock = only_one(settings.DATA_DIR)
        door = listen(bind, port_number(os.environ.get("PORT") or "8000"))
        plan = make_plan(os.environ, settings.DATA_DIR, demo_wanted=demo_wanted, say=self.say)
        # Not at the top: circus sets up its logging when it is imported.
        from portal.services.house import House

        try:
            return House(plan, door, welcome=lambda: self.welcome(plan)).run()
        finally:
            door.close()
            lock.close()

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def welcome(self, plan: Plan) -> None:
        """The address and, in the demo, who can sign in."""
        lines = ["", f"家门口开了：{plan.address}   (open; Ctrl-C closes it)"]
        if plan.demo:
            lines.append(
                f"演示账号：工作人员用账号和密码 {PASSWORD}，其他人用手机号，验证码显示在页面上。 (demo sign-ins)"
            )
            for person in SIGN_INS:
                login = person.username if person.by_password else person.phone.removeprefix("+86")
                lines.append(f"  {person.username:<11} {login:<12} {person.name}，{person.what}")
        self.say("\n".join(lines))
