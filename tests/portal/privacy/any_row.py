"""A row of any table that its own constraints take, filled with words wherever it holds some."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from grids.registry.models import Household, Resident
from portal.rows import uuid7
from tests.cast import Cast
from tests.petitions.cases.conftest import Desk

_numbers = count(1000)
# Who and where, for whatever points at them; anything else that is pointed at is made as well.
KNOWN: dict[str, Any] = {
    "portal.User": lambda cast: cast.resident,
    "grids.Grid": lambda cast: cast.place.grid,
    "grids.Household": lambda cast: Household.objects.get(door="301"),
    "grids.Resident": lambda cast: Resident.objects.get(name="林秀英"),
    "petitions.Case": lambda cast: Desk(cast).at("closed", timezone.now()),
}


def words() -> str:
    """Never the same twice: many a column is unique."""
    return f"话{next(_numbers)}"


def any_row(cast: Cast, label: str, **given: Any) -> Any:
    if not given and label in KNOWN:
        return KNOWN[label](cast)
    model = apps.get_model(label)
    values = {name: value(cast) if callable(value) else value for name, value in given.items()}
    for one in model._meta.local_concrete_fields:
        if one.name not in values and not one.generated and not isinstance(one, models.AutoField):
            value = _value(cast, one)
            if value is not None:
                values[one.name] = value
    return model._base_manager.create(**values)


def _value(cast: Cast, one: models.Field) -> Any:
    if one.is_relation:
        if one.null:
            return None
        return any_row(cast, one.related_model._meta.label)  # type: ignore[union-attr]
    if one.null or one.has_db_default() or (one.has_default() and one.get_default() != ""):
        return None
    if one.choices:
        return "" if one.blank else one.flatchoices[0][0]
    if isinstance(one, (models.CharField, models.TextField)):
        return words()[: one.max_length or 40]
    if isinstance(one, ArrayField):
        return []
    return _of_kind(one)


def _of_kind(one: models.Field) -> Any:
    now = timezone.now()
    by_kind: dict[str, Any] = {
        "DateTimeField": now,
        "DateField": timezone.localdate(now),
        "TimeField": now.time(),
        "DurationField": timedelta(hours=1),
        "UUIDField": uuid7(),
        "BooleanField": False,
        "FileField": "",
        "JSONField": {"words": words()},
        "FloatField": 1.0,
        "GenericIPAddressField": "192.0.2.1",
    }
    return by_kind.get(one.get_internal_type(), 1)


def move_to(row: Any, path: str, at: Any) -> None:
    """The moment that a term counts from, wherever it stands."""
    *steps, last = path.split("__")
    for step in steps:
        row = getattr(row, step)
    column = row._meta.get_field(last)
    value = at if isinstance(column, models.DateTimeField) else timezone.localdate(at)
    row.__class__._base_manager.filter(pk=row.pk).update(**{last: value})
