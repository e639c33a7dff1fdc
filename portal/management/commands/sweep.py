from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.audit import sealing
from portal.flow import due
from portal.notifications import services
from portal.privacy import retention


class Command(BaseCommand):
    help = "把到点的事办一遍：到期的、待发的、该封的。(run every due job once, as the beat would)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="as if it were this moment: 2026-09-18T14:20+08:00")

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment(options["now"])
        tally = due.sweep(now)
        sent = services.deliver()
        retention.run_if_due(now)
        sealed = sum(one.count for one in sealing.seal())
        self.stdout.write(
            f"到期的办了 {tally.done} 件，没办成 {tally.failed} 件；发出 {sent} 条消息；封存 {sealed} 条记录。"
        )


def moment(text: str | None) -> datetime | None:
    """The given moment; one without an offset is meant in local time. Raises CommandError."""
    if text is None:
        return None
    try:
        parsed = parse_datetime(text)
    except ValueError:
        parsed = None
    if parsed is None:
        raise CommandError(f"“{text}”不是时间。请写成 2026-09-18T14:20+08:00。")
    return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)
