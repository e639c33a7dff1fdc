import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.management.commands.backup import cluster, owner_url
from portal.privacy import erasing, retention
from portal.services.errors import CannotStart
from portal.services.keeping import CannotKeep, restore


class Command(BaseCommand):
    help = "用备份换下现在的数据库，再把已经删除的人重新删一遍。(restore a backup, then erase again)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--yes", action="store_true", help="what is in the database now is lost: yes")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Path(options["file"])
        if not source.exists():
            raise CommandError(f"没有这个文件：{source}")
        if not options["yes"]:
            raise CommandError("现在数据库里的内容会被换掉。确定的话，加上 --yes。")
        connection.close()
        try:
            restore(url=owner_url(), media=Path(settings.MEDIA_ROOT), source=source, cluster=cluster())
        except (CannotKeep, CannotStart) as error:
            raise CommandError(f"恢复没有成功，原来的还在：{error}") from error
        # Tables belong to the owner; this process serves as the application's role.
        environment = os.environ | {"DATABASE_URL": owner_url(), "DATABASE_APP_ROLE": settings.DATABASE_APP_ROLE}
        migrate = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity=0"]
        if subprocess.run(migrate, env=environment, cwd=settings.BASE_DIR, check=False).returncode:
            raise CommandError("恢复好了，但表结构没有更新成功：请用建表的角色运行 migrate，再运行一次 restore。")
        back = erasing.again()
        night = retention.run()
        self.stdout.write(
            f"恢复好了。删除名单上有 {back} 人随备份回来了，已经重新删掉；到期清理 {sum(night.counts.values())} 行。"
        )
