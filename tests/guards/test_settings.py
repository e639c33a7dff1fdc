"""docs/settings.md lists each setting that is read from the environment, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ("gunicorn.conf.py", "portal/services/plan.py", "portal/management/commands/up.py")
STOREYS = ("portal", "grids", "centres", "volunteers", "petitions")
READ = r'\benviron(?:ment)?(?:\.get\(|\.pop\(|\.setdefault\(|\[)\s*"([A-Z_]+)"'
# What `up` hands to its own children; nobody sets them.
HANDED_ON = {
    "DJANGO_SETTINGS_MODULE",
    "JIAMENKOU_APP_DATABASE_URL",
    "JIAMENKOU_BROKER",
    "JIAMENKOU_CLUSTER",
    "JIAMENKOU_PREPARED",
    "JIAMENKOU_RESTART_PAUSE",
    "JIAMENKOU_RUN",
}


def read() -> set[str]:
    """Every name that settings or launcher read from the environment."""
    names = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "portal" / "settings.py").read_text()))
    for file in LAUNCHER:
        names |= set(re.findall(READ, (ROOT / file).read_text()))
    return names


def documented() -> set[str]:
    """Every name in the first column of the tables."""
    return set(re.findall(r"^\| `([A-Z_]+)` (?:● )?\|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))


def test_every_setting_that_is_read_is_documented() -> None:
    assert len(read()) > 20
    assert read() - documented() == set()


def test_every_setting_that_is_documented_is_read() -> None:
    assert documented() - read() == set()


def test_nothing_else_reads_the_environment() -> None:
    """A room that asked the environment by itself would have a setting nobody knows of."""
    files = [file for storey in STOREYS for file in (ROOT / storey).rglob("*.py")]
    found = {name for file in files for name in re.findall(READ, file.read_text())}
    assert found >= HANDED_ON
    assert found - HANDED_ON - documented() == set()
    unread = r"\b(?:getenv|environ\.Env)\("
    assert [str(file) for file in files if re.search(unread, file.read_text())] == [
        str(ROOT / "portal" / "settings.py")
    ]
