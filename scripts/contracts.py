"""The walls of the house, as import-linter contracts: storeys, circles, floor plan, and one door per room.

    python scripts/contracts.py            checks them all
    python scripts/contracts.py --show     prints them

Written out here rather than in pyproject.toml because there is one door per room, and a room that somebody adds must
have its door the same day.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOREYS = ("petitions", "volunteers", "centres", "grids", "portal")
NOT_ROOMS = {"migrations", "management", "templatetags", "services"}
DOORS = {"services", "queries", "rules", "enums"}
# Ground rooms also lend tools (an engine, a registry, a widget); of them only the floor plan's back rooms are closed.
BACK_ROOMS = {
    *("models", "querysets", "transitions", "forms", "serializers", "views", "api", "urls"),
    *("tasks", "duties", "receivers", "panels", "todos", "admin"),
}
# Behind a door by name, but made for others to build on.
LENT = {
    "portal.accounts.models": "the account itself, AUTH_USER_MODEL: what every ForeignKey to a person points at",
    "portal.flow.models": "the abstract tables that a room with states derives its own from",
    "portal.ui.forms": "fields and widgets for everybody's forms",
}
# Top to bottom; a line may use the lines below it and its own neighbours.
FLOOR_PLAN = (
    "urls",
    "views api admin",
    "panels todos follow_ups",
    "forms serializers filters",
    "tasks duties receivers",
    "services",
    "queries rules transitions",
    "models",
    "querysets",
    "enums",
)


def rooms() -> list[str]:
    """Dotted names of all rooms, storey by storey."""
    return [
        f"{storey}.{folder.name}"
        for storey in STOREYS
        for folder in sorted((ROOT / storey).iterdir())
        if (folder / "__init__.py").exists() and folder.name not in NOT_ROOMS
    ]


def back_rooms(room: str) -> list[str]:
    """Dotted names of what lies behind a room's door."""
    folder = ROOT / room.replace(".", "/")
    names = sorted({path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()})
    closed = [name for name in names if name not in DOORS and name != "__init__"]
    if room.startswith("portal."):
        closed = [name for name in closed if name in BACK_ROOMS]
    return [f"{room}.{name}" for name in closed if f"{room}.{name}" not in LENT]


def section(key: str, name: str, kind: str, **options: str | list[str]) -> str:
    """One contract as import-linter reads it."""
    lines = ["", f"[importlinter:contract:{key}]", f"name = {name}", f"type = {kind}"]
    for option, value in options.items():
        if isinstance(value, str):
            lines.append(f"{option} = {value}")
        else:
            lines += [f"{option} =", *(f"    {item}" for item in value)]
    return "\n".join(lines)


def contracts() -> Iterator[str]:
    """Every contract of the house."""
    yield section("storeys", "A storey uses those below it, never one above", "layers", layers=list(STOREYS))
    yield section(
        "circles", "Rooms of a storey do not run in a circle", "acyclic_siblings", ancestors=list(STOREYS), depth="0"
    )
    floors = [" : ".join(f"({name})" for name in line.split()) for line in FLOOR_PLAN]
    yield section(
        "floor-plan", "Inside a room everything runs down the floor plan", "layers", containers=rooms(), layers=floors
    )
    for room in rooms():
        storey, closed = room.split(".")[0], back_rooms(room)
        # Django finds tables in the storey's models, and its migrations name their functions.
        # Demos furnish an empty database by the thousand, rooms together.
        callers = [room, f"{storey}.models", f"{storey}.migrations", "*.*.demo"]
        if closed:
            name = f"{room} is entered by its door"
            yield section(f"door:{room}", name, "protected", protected_modules=closed, allowed_importers=callers)


def configuration() -> str:
    """All contracts as one file."""
    head = ["[importlinter]", "root_packages =", *(f"    {storey}" for storey in STOREYS)]
    return "\n".join([*head, "exclude_type_checking_imports = True", *contracts()]) + "\n"


def main() -> int:
    if "--show" in sys.argv:
        print(configuration())
        return 0
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
        file.write(configuration())
        file.flush()
        linter = Path(sys.executable).with_name("lint-imports")
        return subprocess.run([linter, "--config", file.name, *sys.argv[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
