"""Every route with an object in its path, tried as somebody without reach (404) and as its owner (that very object).

The address and what is sent are the same for both; only the person differs. tests/guards/objects.py says how.
"""

import hashlib
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse

from grids.postings.models import Posting
from petitions.cases import refs
from portal.accounts.actors import Actor
from portal.audit.models import AuditEntry
from portal.rows import uuid7
from portal.ui.words import spoken_ref
from tests.centres.rooms.people import NOW
from tests.guards.objects import GUARDED, NAMES, OPEN, Guarded, Open, Thing, World
from tests.guards.routes import Route, ours
from tests.petitions.cases.conftest import at

ROUTES = {route.name: route for route in ours() if route.has_object}
DONE = (200, 201)


@pytest.fixture
def world(cast):
    with time_machine.travel(NOW, tick=False):
        Posting.objects.update(starts_at=at("2026-01-01 00:00"))
        yield World(cast)


@pytest.fixture
def as_(browse, call):
    """as_(route, "clerk") → a client of that person for a page or for the API."""
    clients: dict[Any, Any] = {}

    def client(route: Route, who: str) -> Any:
        key = (is_api(route), who)
        if key not in clients:
            clients[key] = (call if is_api(route) else browse)(who)
        return clients[key]

    return client


def is_api(route: Route) -> bool:
    return route.path.startswith("api/")


def send(client: Any, method: str, route: Route, thing: Thing, **path: Any) -> Any:
    """One request, followed to where it leads."""
    url = reverse(route.name, kwargs=thing.path | path)
    if method == "get":
        return client.get(url, thing.query)
    if isinstance(thing.body, bytes):
        return client.generic(method.upper(), url, thing.body, content_type="image/jpeg")
    return getattr(client, method)(url, thing.body, **({"HTTP_AUTHORIZATION": thing.key} if thing.key else {}))


def methods_of(client: Any, route: Route, thing: Thing) -> list[str]:
    """What the route takes, asked of the view itself; reading before writing."""
    found = route.methods
    if not is_api(route):
        answer = client.options(reverse(route.name, kwargs=thing.path))
        read(answer)
        if answer.status_code == 405:
            found = {method.strip().lower() for method in answer["Allow"].split(",")} - {"head", "options"}
    return sorted(found)


def read(response: Any) -> str:
    """What an answer says; a photo says its SHA-256. A file is read to its end, or it would stay open."""
    if response.streaming:
        content = b"".join(response.streaming_content)
        for close in response._resource_closers:  # not response.close(): that would close the test's connection too
            close()
        return hashlib.sha256(content).hexdigest()
    return str(response.content.decode())


def refusal(route: Route, actor: Actor) -> int:
    """What somebody without reach is answered: not found. The door of the page may be shut before: then to all ids."""
    assert route.policy is not None
    shut = {"sign-in": 401 if is_api(route) else 302, "role": 403}
    return shut.get(route.policy.refusal(actor) or "", 404)


def never_seen(thing: Thing) -> dict[str, Any]:
    """The key of an object that is not there, in the same shape."""
    name, key = next(iter(thing.path.items()))
    if isinstance(key, UUID):
        return {name: uuid7()}
    if name == "ref":  # a number of the same day with a check digit that holds
        return {name: refs.compose(key.rsplit("-", 2)[0], 999)}
    return {name: key[:-1] + ("B" if key[-1] == "A" else "A")}  # of a signed key only the signature is wrong


def opened(client: Any, response: Any) -> str:
    """The answer says done, or leads to where this person may go."""
    if response.status_code == 302:
        assert not response.url.startswith("/accounts/"), response.url
        response = client.get(response.url)
    text = read(response)
    assert response.status_code in DONE, f"{response.status_code}: {text[:400]}"
    return text


# ---------------------------------------------------------------- the registry is whole
def test_every_object_route_is_registered():
    known = {one.route for one in (*GUARDED, *OPEN)} | NAMES
    assert set(ROUTES) - known == set(), "say in tests/guards/objects.py whose these are"
    assert known - set(ROUTES) == set(), "these are gone"


