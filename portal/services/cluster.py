"""A private PostgreSQL: made once, reached by a socket in its own folder, with an owner's and an application's role."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2
from psycopg2 import sql

from portal.services.accounts import ServerAccount
from portal.services.errors import CannotStart
from portal.services.keys import passwords
from portal.services.postgres import Binaries

SUPERUSER, OWNER, APP = "postgres", "jiamenkou_owner", "jiamenkou_app"
DATABASE = "jiamenkou"
# For data that nobody will miss: no waiting for the disk, and a crash may eat it.
# No autovacuum: it counts a table between two tests, when it is empty, and the next test is planned for no rows at all.
THROW_AWAY = {
    "autovacuum": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "250",
}


def child_command(
    command: list[str], *, signum: int, account: ServerAccount | None = None, log: Path | None = None
) -> list[str]:
    """`command`, started so that it dies with this very process; what it prints goes to `log`, or where ours goes."""
    flags = ["--parent", str(os.getpid()), "--signal", str(int(signum))]
    if account is not None:
        flags += ["--user", account.flag]
    if log is not None:
        flags += ["--log", str(log)]
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("child.py")), *flags, "--", *command]


# What a disk without moving parts costs. With the default, made for turning ones, a month's rows of sixteen years are
# joined by reading every case there ever was.
ALWAYS = {"random_page_cost": "1.1"}


@dataclass
class Cluster:
    """One data folder of PostgreSQL and how to run it. `settings` become `-c name=value`."""

    binaries: Binaries
    data: Path
    sockets: Path
    passwords_file: Path
    account: ServerAccount | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def passwords(self) -> dict[str, str]:
        return passwords(self.passwords_file, (SUPERUSER, OWNER, APP))

    def command(self) -> list[str]:
        """The server in the foreground, on its socket only: `-h ''` leaves no port open to anybody."""
        options = [item for name, value in (ALWAYS | self.settings).items() for item in ("-c", f"{name}={value}")]
        program = self.binaries.program("postgres")
        return [program, "-D", str(self.data), "-h", "", "-k", str(self.sockets), *options]

    def url(self, role: str, database: str = DATABASE) -> str:
        """A libpq and Django URL. The folder goes in the query: as a host it would be lower-cased on the way."""
        return f"postgresql://{role}:{self.passwords[role]}@/{database}?host={quote(str(self.sockets), safe='/')}"

    # ------------------------------------------------------------ making it

    def make(self) -> None:
        """Run initdb unless the folder is already a cluster. A half-made one is thrown away: it never held anything."""
        if (self.data / "PG_VERSION").exists() and not self._unfinished.exists():
            return
        self._unfinished.touch()
        self._empty()
        with tempfile.NamedTemporaryFile("w", dir=self.sockets, prefix="pw") as secret:
            secret.write(self.passwords[SUPERUSER])
            secret.flush()
            if self.account is not None:
                os.chown(secret.name, self.account.uid, self.account.gid)
            command = [self.binaries.program("initdb"), "-D", str(self.data), "-U", SUPERUSER, "--encoding=UTF8"]
            command += ["--auth=scram-sha-256", f"--pwfile={secret.name}", "--no-instructions", *self._locale()]
            if self.settings.get("fsync") == "off":
                command.append("--no-sync")
            done = subprocess.run(
                child_command(command, signum=signal.SIGKILL, account=self.account),
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
            )
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise CannotStart(
                f"建数据库文件夹 {self.data} 没有成功：{reason}",
                f"The database folder {self.data} could not be made: {reason}",
            )
        self._unfinished.unlink()

    @property
    def _unfinished(self) -> Path:
        return self.data.with_name(f"{self.data.name}.unfinished")

    def _empty(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700, parents=True)
        if self.account is not None:
            os.chown(self.data, self.account.uid, self.account.gid)

    def _locale(self) -> list[str]:
        # Not plain C: under it pg_trgm takes Chinese characters for punctuation and finds no trigrams.
        if self.binaries.major >= 17:
            return ["--locale-provider=builtin", "--locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]

    # ------------------------------------------------------------ before each start

    def clear_stale(self, patience: float = 20.0) -> None:
        """Wait for an earlier server of this folder to finish, then remove what a killed one left behind.

        PostgreSQL asks only whether the pid exists: a zombie, or another program that was given the same number since,
        would keep the door shut for ever. Raises CannotStart when a live server of this folder does not go away.
        """
        pidfile = self.data / "postmaster.pid"
        deadline = time.monotonic() + patience
        while pidfile.exists():
            if not self._lives(pidfile):
                pidfile.unlink(missing_ok=True)
                break
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"数据库文件夹 {self.data} 正被另一个 PostgreSQL 使用，请先停掉它。",
                    f"Another PostgreSQL is serving the database folder {self.data}; stop it first.",
                )
            time.sleep(0.1)
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def _lives(self, pidfile: Path) -> bool:
        try:
            process = psutil.Process(int(pidfile.read_text().split()[0]))
            return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).samefile(self.data)
        except (psutil.Error, OSError, ValueError, IndexError):
            return False

    # ------------------------------------------------------------ once it runs

    def wait_ready(self, seconds: float = 30.0, alive: Callable[[], bool] = lambda: True) -> None:
        """Return once the server answers. Raises CannotStart after `seconds`, or when `alive` says it is gone."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg2.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5).close()
                return
            except psycopg2.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise CannotStart(
                        f"{self.passwords_file} 里的密码开不了这个数据库。请放回原来的文件，或换一个数据文件夹。",
                        f"The passwords in {self.passwords_file} do not open this database. Put the original file "
                        "back, or name another data folder.",
                    ) from error
                if time.monotonic() > deadline or not alive():
                    reason = str(error).strip().splitlines()[0]
                    raise CannotStart(f"数据库没有起来：{reason}", f"The database did not come up: {reason}") from error
                time.sleep(0.05)

    def furnish(self) -> None:
        """Make the two roles and the database. Doing it again changes nothing."""
        known = self.passwords
        connection = psycopg2.connect(self.url(SUPERUSER, "postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                for role, rights in ((OWNER, "CREATEDB"), (APP, "NOCREATEDB")):
                    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                    if cursor.fetchone() is None:
                        statement = "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE " + rights + " PASSWORD {}"
                        cursor.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(known[role])))
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    statement = "CREATE DATABASE {} OWNER {}"
                    cursor.execute(sql.SQL(statement).format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
        finally:
            connection.close()
