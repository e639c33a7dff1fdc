"""A backup is one file: the database as pg_dump writes it, and the photos. Keys, the last seal and the list of erasures
stay outside of it (guardrail 18); files with people in them that expire by themselves are left out."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from portal.services.postgres import choose

# Exports and the results of long work end after seven days; a backup would keep them for years.
LEFT_OUT = ("exports", "works")
DUMP, MEDIA = "database.dump", "media"


class CannotKeep(Exception):
    """A program of the database said no; the sentence says what."""


def program(name: str, cluster: Path | None) -> str:
    """pg_dump or pg_restore: of the PostgreSQL that serves our own cluster, else the newest there is."""
    return choose("auto", cluster).program(name) if cluster or not shutil.which(name) else str(shutil.which(name))


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotKeep((done.stderr.strip().splitlines() or ["?"])[-1])


def backup(*, url: str, media: Path, to: Path, cluster: Path | None = None) -> int:
    """Write the backup, whole or not at all; returns its size."""
    to.parent.mkdir(parents=True, exist_ok=True)
    half = to.with_name(f".{to.name}.half")
    with tempfile.TemporaryDirectory(dir=to.parent) as folder:
        dump = Path(folder) / DUMP
        run([program("pg_dump", cluster), "--format=custom", "--no-owner", f"--file={dump}", f"--dbname={url}"])
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as archive:
                archive.add(dump, DUMP)
                if media.exists():
                    archive.add(media, MEDIA, filter=_kept)
            file.flush()
            os.fsync(file.fileno())
    half.replace(to)
    return to.stat().st_size


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = Path(member.name).parts
    return None if len(parts) > 1 and parts[1] in LEFT_OUT else member


def restore(*, url: str, media: Path, source: Path, cluster: Path | None = None) -> None:
    """Put the backup's database in the place of the present one, and its photos beside those that are there."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        dump = Path(folder) / DUMP
        if not dump.exists():
            raise CannotKeep(f"{source}")
        # One transaction: a restore that fails half-way leaves what was there.
        command = [program("pg_restore", cluster), "--clean", "--if-exists", "--no-owner", "--single-transaction"]
        run([*command, f"--dbname={url}", str(dump)])
        photos = Path(folder) / MEDIA
        if photos.exists():
            shutil.copytree(photos, media, dirs_exist_ok=True)
