"""Every page and call that names no object: lists, searches, exports, the doors a phone takes along. What lies beyond
one's reach is on none of them, whatever is asked for; and whose it is finds it.

A route that is added is asked here by itself.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.visits.entry import PromiseEntry, VisitEntry
from grids.visits.services import log_visit
from portal.accounts.actors import Actor
from portal.rows import uuid7
from tests.grids.conftest import open_door
from tests.guards.routes import Route, ours

# Words that are nowhere else: a name, its telephone, and what was written at the door.
NAME, PHONE, NOTE, PROMISED = "欧阳听雨", "+8613877665544", "阳台的花盆松了", "带一张听力券来"
SECRETS = (NAME, "听雨", PHONE[3:], NOTE, PROMISED)
SEARCHES = ({"q": NAME}, {"q": PHONE[-4:]})
# Routes that a GET changes or ends something on, or that lead out of the portal.
LEFT_OUT = {"account_logout", "set_language", "metrics"}
LISTS = [route for route in ours() if not route.has_object and route.name not in LEFT_OUT]


@pytest.fixture
def door(cast):
    """A door of 第 1 网格 with somebody in it, visited, promised something."""
    home = open_door(cast.place.building, "909", (NAME, PHONE))
    entry = VisitEntry(
        household_id=home.pk,
        outcome="met",
        visited_at=timezone.now() - timedelta(minutes=5),
        note=NOTE,
        promises=(PromiseEntry(PROMISED, timezone.localdate()),),
    )
    log_visit(actor=cast.actor("grid_worker"), visit_id=uuid7(), entry=entry)
    return home


def said_by(client: Any, route: Route, query: dict[str, str]) -> str:
    """What a list answers; files as their bytes. A refusal says nothing that is looked for."""
    response = client.get(reverse(route.name), query)
    if response.streaming:
        content = b"".join(response.streaming_content)
        for close in response._resource_closers:
            close()
    else:
        content = response.content
    said = content.decode("utf-8", "replace")
    # What was asked for stands in the search box again: that is an echo, not a find.
    return said.replace(query.get("q", NOTE + "0"), "")


def answers(client: Any, route: Route, *, search: bool) -> Iterator[tuple[dict[str, str], str]]:
    """What a list says unasked; with `search` also asked for what is hidden, wherever it can be asked."""
    plain = said_by(client, route, {})
    yield {}, plain
    # A page without a search box answers the same whatever it is asked; a call may read what nobody sees.
    if search and ('name="q"' in plain or "<html" not in plain):
        yield from ((query, said_by(client, route, query)) for query in SEARCHES)


def readable(actor: Actor) -> list[Route]:
    return [route for route in LISTS if "get" in route.methods and route.policy and not route.policy.refusal(actor)]


@pytest.mark.parametrize("who", ["grid_worker_b", "secretary_b", "outsider", ""])
def test_of_another_grid_no_list_says_a_word(cast, browse, call, door, who):
    """Guardrail 5."""
    actor = cast.actor(who) if who else Actor()
    clients = {True: call(who), False: browse(who)}
    told = [
        f"{route.path} {query} says {word}"
        for route in readable(actor)
        for query, said in answers(clients[route.path.startswith("api/")], route, search=who == "grid_worker_b")
        for word in SECRETS
        if word in said
    ]
    assert told == []


def test_whose_it_is_finds_it(cast, browse, call, door):
    worker = browse("grid_worker")
    by_name = {route.name: route for route in LISTS}
    assert PROMISED in said_by(worker, by_name["promises"], {})
    assert NAME[:2] in said_by(worker, by_name["households"], {"q": PHONE[-4:]})
    assert NAME in said_by(call("grid_worker"), by_name["api-residents"], {"q": PHONE[-4:]})
