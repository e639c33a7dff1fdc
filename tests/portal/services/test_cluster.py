"""Against a cluster of its own, made and run for this file."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from portal.services.cluster import APP, OWNER, SUPERUSER, THROW_AWAY, Cluster, child_command
from portal.services.errors import CannotStart
from portal.services.places import open_places
from portal.services.postgres import EXTENSIONS, choose, settle


def new_cluster(folder: Path) -> Cluster:
    places = open_places(folder, state=folder)
    binaries = settle(choose("auto"), places)
    return Cluster(binaries, places.postgres, places.sockets, folder / "passwords", places.account, dict(THROW_AWAY))


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    command = child_command(cluster.command(), signum=signal.SIGQUIT, account=cluster.account)
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True)


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[Cluster]:
    made = new_cluster(folder / "cluster")
    made.make()
    server = start(made)
    made.wait_ready()
    made.furnish()
    yield made
    server.send_signal(signal.SIGQUIT)
    server.wait(20)


def ask(cluster: Cluster, role: str, statement: str, database: str = "jiamenkou") -> list[tuple[object, ...]]:
    connection = psycopg2.connect(cluster.url(role, database))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_furnishing_twice_changes_nothing(cluster: Cluster) -> None:
    cluster.furnish()
    roles = "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'jiamenkou%' ORDER BY 1"
    assert ask(cluster, SUPERUSER, roles) == [(APP, False, False), (OWNER, False, True)]


def test_the_owner_needs_nobody_to_create_our_extensions(cluster: Cluster) -> None:
    for name in EXTENSIONS:
        ask(cluster, OWNER, f"CREATE EXTENSION IF NOT EXISTS {name}")


def test_the_applications_role_creates_nothing(cluster: Cluster) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(cluster, APP, "CREATE TABLE mine (id int)")


def test_nobody_comes_in_without_a_password(cluster: Cluster) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(f"postgresql://{OWNER}:wrong@/jiamenkou?host={cluster.sockets}")


def test_no_port_is_open(cluster: Cluster) -> None:
    assert ask(cluster, OWNER, "SHOW listen_addresses") == [("",)]


def test_chinese_is_letters_to_trigram_search(cluster: Cluster) -> None:
    ask(cluster, OWNER, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert ask(cluster, OWNER, "SELECT cardinality(show_trgm('社区'))") == [(3,)]


def test_a_dead_servers_leavings_do_not_keep_the_next_one_out(folder: Path) -> None:
    cluster = new_cluster(folder / "stale")
    cluster.data.mkdir(parents=True)
    (cluster.data / "postmaster.pid").write_text("1\n/elsewhere\n")  # a living process, but no server of this folder
    (cluster.sockets / ".s.PGSQL.5432.lock").touch()
    cluster.clear_stale(patience=0)
    assert not (cluster.data / "postmaster.pid").exists()
    assert not list(cluster.sockets.glob(".s.PGSQL*"))


def test_a_living_server_is_left_alone(cluster: Cluster) -> None:
    with pytest.raises(CannotStart, match="另一个 PostgreSQL"):
        cluster.clear_stale(patience=0)
    assert ask(cluster, OWNER, "SELECT 1") == [(1,)]


def test_a_half_made_folder_is_made_anew(folder: Path) -> None:
    cluster = new_cluster(folder / "half")
    (folder / "half" / "postgres.unfinished").touch()
    cluster.data.mkdir(parents=True, exist_ok=True)
    (cluster.data / "PG_VERSION").write_text("15\n")
    cluster.make()
    assert (cluster.data / "global" / "pg_control").exists()
    assert not (folder / "half" / "postgres.unfinished").exists()
