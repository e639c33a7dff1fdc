"""Photos that nothing takes go after a day; those that were taken stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.attachments.models import Attachment
from portal.attachments.services import attach, keep_photo
from portal.flow import due
from portal.flow.models import DueRow
from portal.rows import uuid7
from tests.portal.attachments.files import picture, upload

HOUR = timedelta(hours=1)


@pytest.fixture
def loose(cast) -> Attachment:
    return keep_photo(actor=cast.actor("resident"), upload=upload(picture()))


def sweep(hours: int, commit) -> due.Tally:
    with commit(execute=True):
        return due.sweep(timezone.now() + hours * HOUR)


def test_a_loose_photo_goes_after_a_day_file_and_all(loose, django_capture_on_commit_callbacks):
    storage, name = loose.file.storage, loose.file.name
    sweep(23, django_capture_on_commit_callbacks)
    assert storage.exists(name)
    assert sweep(25, django_capture_on_commit_callbacks).done == 1
    assert not Attachment.objects.exists()
    assert not storage.exists(name)
    assert sweep(25, django_capture_on_commit_callbacks).done == 0


def test_a_photo_that_was_taken_stays(cast, loose, django_capture_on_commit_callbacks):
    attach(actor=cast.actor("resident"), attachment_ids=[loose.pk], owner_type="case", owner_id=uuid7())
    sweep(25, django_capture_on_commit_callbacks)
    assert Attachment.objects.get().file.storage.exists(loose.file.name)
    assert DueRow.objects.get(kind="attachment.loose").outcome == "skipped"


def test_a_photo_sent_again_has_its_day_anew(cast, loose, time_machine, django_capture_on_commit_callbacks):
    time_machine.move_to(timezone.now() + 20 * HOUR)
    keep_photo(actor=cast.actor("resident"), upload=upload(picture()))
    sweep(5, django_capture_on_commit_callbacks)
    assert Attachment.objects.exists()
    sweep(25, django_capture_on_commit_callbacks)
    assert not Attachment.objects.exists()


def test_a_photo_with_an_owner_from_the_start_is_never_loose(cast):
    keep_photo(actor=cast.actor("grid_worker"), upload=upload(picture()), owner_type="visit", owner_id=uuid7())
    assert not DueRow.objects.filter(kind="attachment.loose").exists()
