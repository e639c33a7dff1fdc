"""Where the house keeps its things: the data folder, what the servers own, and the short folder for their sockets."""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.services.accounts import ServerAccount, server_account
from portal.services.errors import CannotStart
from portal.services.keys import keep

# sun_path holds 108 bytes with its closing zero; PostgreSQL adds ".s.PGSQL.5432.lock" behind the folder.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
SHARED_STATE = Path("/var/lib/jiamenkou")


@dataclass(frozen=True)
class Places:
    """Every folder of one running house. `servers` belongs to the account the servers run as."""

    data: Path
    servers: Path
    sockets: Path
    account: ServerAccount | None
    relocated: bool = False

    @property
    def postgres(self) -> Path:
        return self.servers / "postgres"

    @property
    def broker(self) -> Path:
        return self.servers / "valkey"

    def borrow(self, tree: Path, name: str) -> Path:
        """`tree`, or a copy of it that the servers' account can reach (a checkout under a 0700 home hides its own)."""
        if self.account is None or self.account.can_enter(tree):
            return tree
        copy = self.servers / "programs" / name
        if not copy.exists():
            half = copy.with_name(f"{copy.name}.half")
            shutil.rmtree(half, ignore_errors=True)
            half.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(tree, half, symlinks=True, ignore=shutil.ignore_patterns("include", "__pycache__"))
            half.rename(copy)
        return copy

    def own(self, folder: Path) -> Path:
        """Make `folder`, private to the servers' account."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder


def open_places(data: Path, state: Path | None = None) -> Places:
    """Make the folders of the house under `data` and say which ones they are. `state` is where they go if they must.

    Raises CannotStart when the folder cannot be written.
    """
    try:
        made_now = not data.exists()
        data.mkdir(parents=True, exist_ok=True)
        if made_now and os.geteuid() == 0:
            data.chmod(0o711)  # the servers' account walks through to its own folder and can list nothing
        elif made_now:
            data.chmod(0o700)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise CannotStart(
            f"数据文件夹 {data} 不能写入（{error.strerror}）。请换一个能写的文件夹：JIAMENKOU_DATA=/路径 make up",
            f"The data folder {data} cannot be written ({error.strerror}). Name another one: "
            "JIAMENKOU_DATA=/path make up",
        ) from error
    account = server_account(data / "postgres")
    if account is None or account.can_enter(data):
        return Places(data, data, _socket_folder(data, account), account)
    state = state or SHARED_STATE
    try:
        # Named in the data folder, not by its path: who removes the folder begins anew, passwords and database alike.
        servers = Path(keep(data / "elsewhere", str(state / secrets.token_hex(6))))
        servers.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"以 root 运行时，数据库改用普通账号，但它进不了 {data}，也不能写 {state}。"
            "请换一个文件夹：JIAMENKOU_DATA=/路径 make up",
            f"As root the database runs under a plain account, which can neither enter {data} nor be given a place in "
            f"{state}. Name another folder: JIAMENKOU_DATA=/path make up",
        ) from error
    account = server_account(servers / "postgres") or account
    return Places(data, servers, _socket_folder(servers, account), account, relocated=True)


def _socket_folder(base: Path, account: ServerAccount | None) -> Path:
    """A folder short enough for a socket address; private, and ours even where others may write beside it."""
    folder = base / "run"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        digest = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
        folder = Path("/tmp") / f"jiamenkou-{os.geteuid()}-{digest}"
    owner = account.uid if account else os.geteuid()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
        # A name in /tmp can be guessed: somebody else's folder, or a link, would put our database in their hands.
        if folder.is_symlink() or facts.st_uid not in (owner, os.geteuid()):
            raise OSError(1, "not ours")
        folder.chmod(0o700)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    except OSError as error:
        raise CannotStart(
            f"放套接字的文件夹 {folder} 用不了（{error.strerror}）。"
            "请删掉它，或换一个数据文件夹：JIAMENKOU_DATA=/路径 make up",
            f"The socket folder {folder} cannot be used ({error.strerror}). Remove it, or name another data folder: "
            "JIAMENKOU_DATA=/path make up",
        ) from error
    return folder


def only_one(data: Path) -> IO[str]:
    """Hold the data folder for this process. Keep the answer alive; the kernel lets go when we end, however we end.

    Raises CannotStart when another `up` holds it.
    """
    handle = (data / "up.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.seek(0)
        pid = handle.read().strip() or "?"
        handle.close()
        raise CannotStart(
            f"数据文件夹 {data} 已经有一个家门口在用（进程 {pid}）。"
            "请先停掉它，或换一个文件夹：JIAMENKOU_DATA=/路径 make up",
            f"Another portal (process {pid}) is using the data folder {data}. Stop it first, or name another folder: "
            "JIAMENKOU_DATA=/path make up",
        ) from error
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
