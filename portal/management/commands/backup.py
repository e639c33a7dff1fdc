from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.services.errors import CannotStart
from portal.services.keeping import CannotKeep, backup


def owner_url() -> str:
    """Tables belong to the owner: only it may read, and put back, all of them."""
    return settings.DATABASE_OWNER_URL or settings.DATABASE_URL


def cluster() -> Path | None:
    """Our own cluster's folder, where `up` keeps one: its version decides which pg_dump fits."""
    folder = Path(settings.DATA_DIR) / "postgres"
    return folder if (folder / "PG_VERSION").exists() else None


class Command(BaseCommand):
    help = "备份数据库和照片到一个文件。(back up database and photos into one file)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="default: backups/jiamenkou-<time>.tar in the data folder")

    def handle(self, *args: Any, **options: Any) -> None:
        name = f"jiamenkou-{timezone.localtime():%Y%m%d-%H%M%S}.tar"
        to = Path(options["file"] or Path(settings.DATA_DIR) / "backups" / name)
        try:
            size = backup(url=owner_url(), media=Path(settings.MEDIA_ROOT), to=to, cluster=cluster())
        except (CannotKeep, CannotStart) as error:
            raise CommandError(f"备份没有成功：{error}") from error
        self.stdout.write(
            f"备份好了：{to}（{size / 1024 / 1024:.1f} MB）。密钥、封条和删除名单不在里面，请另外保管数据文件夹。"
        )
