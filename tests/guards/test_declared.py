"""Guardrails 1 and 2: every column of every table was looked at; what is held has a purpose, a basis and an end."""

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F

from portal.privacy import checks, declarations
from portal.privacy.declarations import columns, declaration
from portal.privacy.reviewed import FORBIDDEN_LABELS, FORBIDDEN_NAMES, LOOKED_AT

TAKES_NOTHING = ("CharField", "TextField", "JSONField", "FileField", "BooleanField", "PositiveSmallIntegerField")
PERSONAL = list(declarations.personal())


def ids(messages):
    return [f"{one.id} {one.msg}" for one in messages]


def test_guardrail_1_every_column_is_declared_or_was_looked_at():
    assert ids(checks.undeclared()) == []


def test_guardrail_1_a_declaration_says_what_is_there():
    assert ids(checks.gone()) == []


def test_guardrail_1_purpose_basis_retention_and_whose():
    assert ids(checks.unfounded()) == []
    assert len(PERSONAL) > 40


def test_guardrail_2_nothing_sounds_like_what_is_not_held():
    assert ids(checks.forbidden()) == []


def test_a_new_column_fails_until_somebody_has_looked(monkeypatch):
    resident = declaration("grids.Resident")
    fields = {name: held for name, held in resident.fields.items() if name != "phone"}
    less = declarations.replace(resident, fields=fields)
    monkeypatch.setitem(declarations._declared, "grids.Resident", less)
    assert ids(checks.undeclared()) == ["portal.E001 grids.Resident.phone is not declared."]


def test_a_new_table_fails_until_somebody_has_looked(monkeypatch):
    monkeypatch.delitem(declarations._declared, "grids.Visit")
    assert "portal.E001 grids.Visit.note is not declared." in ids(checks.undeclared())


@pytest.mark.parametrize(
    "name",
    [
        "religion",
        "is_pregnant",
        "health_note",
        "ethnicity",
        "face_photo",
        "last_login",
        "login_count",
        "gps_lat",
        "score",
    ],
)
def test_forbidden_name_is_found(name):
    """Guardrail 2."""
    assert FORBIDDEN_NAMES.search(name)


@pytest.mark.parametrize("words", ["重点人员标记", "上访记录", "生育情况", "健康状况", "民族", "政治面貌", "最后登录"])
def test_forbidden_label_is_found(words):
    """Guardrail 2."""
    assert FORBIDDEN_LABELS.search(words)


def test_what_was_looked_at_is_still_there():
    there = {f"{model._meta.label}.{one.name}" for model in checks.tables() for one in columns(model)}
    assert {one for one in LOOKED_AT if not one.startswith("socialaccount")} - there == set()


def test_label_stands_in_chinese():
    bare = [(one.label, name) for one in PERSONAL for name, held in one.fields.items() if str(held.label).isascii()]
    assert bare == []


def test_paths_of_a_declaration_lead_somewhere(db):
    for said in PERSONAL:
        paths = [said.whose.user, said.whose.resident, said.whose.since, *said.head]
        paths += [held.keep.after for held in said.fields.values() if held.keep]
        rows = said.model._base_manager.all()
        for path in filter(None, paths):
            str(rows.values_list(F(path)).query)
        for held in said.fields.values():
            str(rows.filter(**dict(held.keep.only)).query)


def test_holds_name_states_that_exist():
    for said in PERSONAL:
        for lookup, value in said.hold.only if said.hold else ():
            if lookup == "state__in":
                known = {code for code, _label in said.model._meta.get_field("state").flatchoices}
                assert set(value) <= known, said.label


def test_what_is_blanked_the_column_takes():
    """A column that may be neither null nor empty would stop the night: its declaration names what stands there."""
    for said in PERSONAL:
        for name, held in said.fields.items():
            erased = not said.apart and said.erased == declarations.BLANK and not held.stays
            if held.keep.does != declarations.BLANK and not erased:
                continue
            try:
                column = said.model._meta.get_field(name)
            except FieldDoesNotExist:
                pytest.fail(f"{said.label}.{name}")
            kind = column.get_internal_type()
            empty = column.null or held.blank is not None or kind in TAKES_NOTHING or hasattr(column, "base_field")
            assert empty, f"{said.label}.{name}"
