from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.management.commands.sweep import moment
from portal.privacy import retention


class Command(BaseCommand):
    help = "把到期的个人信息删掉或抹掉，和每天夜里做的一样。(run the nightly retention now; a second run finds nothing)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="as if it were this moment: 2026-09-18T14:20+08:00")

    def handle(self, *args: Any, **options: Any) -> None:
        night = retention.run(moment(options["now"]))
        for label, count in sorted(night.counts.items()):
            self.stdout.write(f"  {label} {count}")
        self.stdout.write(
            f"到期清理：{sum(night.counts.values())} 行。" + ("" if night.finished else "没做完，再跑一次。")
        )
