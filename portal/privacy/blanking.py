"""What stands in a column once what it said is gone, and how rows go whose records nobody else may delete."""

from contextlib import nullcontext
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Case, QuerySet, Value, When

from portal.privacy.declarations import Declaration, Held

# Given as `blank`: leave the column as it is.
STAYS = "keep"


def value_for(column: models.Field, held: Held) -> Any:
    """Null where the column takes it, else what the declaration names, else empty."""
    if held.blank is not None:
        return held.blank
    if column.null:
        return None
    kind = column.get_internal_type()
    if kind == "JSONField":
        return {}
    if kind == "ArrayField" or hasattr(column, "base_field"):
        return []
    if kind == "BooleanField":
        return False
    if kind.endswith("IntegerField"):
        return 0
    return ""


def changes(said: Declaration, names: list[str]) -> dict[str, Any]:
    """column → what is written there. Columns that stay, and files (which are deleted, not blanked), are left out."""
    found = {}
    for name in names:
        held, column = said.fields[name], said.model._meta.get_field(name)
        if held.blank != STAYS and not isinstance(column, models.FileField):
            found[name] = value_for(column, held)  # type: ignore[arg-type]
    return found


def blank(said: Declaration, names: list[str], rows: QuerySet[Any], most: int | None = None) -> int:
    """Blank the columns of these rows where they say anything, of at most so many; returns how many were changed."""
    new, differs = changes(said, names), models.Q()
    if not new:
        return 0
    for name, value in list(new.items()):
        says = ~models.Q(**{name: value}) if value is not None else models.Q(**{f"{name}__isnull": False})
        if isinstance(value, str) and value:
            # What was never said stays unsaid: an adult's enrolment must not look like an erased child's.
            says &= ~models.Q(**{name: ""})
            new[name] = Case(When(**{name: ""}, then=Value("")), default=Value(value))
        differs |= says
    keys = list(rows.filter(differs).order_by().values_list("pk", flat=True).distinct()[:most])
    return said.model._base_manager.filter(pk__in=keys).update(**new) if keys else 0


def delete(said: Declaration, keys: list[Any], along: tuple[str, ...]) -> int:
    """Delete these rows and, before them, the rows named by `along` (records, whose table lets nobody delete them)."""
    model = said.model
    for name in along:
        relation: Any = model._meta.get_field(name)
        other = relation.related_model
        # Only tables with triggers have the attribute.
        triggers = [one for one in getattr(other._meta, "triggers", ()) if one.operation == pgtrigger.Delete]
        # Without names it would set aside every trigger there is, the trail's among them.
        with pgtrigger.ignore(*(f"{other._meta.label}:{one.name}" for one in triggers)) if triggers else nullcontext():
            other._base_manager.filter(**{f"{relation.field.name}__in": keys}).delete()
    return model._base_manager.filter(pk__in=keys).delete()[1].get(model._meta.label, 0)
