"""The log is read by people who may read nothing else: no key of anybody's slip stands in it."""

import logging

import pytest
from django.conf import settings

from portal.logs import Discreet


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/track/xKf-07MuYpLcslWxAZqCyQ/", "/track/…/"),
        ("/bookings/feed/00000000000000000000000000000000.1~abcdefghijklmnopqrstuvwxyz.ics", "/bookings/feed/…"),
        ("/wishes/01a218b4-5b9d-74b1-a256-896b4a6d2a1d/act/", None),
        ("/desk/activities/new/", None),
    ],
)
def test_keys_in_addresses_are_not_written(path, shown):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", path), None)
    assert Discreet().filter(record)
    said = record.getMessage()
    assert said == f"Not Found: {shown or path}"
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["discreet"]


@pytest.mark.django_db
def test_figures_are_not_the_worlds_because_a_proxy_stands_on_the_same_machine(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for seen, status in (("198.51.100.7", 404), ("127.0.0.1", 200)):
        assert client.get("/metrics", headers={"X-Forwarded-For": seen}).status_code == status
