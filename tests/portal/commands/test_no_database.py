import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_a_command_without_a_database_says_so_in_a_sentence():
    asked = subprocess.run(
        [sys.executable, "manage.py", "token", "clerk"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert asked.returncode == 1
    assert "make up" in asked.stderr
    assert len(asked.stderr.strip().splitlines()) == 1
