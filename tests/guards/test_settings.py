"""docs/settings.md lists each setting that is read from the environment, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ("gunicorn.conf.py", "portal/services/plan.py", "portal/management/commands/up.py")


def read() -> set[str]:
    """Every name that settings or launcher read from the environment."""
    names = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "portal" / "settings.py").read_text()))
    for file in LAUNCHER:
        names |= set(re.findall(r'\benviron(?:ment)?(?:\.get\(|\[)\s*"([A-Z_]+)"', (ROOT / file).read_text()))
    return names


def documented() -> set[str]:
    """Every name in the first column of the tables."""
    return set(re.findall(r"^\| `([A-Z_]+)` (?:● )?\|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))


def test_every_setting_that_is_read_is_documented() -> None:
    assert len(read()) > 20
    assert read() - documented() == set()


def test_every_setting_that_is_documented_is_read() -> None:
    assert documented() - read() == set()
