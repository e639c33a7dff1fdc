"""Loaded by pytest before anything else (`-p tests.plugin`): servers for this run, and two things that fail a test.

Import starts a throw-away PostgreSQL and Valkey unless DATABASE_URL names one, because Django reads its settings before
the first fixture could run. Every run has its own, so that several can go on at once.

- an undefined variable in one of our templates fails the test (other people's templates lean on the empty string);
- an ERROR in the log fails the test; a test that expects one takes it out of the `error_log` fixture.
"""

import atexit
import gc
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.servers import Servers

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
OUR_TEMPLATES = str(Path(__file__).resolve().parent.parent / "templates")

servers: Servers | None = None

if WORKER:
    # Workers share one broker: each gets a numbered database of its own, so that no cache key is seen by two.
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={int(WORKER.removeprefix('gw')) + 1}")
    os.environ["JIAMENKOU_DATA"] = f"{os.environ['JIAMENKOU_DATA']}-{WORKER}"
else:
    os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
    os.environ.setdefault("DEMO", "0")
    if "DATABASE_URL" not in os.environ:
        servers = Servers()
        atexit.register(servers.stop)  # also where pytest gives up before it could unconfigure
        os.environ.update(servers.environment())
        servers.migrate()

# Collected files do not exist in tests, and whitenoise warns where even their folder is missing.
if "JIAMENKOU_DATA" in os.environ:
    (Path(os.environ["JIAMENKOU_DATA"]) / "static").mkdir(parents=True, exist_ok=True)


def pytest_collection_finish() -> None:
    """What is loaded by now stays; to look through it for garbage again and again took a twentieth of the time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    if servers is not None:
        servers.stop()


# ---------------------------------------------------------------- undefined template variables
class Undefined(str):
    """Stands in for Django's `string_if_invalid`, which is asked `"%s" in it` and then for `it % name`."""

    def __mod__(self, name: object) -> str:
        origin = template_being_rendered(sys._getframe(1))
        if origin.startswith(OUR_TEMPLATES):
            pytest.fail(f"Undefined template variable {name} in {origin}", pytrace=False)
        return ""


def template_being_rendered(frame: FrameType | None) -> str:
    """The file of the innermost template node on the stack; empty when there is none."""
    while frame is not None:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if origin is not None and getattr(origin, "name", None):
            return str(origin.name)
        frame = frame.f_back
    return ""


@pytest.fixture(autouse=True, scope="session")
def no_undefined_template_variables() -> None:
    from django.template import engines

    engines["django"].engine.string_if_invalid = Undefined("%s")


# ---------------------------------------------------------------- errors in the log
class ErrorLog(logging.Handler):
    """Keeps what was logged at ERROR and above during one test."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.name}: {record.getMessage()}"
        if record.exc_info:
            line += "\n" + logging.Formatter().formatException(record.exc_info)
        self.lines.append(line)

    def take(self) -> list[str]:
        """What was logged so far; taken, it no longer fails the test."""
        lines, self.lines = self.lines, []
        return lines


@pytest.fixture(autouse=True)
def error_log() -> Iterator[ErrorLog]:
    handler = ErrorLog()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
    if handler.lines:
        pytest.fail("ERROR in the log:\n" + "\n".join(handler.lines), pytrace=False)
