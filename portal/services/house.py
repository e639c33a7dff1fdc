"""The house while it is open: circus keeps the servers running, we tell it which, in what order, and when to stop.

What circus does: start, notice a death, start again, stop with the right signal and then with force. What is ours: the
pause before a restart grows, the servers close after those who use them, and no signal is lost.
"""

import asyncio
import json
import logging
import secrets
import shlex
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from circus.arbiter import Arbiter
from circus.exc import ConflictError
from circus.watcher import Watcher
from tornado import gen

from portal.services.accounts import ServerAccount
from portal.services.cluster import child_command
from portal.services.errors import CannotStart
from portal.services.plan import BASE_DIR, Plan, python

# A child that lived this long was well: its next restart is immediate again.
HEALTHY_SECONDS = 30.0
LONGEST_PAUSE = 30.0
# Closed first to last. Those in one group close together.
CLOSING_ORDER = (("prepare", "beat", "worker", "web"), ("valkey",), ("postgres",))
SERVERS = ("postgres", "valkey")


class Pauses:
    """How long a child waits before it starts again: nothing at first, then half a second, doubling."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, tuple[float, float]] = {}

    def next(self, name: str) -> tuple[bool, float]:
        """Whether the start that is about to happen is a restart, and its pause in seconds; remembers it."""
        now = self._clock()
        restart = name in self._last
        started, waited = self._last.get(name, (now, 0.0))
        well = now - started > waited + HEALTHY_SECONDS
        pause = min(max(0.5, waited * 2), LONGEST_PAUSE) if restart and not well else 0.0
        self._last[name] = (now, pause)
        return restart, pause


class OrderedArbiter(Arbiter):
    """circus stops everything at once; a database that goes first makes everybody else's farewell an error."""

    def manage_watchers(self) -> Any:
        # Busy with an order: its own beat would be refused, and that refusal logged as an error. The next beat is near.
        return None if self._exclusive_running_command else super().manage_watchers()

    @gen.coroutine
    def _stop_watchers(self, close_output_streams: bool = False, watcher_iter_func: Any = None) -> Any:
        for group in CLOSING_ORDER:
            leaving = [watcher for watcher in self.watchers if watcher.name in group]
            yield gen.multi([watcher._stop(close_output_streams) for watcher in leaving])


