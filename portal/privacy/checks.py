"""`manage.py check` says which column nobody has looked at yet, and which must not be there at all."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import models

from portal.privacy.declarations import EVERYWHERE, columns, declaration, declarations
from portal.privacy.reviewed import FORBIDDEN_LABELS, FORBIDDEN_NAMES, LOOKED_AT

HINT = "Say in the room's personal.py what it is for, on which basis and how long, or name it as nobody's (plain)."


def tables() -> list[type[models.Model]]:
    """Every concrete table of this portal, other people's apps among them; not proxies."""
    return [
        one
        for one in apps.get_models(include_auto_created=True)
        if not one._meta.proxy and one.__module__[:6] != "tests."
    ]


@register(Tags.models)
def every_column_is_declared(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    return [*undeclared(), *gone(), *unfounded(), *forbidden()]


def undeclared() -> Iterator[CheckMessage]:
    """portal.E001: a column that is neither declared nor looked at."""
    for model in tables():
        said = declaration(model._meta.label)
        named = said.named() if said else set()
        for one in columns(model):
            if one.name not in named:
                yield Error(f"{model._meta.label}.{one.name} is not declared.", hint=HINT, obj=model, id="portal.E001")


def gone() -> Iterator[CheckMessage]:
    """portal.E002: a declaration of what is not there any more: the page would promise too much."""
    there = {model._meta.label: {one.name for one in columns(model)} for model in tables()}
    for said in declarations():
        if said.label not in there:
            if _installed(said.label):
                yield Error(f"{said.label} is declared but does not exist.", id="portal.E002")
            continue
        for name in sorted(said.named() - there[said.label] - EVERYWHERE):
            yield Error(f"{said.label}.{name} is declared but does not exist.", id="portal.E002")


def _installed(label: str) -> bool:
    """Sign-in by others brings tables with it only where its app is named in the settings."""
    return apps.is_installed(label.split(".")[0]) or label.split(".")[0] in apps.app_configs


def unfounded() -> Iterator[CheckMessage]:
    """portal.E003: declared without purpose, basis, retention, or without a way to whose it is."""
    for said in declarations():
        for name, held in said.fields.items():
            if not (str(held.purpose) and held.basis and held.keep and str(held.keep.words) and str(held.label)):
                yield Error(f"{said.label}.{name} lacks purpose, basis or retention.", hint=HINT, id="portal.E003")
        if said.fields and not (said.whose.user or said.whose.resident):
            yield Error(f"{said.label} does not say whose it is.", hint=HINT, id="portal.E003")


def forbidden() -> Iterator[CheckMessage]:
    """portal.E004: what is not held at all, by the name of the column or the label people read."""
    for model in tables():
        for one in columns(model):
            full = f"{model._meta.label}.{one.name}"
            if full in LOOKED_AT:
                continue
            said = declaration(model._meta.label)
            held = said.fields.get(one.name) if said else None
            words = f"{one.verbose_name} {held.label if held else ''}"
            if FORBIDDEN_NAMES.search(one.name) or FORBIDDEN_LABELS.search(words):
                yield Error(f"{full} sounds like what is not held at all (guardrail 2).", id="portal.E004")
