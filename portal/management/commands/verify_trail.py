import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.audit.sealing import verify


class Command(BaseCommand):
    help = "把办事留痕从头核对一遍，一句话说清对不对。(check the whole trail; exit code 1 if something is wrong)"

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify()
        if found.trouble:
            self.stderr.write(found.trouble)
            sys.exit(1)
        said = f"没有动过：{found.seals} 号封条，{found.entries} 条记录，条条对得上。"
        if found.expired:
            said += f"另有 {found.expired} 号封条的记录已按期限销毁。"
        if found.unsealed:
            said += f"还没封的 {found.unsealed} 条。"
        self.stdout.write(said)
