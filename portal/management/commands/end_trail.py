import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from portal.audit.ending import end
from portal.errors import Refusal
from portal.management.commands.backup import owner_url
from portal.management.commands.sweep import moment


class Command(BaseCommand):
    help = "办事留痕满三年的，核对无误以后成批销毁，封条留着。(end lines of the trail that are past their time)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="as if it were this moment: 2026-09-18T14:20+08:00")

    def handle(self, *args: Any, **options: Any) -> None:
        if owner_url() != settings.DATABASE_URL:
            # This process serves as the application's role, which may only write and read the trail.
            environment = os.environ | {"DATABASE_URL": owner_url(), "DATABASE_OWNER_URL": ""}
            again = [sys.executable, "manage.py", "end_trail", *(["--now", options["now"]] if options["now"] else [])]
            sys.exit(subprocess.run(again, env=environment, cwd=settings.BASE_DIR, check=False).returncode)
        try:
            gone = end(moment(options["now"]))
        except ProgrammingError as error:
            raise CommandError("没有销毁：只有建表的角色能动办事留痕，请设 DATABASE_OWNER_URL 再来。") from error
        except Refusal as error:
            raise CommandError(f"没有销毁，先查清楚：{error.message}") from error
        self.stdout.write(f"销毁了满三年的 {gone} 条记录，封条留着。" if gone else "没有满三年的记录，什么都没动。")
