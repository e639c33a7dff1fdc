"""The log is read by people who may read nothing else: no key of anybody's slip stands in it."""

import logging

import pytest
from django.conf import settings
from django.utils import timezone

from portal.accounts.models import User
from portal.flow import due
from portal.flow.models import DueRow
from portal.logs import Discreet
from portal.rows import uuid7


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


def test_what_the_database_quotes_of_a_row_is_kept_nowhere(db, monkeypatch, caplog):
    """`DETAIL: Key (phone)=(+86…) already exists.`: nobody erases a log, and due rows stay for ever."""
    User.objects.create(username="first", phone="+8613800002046")
    monkeypatch.setitem(
        due._handlers, "tests.quotes", lambda row, now: User.objects.create(username="b", phone="+8613800002046")
    )
    now = timezone.now()
    due.schedule(key="tests.quotes", kind="tests.quotes", subject_id=uuid7(), due_at=now)
    assert due.sweep(now).failed == 1
    kept = DueRow.objects.get(key="tests.quotes").last_error
    assert kept == "IntegrityError 23505 user_phone_once"
    assert "13800002046" not in caplog.text
