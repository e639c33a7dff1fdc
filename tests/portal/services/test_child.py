import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil

from portal.services.child import PARENT_GONE
from portal.services.cluster import child_command
from tests.portal.services.up import BASE_DIR, until

CHILD = BASE_DIR / "portal" / "services" / "child.py"


def test_a_child_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"""
        import pathlib, signal, subprocess
        from portal.services.cluster import child_command
        child = subprocess.Popen(child_command(["sleep", "60"], signum=signal.SIGTERM))
        pathlib.Path({str(note)!r}).write_text(str(child.pid))
        child.wait()
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=BASE_DIR)
    until(lambda: note.exists() and note.read_text(), 20, "the child's number")
    child = psutil.Process(int(note.read_text()))
    until(lambda: child.name() == "sleep", 20, "the child at work")
    parent.kill()
    parent.wait()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 10, "its end")


def test_a_child_whose_parent_is_gone_already_does_not_begin() -> None:
    command = [sys.executable, "-I", "-S", str(CHILD), "--parent", "1", "--signal", "15", "--", "true"]
    assert subprocess.run(command, check=False).returncode == PARENT_GONE


def test_a_child_waits_before_it_starts_again_and_does_not_pass_the_wait_on() -> None:
    command = child_command(["env"], signum=signal.SIGTERM)
    environment = dict(os.environ, JIAMENKOU_RESTART_PAUSE="0.01")
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "JIAMENKOU_RESTART_PAUSE" not in answer.stdout


def test_what_a_server_prints_goes_to_its_log_and_a_long_log_starts_anew(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_bytes(b"x" * (8 * 1024 * 1024 + 1))
    subprocess.run(child_command(["echo", "hello"], signum=signal.SIGTERM, log=log), check=True)
    assert log.read_text() == "hello\n"
    assert log.stat().st_mode & 0o077 in (0, 0o044)
    assert (tmp_path / "server.log.1").exists()
