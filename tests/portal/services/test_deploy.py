"""There is no engine here to run the containers: hold their descriptions against what they name."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml

from portal.services.probe import ready
from tests.guards.test_settings import documented
from tests.portal.services.test_cluster import new_cluster, start
from tests.portal.services.up import BASE_DIR

COMPOSE: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "jiamenkou"}
IMAGE = (BASE_DIR / "Dockerfile").read_text()


def test_all_parts_are_there() -> None:
    assert set(COMPOSE["services"]) == {"postgres", "redis", "migrate", "web", "tls", "worker", "beat"}


@pytest.mark.parametrize("name", OURS)
def test_every_setting_given_to_a_part_is_documented(name: str) -> None:
    assert set(OURS[name]["environment"]) - documented() == set()


def test_what_must_be_given_is_named_on_top_and_in_the_manual() -> None:
    text = (BASE_DIR / "docker-compose.yml").read_text()
    required = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    assert required <= set(re.findall(r"[A-Z_]{4,}", text.split("x-portal")[0]))
    assert required <= set(re.findall(r"[A-Z_]{4,}", (BASE_DIR / "docs" / "running.md").read_text()))


def test_only_migrations_run_as_the_owner() -> None:
    as_owner = {name for name, service in OURS.items() if "_owner:" in service["environment"]["DATABASE_URL"]}
    assert as_owner == {"migrate"}


def test_nothing_starts_before_the_schema_is_there() -> None:
    for name in ("web", "worker", "beat"):
        assert OURS[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_web_is_well_when_readyz_says_so() -> None:
    assert OURS["web"]["healthcheck"]["test"] == ["CMD", "python", "portal/services/probe.py"]
    assert (BASE_DIR / "portal" / "services" / "probe.py").exists()


@pytest.mark.parametrize("name", OURS)
def test_every_command_can_be_run(name: str) -> None:
    """Asked for help after all its options: an option that does not exist is refused before any help is given."""
    command = [str(word) for word in OURS[name]["command"]]
    extra = ["--check-config"] if command[0] == "gunicorn" else ["--help"]
    answer = run_here([*command, *extra])
    assert answer.returncode == 0, answer.stderr


def test_an_option_that_does_not_exist_would_be_noticed() -> None:
    command = [*map(str, OURS["worker"]["command"]), "--no-such-option", "--help"]
    assert run_here(command).returncode != 0


def run_here(command: list[str]) -> subprocess.CompletedProcess[str]:
    program = sys.executable if command[0] == "python" else str(Path(sys.executable).with_name(command[0]))
    return subprocess.run([program, *command[1:]], cwd=BASE_DIR, capture_output=True, text=True, check=False)


def test_the_image_copies_and_runs_what_exists() -> None:
    for source in re.findall(r"^COPY (\S+) ", IMAGE, re.MULTILINE):
        assert (BASE_DIR / source).exists()
    for module in re.findall(r"python -m (portal[\w.]+)", IMAGE):
        assert (BASE_DIR / Path(*module.split("."))).with_suffix(".py").exists()
    assert "USER jiamenkou" in IMAGE


def test_the_image_is_built_without_secrets_and_data() -> None:
    assert {".data", ".venv", ".git"} <= set((BASE_DIR / ".dockerignore").read_text().split())


def test_the_roles_script_makes_what_the_services_ask_for(folder: Path) -> None:
    cluster = new_cluster(folder / "roles")
    cluster.make()
    server = start(cluster)
    try:
        cluster.wait_ready()
        environment = os.environ | {
            "PATH": f"{cluster.binaries.folder}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": str(cluster.sockets),
            "PGPASSWORD": cluster.passwords["postgres"],
            "POSTGRES_USER": "postgres",
            "OWNER_PASSWORD": "it's an owner's",
            "APP_PASSWORD": "app",
        }
        subprocess.run(["sh", str(BASE_DIR / "deploy" / "roles.sh")], env=environment, check=True, capture_output=True)
        owner = {"host": str(cluster.sockets), "dbname": "jiamenkou", "user": "jiamenkou_owner"}
        with psycopg2.connect(**owner, password="it's an owner's") as connection, connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION btree_gist")
        connection.close()
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(20)


@pytest.fixture(params=[200, 503])
def answering(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.headers["X-Forwarded-Proto"] == "https" else 301)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", request.param
        server.shutdown()


def test_the_probe_believes_readyz(answering: tuple[str, int]) -> None:
    address, status = answering
    assert ready(address) is (status == 200)


def test_the_probe_takes_silence_for_no() -> None:
    assert not ready("http://127.0.0.1:1")
