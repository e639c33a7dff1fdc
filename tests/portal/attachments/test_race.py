"""A photo is taken at the very moment its day is over: it stays. Two real connections."""

import time
from threading import Thread

import pytest
from django.db import connection, transaction

from portal.accounts.actors import Actor
from portal.attachments.models import Attachment
from portal.attachments.services import attach, forget_loose, keep_photo
from portal.rows import uuid7
from tests.portal.attachments.files import picture, upload

pytestmark = pytest.mark.django_db(transaction=True)


def taken_while_it_is_forgotten() -> bool:
    """Attached, and not committed before somebody waits to delete it; True where it is still there afterwards."""
    photo = keep_photo(actor=Actor(), upload=upload(picture()))

    def forget() -> None:
        try:
            forget_loose(attachment_id=photo.pk)
        finally:
            connection.close()

    rival = Thread(target=forget)
    with transaction.atomic():
        attach(actor=Actor(), attachment_ids=[photo.pk], owner_type="case", owner_id=uuid7())
        rival.start()
        wait_until_somebody_waits()
    rival.join(timeout=30)
    return Attachment.objects.filter(pk=photo.pk).exists() and photo.file.storage.exists(photo.file.name)


def wait_until_somebody_waits() -> None:
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            # A transaction keeps its first look at the activity: a rival who connected after it would never be seen.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
                "WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits: there was no race")


def test_a_photo_that_is_taken_at_that_moment_stays():
    assert taken_while_it_is_forgotten()


def test_without_the_lock_it_is_lost(monkeypatch):
    monkeypatch.setattr(Attachment.objects, "select_for_update", Attachment.objects.all)
    assert not taken_while_it_is_forgotten()