def test_what_anybody_may_open_says_why():
    assert [one.route for one in OPEN if not one.why] == []


# ---------------------------------------------------------------- somebody's own
@pytest.mark.parametrize("row", GUARDED, ids=lambda row: f"{row.route}-{row.owners[0]}")
def test_only_who_reaches_it_finds_it(row: Guarded, world, as_):
    """Guardrail 5."""
    route = ROUTES[row.route]
    things = [row.make(world, n) for n in (0, 1)]
    methods = methods_of(as_(route, row.owners[0]), route, things[0])
    before = AuditEntry.objects.count()
    answers = set()
    for who in row.strangers:
        expected = refusal(route, world.cast.actor(who) if who else Actor())
        for method in methods:
            # Where the writer chooses the id, a new one opens somebody else's door no more than the old one.
            for path in ({},) if row.finds else ({}, never_seen(things[0])):
                response = send(as_(route, who), method, route, things[0], **path)
                read(response)
                assert response.status_code == expected, f"{who or 'nobody'}: {method} {response.status_code}"
                answers.add(response.status_code)
    assert 404 in answers, "nobody here gets as far as the question whose it is"
    assert AuditEntry.objects.count() == before
    for thing, twin in (things, things[::-1]):
        try_as_owner(row, route, thing, twin, as_, methods)


def try_as_owner(row: Guarded, route: Route, thing: Thing, twin: Thing, as_: Any, methods: list[str]) -> None:
    for who in row.owners if "get" in methods else ():
        text = opened(as_(route, who), send(as_(route, who), "get", route, thing))
        assert thing.says in text, f"{who} opened another one"
        assert not thing.says or twin.says not in text, f"{who} opened both"
    client = as_(route, row.owners[0])
    for method in methods:
        if row.finds:
            assert send(client, method, route, thing, **never_seen(thing)).status_code == 404
        if method == "get":
            continue
        lines = AuditEntry.objects.filter(object_id=str(thing.id)).count()
        text = opened(client, send(client, method, route, thing))
        assert not is_api(route) or thing.says in text
        if row.recorded:
            assert AuditEntry.objects.filter(object_id=str(thing.id)).count() > lines, "another one was written to"


# ---------------------------------------------------------------- everybody's, and whoever's who holds the key
@pytest.mark.parametrize("row", OPEN, ids=lambda row: row.route)
def test_open_to_all_but_never_without_the_key(row: Open, world, as_):
    route = ROUTES[row.route]
    client = as_(route, row.who)
    things = [row.make(world, n) for n in (0, 1)]
    for thing, twin in (things, things[::-1]):
        for method in methods_of(client, route, thing):
            assert send(client, method, route, thing, **never_seen(thing)).status_code == 404, method
            text = opened(client, send(client, method, route, thing))
            if method == "get":
                assert thing.says in text
                assert twin.says not in text


# ---------------------------------------------------------------- names of figures
def a_figure(key: UUID, **path: str) -> Thing:
    period = {"from": "2026-09-01", "to": "2026-09-30"}
    return Thing(key, {"name": "escalation", "part": "denominator"} | path, query=period)


@pytest.mark.parametrize(("who", "finds"), [("secretary", True), ("clerk", True), ("secretary_b", False)])
def test_rows_behind_a_figure_are_those_within_reach(world, as_, who, finds):
    route, accepted = ROUTES["case-figure-rows"], world.desk.at("accepted", NOW)
    text = opened(as_(route, who), send(as_(route, who), "get", route, a_figure(accepted.pk)))
    assert (spoken_ref(accepted.ref) in text) is finds


@pytest.mark.parametrize("path", [{"name": "nonsense"}, {"part": "nonsense"}])
def test_a_figure_that_is_none_is_not_there(world, as_, path):
    route = ROUTES["case-figure-rows"]
    assert send(as_(route, "secretary"), "get", route, a_figure(uuid7(), **path)).status_code == 404
