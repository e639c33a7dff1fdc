import os
import socket
from pathlib import Path

import pytest

from portal.services import plan
from portal.services.errors import CannotStart
from portal.services.plan import listen, make_plan, port_number

ELSEWHERE = {"DATABASE_URL": "postgresql://app@db/x", "REDIS_URL": "redis://r:6379/0"}


def test_named_servers_are_used_and_none_are_started(tmp_path: Path) -> None:
    made = make_plan(ELSEWHERE, tmp_path)
    assert made.cluster is None
    assert made.broker is None
    assert made.environment()["DATABASE_URL"] == ELSEWHERE["DATABASE_URL"]
    assert not (tmp_path / "up.env").exists()


@pytest.mark.parametrize(("given", "wanted", "demo"), [("", True, False), ("1", True, True), ("1", False, False)])
def test_a_named_database_gets_the_demo_only_on_request(tmp_path: Path, given: str, wanted: bool, demo: bool) -> None:
    assert make_plan(ELSEWHERE | {"DEMO": given}, tmp_path, demo_wanted=wanted).demo is demo


def test_pages_never_learn_the_owners_address(tmp_path: Path) -> None:
    made = make_plan(ELSEWHERE | {"DATABASE_OWNER_URL": "postgresql://owner@db/x"}, tmp_path)
    assert made.owner_url == "postgresql://owner@db/x"
    assert "DATABASE_OWNER_URL" not in made.environment()


def test_own_servers_are_left_for_the_next_command_to_find(folder: Path) -> None:
    made = make_plan({"JIAMENKOU_POSTGRES": os.environ.get("JIAMENKOU_POSTGRES", "auto")}, folder / "own", say=str)
    left = dict(line.split("=", 1) for line in (folder / "own" / "up.env").read_text().split())
    assert left["DATABASE_URL"] == made.database_url
    assert left["REDIS_URL"] == made.redis_url
    assert (folder / "own" / "up.env").stat().st_mode & 0o077 == 0
    assert made.demo


def test_the_address_follows_the_port(tmp_path: Path) -> None:
    made = make_plan(ELSEWHERE | {"PORT": "8123", "BIND": "0.0.0.0"}, tmp_path)
    assert made.environment()["SITE_URL"] == "http://127.0.0.1:8123"


@pytest.mark.parametrize("text", ["0", "65536", "eighty", "-1", "８０"])
def test_a_port_that_is_none_is_named(text: str) -> None:
    with pytest.raises(CannotStart, match="PORT"):
        port_number(text)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CannotStart, match="换一个端口"):
            listen("127.0.0.1", other.getsockname()[1], patience=0)


def test_a_wheel_is_announced(folder: Path) -> None:
    said: list[str] = []
    plan.own_cluster({"JIAMENKOU_POSTGRES": "wheel"}, plan.open_places(folder / "w"), said.append)
    assert "随程序带来的" in said[0]
