"""A server of the test's own database, and many people who ask it at one moment, each on a connection of their own."""

import http.client
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from tests.portal.services.up import free_port, until
from tests.servers import url_of_database

ROOT = Path(__file__).resolve().parents[2]
Answer = tuple[int, str]


@contextmanager
def serving(*flags: str) -> Iterator[int]:
    """A server of this database on a free port, which is gone afterwards."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/races/booking_server.py"), str(port), *flags],
        env=os.environ
        | {
            "DATABASE_URL": url_of_database(connection.settings_dict["NAME"]),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": str(ROOT),
        },
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(port) or server.poll() is not None, 60, "the server")
        assert server.poll() is None
        yield port
    finally:
        server.terminate()
        server.wait(20)


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/healthz")[0] == 200
    except OSError:
        return False


def ask(port: int, method: str, path: str, token: str = "", body: object = None) -> Answer:
    """Status and code of one request on a connection of its own."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Token {token}"} if token else {})
    try:
        wire.request(method, path, json.dumps(body) if body else None, headers)
        answer = wire.getresponse()
        text = answer.read()
        said = json.loads(text) if answer.headers.get_content_type().endswith("json") else {}
        return answer.status, said.get("code", "") if isinstance(said, dict) else ""
    finally:
        wire.close()


@dataclass(frozen=True)
class Sent:
    """One person's request: POST with their token."""

    path: str
    token: str
    body: dict[str, Any] = field(default_factory=dict)


def all_at_once(port: int, sent: Sequence[Sent], *more: Any) -> Counter[Answer]:
    """Everybody sends theirs at one moment; how often each answer came. more: acts in this process that join in."""
    barrier, said = Barrier(len(sent) + len(more)), []

    def one(what: Sent) -> None:
        barrier.wait(timeout=60)
        try:
            said.append(ask(port, "POST", what.path, what.token, what.body))
        except OSError as error:
            said.append((0, repr(error)))

    def act(what: Any) -> None:
        barrier.wait(timeout=60)
        what()

    threads = [Thread(target=one, args=(what,)) for what in sent] + [Thread(target=act, args=(one,)) for one in more]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(said)
