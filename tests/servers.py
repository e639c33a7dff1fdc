"""A PostgreSQL and a Valkey for one run of the tests, in a folder of its own, gone when the run is gone."""

import contextlib
import fcntl
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from portal.services.broker import Broker, wheel_program
from portal.services.cluster import APP, DATABASE, OWNER, THROW_AWAY, Cluster, child_command
from portal.services.places import Places, open_places
from portal.services.postgres import choose, settle

PREFIX = "jiamenkou-test-"
PROJECT = Path(__file__).resolve().parent.parent


def url_of_database(name: str) -> str:
    """DATABASE_URL with another database of the same server: what a child process of a test has to be told."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Servers:
    """Start on construction, `stop()` at the end. A killed run takes them along: they die with this process."""

    def __init__(self) -> None:
        sweep_forgotten()
        # In /tmp, not TMPDIR: a socket's path must stay short.
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        self.folder.chmod(0o711)
        self._claim = claim(self.folder)
        places = open_places(self.folder, state=self.folder)
        self.places = places
        binaries = settle(choose(os.environ.get("JIAMENKOU_POSTGRES", "auto")), places)
        self.cluster = Cluster(
            binaries, places.postgres, places.sockets, self.folder / "passwords", places.account, dict(THROW_AWAY)
        )
        self.cluster.make()
        self.broker = make_broker(places)
        self.processes = [
            run(self.cluster.command(), signal.SIGQUIT, places, self.folder / "postgres.log"),
            run([*self.broker.command(), "--databases", "64"], signal.SIGTERM, places, self.folder / "valkey.log"),
        ]
        self.migrating: subprocess.Popen[bytes] | None = None
        try:
            self.cluster.wait_ready(alive=lambda: self.processes[0].poll() is None)
            self.cluster.furnish()
            self.broker.wait_ready(alive=lambda: self.processes[1].poll() is None)
        except BaseException:
            self.stop()
            raise

    def migrate(self) -> None:
        """Begin to migrate the database that every test database is copied from, while the tests are being collected.

        Half a minute once, instead of in each worker. `wait_until_migrated` waits for its end in whichever process.
        """
        command = shlex.join([sys.executable, str(PROJECT / "manage.py"), "migrate", "--verbosity=0"])
        # Moved last: whoever finds the file finds the answer in it.
        line = f"{command} >migrate.log 2>&1; echo $? >answer; mv answer migrated"
        self.migrating = subprocess.Popen(["sh", "-c", line], cwd=self.folder, start_new_session=True)

    def environment(self) -> dict[str, str]:
        """What a test process needs to find them."""
        return {
            "DATABASE_URL": self.cluster.url(OWNER),
            "DATABASE_APP_ROLE": APP,
            "TEST_APP_DATABASE_URL": self.cluster.url(APP),
            "REDIS_URL": self.broker.url,
            "JIAMENKOU_DATA": str(self.folder / "data"),
            "TEST_TEMPLATE": str(self.folder / "migrated"),
        }

    def stop(self) -> None:
        """Kill and forget; twice is as good as once. SIGQUIT because nobody will read this database again."""
        if self.migrating is not None and self.migrating.poll() is None:
            os.killpg(self.migrating.pid, signal.SIGKILL)
            self.migrating.wait()
        for process, signum in zip(self.processes, (signal.SIGQUIT, signal.SIGTERM), strict=True):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signum)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._claim.close()


def wait_until_migrated(patience: float = 300.0) -> str | None:
    """Wait for the database to copy and return its name; None where somebody else's server is used, which has none."""
    if "TEST_TEMPLATE" not in os.environ:
        return None
    answer, deadline = Path(os.environ["TEST_TEMPLATE"]), time.monotonic() + patience
    while not answer.exists():
        assert time.monotonic() < deadline, f"still migrating after {patience:.0f} s"
        time.sleep(0.1)
    assert answer.read_text().strip() == "0", answer.with_name("migrate.log").read_text()
    return DATABASE


def make_broker(places: Places) -> Broker:
    """A broker that writes nothing down."""
    program = wheel_program()
    return Broker(
        places.borrow(program.parent, "valkey") / program.name,
        places.own(places.broker),
        places.sockets,
        places.account,
        throw_away=True,
    )


def run(command: list[str], signum: int, places: Places, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            child_command(command, signum=signum, account=places.account),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for pytest, which stops them in order
        )


def claim(folder: Path) -> IO[str]:
    handle = (folder / "claim").open("a")
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def sweep_forgotten() -> None:
    """Remove the folders of killed runs: those whose claim nobody holds any more."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        # Without a claim it may be half a second old and about to be claimed.
        with contextlib.suppress(OSError), (folder / "claim").open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
