"""Every route says who may open it, and means it."""

import re

import pytest
from django.urls import reverse

from tests.guards.routes import FOREIGN, ours, routes

PLAIN = [route for route in ours() if not route.has_object and route.name]
HOSTS = re.compile(
    r"""(?:src|srcset|action|data|poster)=["'](?:https?:)?//"""
    r"""|<link[^>]+href=["'](?:https?:)?//"""
    r"""|url\((?:https?:)?//"""
)


def test_every_route_declares_a_policy():
    undeclared = [route.path for route in ours() if route.policy is None]
    assert undeclared == []


def test_every_route_of_ours_has_a_name():
    assert [route.path for route in ours() if not route.name] == []


def test_the_list_of_foreign_routes_is_not_longer_than_needed():
    assert [prefix for prefix in FOREIGN if not any(route.path.startswith(prefix) for route in routes())] == []


@pytest.mark.parametrize("route", [r for r in PLAIN if r.policy and r.policy.needs_account], ids=lambda r: r.path)
def test_route_is_closed_to_somebody_not_signed_in(route, browse):
    for method in route.methods:
        response = getattr(browse(), method)(reverse(route.name))
        assert response.status_code in (302, 401), f"{method} {route.path}: {response.status_code}"
        if response.status_code == 302:
            assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("route", [r for r in PLAIN if r.policy and r.policy.roles], ids=lambda r: r.path)
def test_route_for_staff_is_closed_to_a_resident(route, browse):
    for method in route.methods:
        assert getattr(browse("resident"), method)(reverse(route.name)).status_code in (403, 404), route.path


@pytest.mark.parametrize("elder", ["", "2"], ids=["ordinary", "elder"])
@pytest.mark.parametrize("who", ["", "resident", "grid_worker", "secretary"])
def test_pages_answer_and_load_nothing_from_elsewhere(browse, who, elder):
    client = browse(who)
    if elder:
        client.cookies["elder"] = elder
    for route in PLAIN:
        if "get" not in route.methods:
            continue
        response = client.get(reverse(route.name))
        assert response.status_code < 500, route.path
        if response.get("Content-Type", "").startswith("text/html"):
            foreign = HOSTS.search(response.content.decode())
            assert foreign is None, f"{route.path}: {foreign}"
            assert "default-src 'self'" in response["Content-Security-Policy"], route.path
