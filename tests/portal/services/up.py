"""A real `manage.py up`, on a free port and in a folder of its own, for tests that end it in every way there is."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

import psutil

BASE_DIR = Path(__file__).resolve().parents[3]
# What the tests' own servers put into the environment; `up` must not see it.
HIDDEN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_APP_ROLE",
    "REDIS_URL",
    "DEMO",
    "SITE_URL",
    "SECRET_KEY",
    "BIND",
)
# What only this child has in its command line.
WORDS = {
    "postgres": "bin/postgres -D",
    "valkey": "valkey-server",
    "web": "gunicorn --bind",
    "worker": "--quiet worker",
    "beat": "--quiet beat",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `true()`; fail after `seconds` naming `what`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.1)


class Up:
    """Started on entering, killed on leaving. Without demo data unless `demo` asks for it."""

    def __init__(
        self, data: Path, *arguments: str, port: int | None = None, demo: bool = False, **environment: str
    ) -> None:
        self.data = data
        self.port = port or free_port()
        self.arguments = arguments or (() if demo else ("--no-demo",))
        kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
        self.environment = kept | {"JIAMENKOU_DATA": str(data), "PORT": str(self.port)} | environment
        self.output = data.with_name(f"{data.name}-{self.port}.out")

    def __enter__(self) -> Self:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *self.arguments],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.known: dict[int, psutil.Process] = {}
        return self

    def __exit__(self, *exception: object) -> None:
        family = self.family()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        finally:
            for process in family:
                if process.is_running():
                    process.kill()
            self.process.kill()
            self.process.wait()

    def text(self) -> str:
        return self.output.read_text()

    def get(self, path: str = "healthz", seconds: float = 10) -> int:
        """Status of a page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=seconds) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def opens(self, seconds: float = 60, children: Iterable[str] = WORDS) -> Self:
        """Wait for the first page, and for these children: all five unless told otherwise."""
        until(lambda: self.process.poll() is not None or self.get() == 200, seconds, f"first page\n{self.text()}")
        assert self.process.poll() is None, self.text()
        until(lambda: all(self.child(name) for name in children), 30, "all children")
        return self

    def family(self) -> list[psutil.Process]:
        """Every process under `up`, its own included."""
        try:
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def child(self, name: str) -> psutil.Process | None:
        """The living child of that name, as circus started it; None while there is none."""
        try:
            for process in psutil.Process(self.process.pid).children():
                line = " ".join(process.cmdline())
                # One that still waits for its turn has our launcher's flags in front of its own.
                if WORDS[name] in line and "--parent" not in line and process.status() != psutil.STATUS_ZOMBIE:
                    return process
        except psutil.NoSuchProcess:
            pass
        return None

    def ends(self, signum: int, seconds: float = 30) -> int:
        """Send `signum`, wait for `up` and everything under it to be gone; answers the exit code."""
        family = self.family()
        self.process.send_signal(signum)
        code = self.process.wait(seconds)
        _, alive = psutil.wait_procs(family[1:], timeout=seconds)
        alive = [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
        assert not alive, alive
        return code
