"""Walls that imports do not show."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[2]
STOREYS = ["portal", "grids", "centres", "volunteers", "petitions"]
PYTHON = [path for storey in STOREYS for path in (ROOT / storey).rglob("*.py") if "migrations" not in path.parts]


def test_foreign_keys_never_point_up_a_storey():
    """A string hides a ForeignKey from the import contracts; the database would still hang the ground from the roof."""
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in STOREYS
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField)
        and field.related_model._meta.app_label in STOREYS
        and STOREYS.index(field.related_model._meta.app_label) > STOREYS.index(model._meta.app_label)
    ]
    assert upward == []


def test_get_model_is_used_on_the_ground_only():
    """apps.get_model reaches any storey from any other without an import to see."""
    users = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if path.relative_to(ROOT).parts[0] != "portal" and "get_model(" in path.read_text()
    ]
    assert users == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()


def test_every_room_is_named_by_its_storey():
    """A room that its storey does not name is never opened: no tasks, no panels, no routes."""
    forgotten = []
    for storey in STOREYS:
        named = set(apps.get_app_config(storey).rooms)
        present = {path.parent.name for path in (ROOT / storey).glob("*/__init__.py")}
        known = {"migrations", "management", "templatetags", "services", "tabular"}
        forgotten += [f"{storey}/{room}" for room in present - named - known]
    assert forgotten == []


def test_files_stay_one_thing():
    """A file over 400 lines is two things: split it by aggregate."""
    long = [f"{path.relative_to(ROOT)}" for path in PYTHON if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_views_write_nothing_themselves():
    """Every write is a service: views and API only parse, call one and render."""
    writes = re.compile(r"\.objects\.(create|bulk_create|get_or_create|update_or_create)\(|\.save\(|\.delete\(\)")
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in PYTHON
        if path.name in {"views.py", "api.py", "tasks.py", "panels.py", "todos.py"}
        for match in writes.finditer(path.read_text())
    ]
    assert found == []
