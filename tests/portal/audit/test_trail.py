"""Guardrail 18: the application writes and reads the trail and cannot change it."""

import os

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction

from portal.audit.models import AuditEntry
from portal.audit.services import record


@pytest.fixture
def as_application(transactional_db, settings):
    """A second connection as the role that serves requests, to the database of this test."""
    connection = psycopg2.connect(
        os.environ["TEST_APP_DATABASE_URL"].replace("postgres:", "postgresql:"),
        dbname=settings.DATABASES["default"]["NAME"],
    )
    connection.autocommit = True
    yield connection.cursor()
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_auditentry SET verb = 'x'",
        "DELETE FROM portal_auditentry",
        "TRUNCATE portal_auditentry CASCADE",
        "UPDATE portal_auditseal SET count = 0",
        "SET jiamenkou.maintenance = 'on'; DELETE FROM portal_auditentry",
    ],
)
def test_trail_cannot_be_changed_by_the_application(cast, as_application, statement):
    record(actor=cast.actor("clerk"), verb="test.look", target=cast.resident)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_application.execute(statement)
    assert AuditEntry.objects.filter(verb="test.look").count() == 1


@pytest.mark.django_db(transaction=True)
def test_trail_can_be_written_and_read_by_the_application(cast, as_application):
    record(actor=cast.actor("clerk"), verb="test.look", target=cast.resident)
    as_application.execute("SELECT verb FROM portal_auditentry")
    assert as_application.fetchone() == ("test.look",)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE portal_auditentry SET verb = 'x'", "DELETE FROM portal_auditentry", "TRUNCATE portal_auditentry"],
)
def test_trail_resists_the_owner_outside_maintenance(cast, statement):
    record(actor=cast.actor("clerk"), verb="test.look", target=cast.resident)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jiamenkou.maintenance = 'off'")
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