class House:
    """One open house. `run()` blocks until it is closed and answers the exit code."""

    def __init__(self, plan: Plan, door: socket.socket, welcome: Callable[[], None]) -> None:
        self.plan = plan
        self.door = door
        self.welcome = welcome
        self.pauses = Pauses()
        self.run_id = secrets.token_hex(8)
        self.prepared = plan.places.data / "prepared"
        self.exit_code = 0
        self.preparing = False
        self.closing = False

    def run(self) -> int:
        logging.getLogger("circus").setLevel(logging.ERROR)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        # inproc: nobody outside this process has orders to give.
        self.arbiter = OrderedArbiter(
            [*self._servers(), self._preparation(), *self._pages()],
            f"inproc://house-{self.run_id}",
            f"inproc://news-{self.run_id}",
            check_delay=0.25,
        )
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(signum, self._asked_to_close)
        self.arbiter.loop.add_callback(self._open)
        try:
            self.arbiter.start()
        finally:
            self.prepared.unlink(missing_ok=True)
        return self.exit_code

    # ------------------------------------------------------------ opening and closing

    async def _open(self) -> None:
        while not self._is_prepared():
            if self.closing:
                return
            if self.preparing and self.arbiter.get_watcher("prepare").is_stopped() and not self._is_prepared():
                await self._close(2)
                return
            await asyncio.sleep(0.05)
        # Somebody is waiting for the first page: the others start once it is there, or is clearly not coming.
        await self._exclusively(self.arbiter.get_watcher("web").start)
        prompt = await self._first_page(seconds=20)
        if prompt:
            self.welcome()
        for name in ("worker", "beat"):
            if not self.closing:
                await self._exclusively(self.arbiter.get_watcher(name).start)
        if not prompt and await self._first_page(seconds=float("inf")):
            self.welcome()

    def _is_prepared(self) -> bool:
        # The file, not the exit status: circus may reap a child before anybody has asked how it ended.
        return self.prepared.exists() and self.prepared.read_text() == self.run_id

    async def _first_page(self, seconds: float) -> bool:
        """Wait until a page answers, whatever it says. False after `seconds`, or when the house closes first."""
        deadline = time.monotonic() + seconds
        while not self.closing and time.monotonic() < deadline:
            if await asyncio.get_running_loop().run_in_executor(None, self._answers):
                return True
            await asyncio.sleep(0.1)
        return False

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.plan.address + "healthz", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _asked_to_close(self, signum: int, frame: object) -> None:
        self.arbiter.loop.add_callback_from_signal(self._close, 0)

    async def _close(self, exit_code: int) -> None:
        if self.closing:
            return
        self.closing = True
        self.exit_code = exit_code
        await self._exclusively(self.arbiter.stop)

    async def _exclusively(self, order: Callable[[], Any]) -> None:
        """Give circus an order. It refuses one while it carries out another: then it is asked again, never dropped."""
        while True:
            try:
                await order()
                return
            except ConflictError:
                await asyncio.sleep(0.02)

    # ------------------------------------------------------------ who is in the house

    def _servers(self) -> list[Watcher]:
        watchers = []
        if self.plan.cluster is not None:
            cluster = self.plan.cluster
            watchers.append(
                self._child("postgres", cluster.command(), signal.SIGINT, account=cluster.account, seconds=30)
            )
        if self.plan.broker is not None:
            broker = self.plan.broker
            watchers.append(self._child("valkey", broker.command(), signal.SIGTERM, account=broker.account))
        return watchers

    def _preparation(self) -> Watcher:
        extra = {
            "DATABASE_URL": self.plan.owner_url,
            "JIAMENKOU_APP_DATABASE_URL": self.plan.database_url,
            "JIAMENKOU_PREPARED": str(self.prepared),
            "JIAMENKOU_RUN": self.run_id,
        }
        if self.plan.cluster is not None:
            cluster = self.plan.cluster
            facts = {"data": cluster.data, "sockets": cluster.sockets, "passwords": cluster.passwords_file}
            extra["JIAMENKOU_CLUSTER"] = json.dumps({name: str(path) for name, path in facts.items()})
        if self.plan.broker is not None:
            extra["JIAMENKOU_BROKER"] = str(self.plan.broker.sockets)
        command = python("-m", "portal.services.prepare")
        return self._child("prepare", command, signal.SIGTERM, extra=extra, respawn=False)

    def _pages(self) -> list[Watcher]:
        # As root it would print seven lines of warning at each start; docs/running.md says it once, in its place.
        as_root = "ignore:You're running the worker with superuser privileges"
        celery = python("-W", as_root, "-m", "celery", "-A", "portal", "--quiet")
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        door = f"fd://{self.door.fileno()}"
        return [
            self._child("web", python("-m", "gunicorn", "--bind", door), signal.SIGTERM, autostart=False, door=True),
            self._child(
                "worker", [*celery, "worker", "-P", "threads", "-c", "4", *quiet], signal.SIGTERM, autostart=False
            ),
            self._child(
                "beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="], signal.SIGTERM, autostart=False
            ),
        ]

    def _child(
        self,
        name: str,
        command: list[str],
        signum: int,
        *,
        account: ServerAccount | None = None,
        extra: dict[str, str] | None = None,
        seconds: float = 10,
        door: bool = False,
        **options: Any,
    ) -> Watcher:
        # The two servers talk to whoever looks after them, not to the person at the terminal.
        log = self.plan.places.data / f"{name}.log" if name in SERVERS else None
        line = child_command(command, signum=signum, account=account, log=log)
        return Watcher(
            name,
            shlex.quote(line[0]),
            args=line[1:],
            env=self.plan.environment() | (extra or {}),
            working_dir="/" if account else str(BASE_DIR),
            stop_signal=signum,
            graceful_timeout=seconds,
            max_retry=-1,
            use_sockets=door,  # the only child that inherits open files: the listening door
            hooks={"before_spawn": (self._before_spawn, True)},
            **options,
        )

    def _before_spawn(self, watcher: Watcher, **facts: object) -> bool:
        """Runs before each start; it must answer True, or circus gives the child up for good."""
        restart, pause = self.pauses.next(watcher.name)
        watcher.env["JIAMENKOU_RESTART_PAUSE"] = str(pause)
        if restart:
            print(f"{watcher.name} 停了，{pause:g} 秒后重新开起来。 (restarting it)", file=sys.stderr, flush=True)
        self.preparing = self.preparing or watcher.name == "prepare"
        if watcher.name == "postgres" and self.plan.cluster is not None:
            try:
                self.plan.cluster.clear_stale(patience=0)
            except CannotStart:
                return True  # still closing; the server itself will say so, and is tried again
        return True
