"""Promises that no room holds alone (test_guardrails.py has them all): looked for in the code and on the pages."""

import ast
import re
from pathlib import Path

import pytest

from grids.visits.models import Visit
from portal.accounts.reach import Reach
from portal.privacy.checks import tables
from portal.privacy.declarations import columns, declaration
from tests.grids.conftest import open_door

ROOT = Path(__file__).resolve().parent.parent.parent
STOREYS = ("portal", "grids", "centres", "volunteers", "petitions")
# What would make of a list of people a ranking.
FIGURES = {
    *("points", "score", "scores", "rank", "rating", "rated", "satisfaction", "hours", "minutes", "speed", "seconds"),
    *("attendance", "shows", "done", "count", "total", "visits", "cases", "streak", "level"),
}
# A grid's level in the tree, an organisation's in the party: of places, of nobody.
LEVELS = {"grids/tree", "grids/postings", "volunteers/organisations"}
IDENTITY = re.compile(
    r"(^|_)(id_?card|id_?number|identity|identity_number|national_id|passport|ssn)($|_)|身份证|证件号"
)
WHERE_AM_I = re.compile(r"geolocation|getCurrentPosition|watchPosition|DeviceOrientation|DeviceMotion", re.IGNORECASE)


def sources():
    for storey in STOREYS:
        for path in sorted((ROOT / storey).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def orders(tree):
    """What a file orders rows by: the words of order_by(…) and of Meta.ordering."""
    for node in ast.walk(tree):
        args = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "order_by":
            args = node.args
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ordering":
            args = [node.value]
        for arg in args:
            yield from (
                one.value for one in ast.walk(arg) if isinstance(one, ast.Constant) and str(one.value) == one.value
            )


def figures_in(path, tree):
    room = "/".join(path.relative_to(ROOT).parts[:2])
    allowed = {"level"} if room in LEVELS else set()
    return [name for name in orders(tree) if set(re.split(r"[-_]+", name)) & (FIGURES - allowed)]


def test_guardrail_3_nothing_orders_people_by_a_figure():
    found = {str(path.relative_to(ROOT)): named for path, tree in sources() if (named := figures_in(path, tree))}
    assert found == {}


@pytest.mark.parametrize(
    "line", ['x.order_by("-points", "pk")', 'ordering = ["user__score"]', 'x.order_by(F("hours").desc())']
)
def test_a_ranking_is_found(line):
    assert figures_in(ROOT / "volunteers/service/queries.py", ast.parse(line))


def broken(*args, **more):
    raise RuntimeError("the check itself does not work")


def test_guardrail_5_a_failure_inside_a_permission_check_denies(cast, browse, call, monkeypatch, error_log):
    home = open_door(cast.place.building, "301", ("林秀英", "+8613800002046"))
    pages = (f"/grid/households/{home.pk}/", "/grid/households/?q=lxy", "/api/residents/?q=林秀英")
    clients = [browse("grid_worker"), browse("grid_worker"), call("grid_worker")]
    assert "林秀英" in clients[0].get(pages[0]).content.decode()
    monkeypatch.setattr(Reach, "q", broken)
    for client, page in zip(clients, pages, strict=True):
        client.raise_request_exception = False
        answer = client.get(page)
        said = answer.content.decode()
        assert answer.status_code >= 400, page
        assert "林" not in said, page
    reveal = clients[0].post(
        f"/grid/residents/{home.residents.get().pk}/phone/", {"reason": "other", "other": "他托我回个话"}
    )
    assert reveal.status_code >= 400
    assert "13800002046" not in reveal.content.decode()
    error_log.take()


def test_guardrail_6_no_identity_number_is_held():
    found = []
    for model in tables():
        said = declaration(model._meta.label)
        for one in columns(model):
            label = said.fields[one.name].label if said and one.name in said.fields else ""
            if IDENTITY.search(one.name) or IDENTITY.search(f"{one.verbose_name} {label}"):
                found.append(f"{model._meta.label}.{one.name}")
    assert found == []


@pytest.mark.parametrize("name", ["id_card", "identity_number", "owner_id_number", "身份证号"])
def test_an_identity_number_is_found(name):
    assert IDENTITY.search(name)


def test_guardrail_11_no_page_asks_where_a_telephone_is():
    ours = [
        path
        for folder in ("static", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".js", ".html")
    ]
    assert len(ours) > 100
    assert [str(path.relative_to(ROOT)) for path in ours if WHERE_AM_I.search(path.read_text())] == []


def test_guardrail_11_a_visit_holds_no_place_but_the_door():
    """Outcome and a time somebody wrote down; every column was looked at (test_declared.py)."""
    held = {one.name for one in columns(Visit)}
    assert {"outcome", "visited_at", "household"} <= held
    kinds = {one.get_internal_type() for one in columns(Visit)}
    assert not kinds & {"FloatField", "DecimalField", "PointField", "GeometryField", "GenericIPAddressField"}
