"""Work that outlives its page: run once, safe to be killed, seen by its owner alone."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.errors import Refusal
from portal.flow import due
from portal.longwork import registry, services
from portal.longwork.models import LongWork, WorkState
from portal.longwork.registry import Kind, Result
from portal.notifications.models import Notice


@pytest.fixture
def kind(monkeypatch):
    """kind(run) → a kind of work that does it, for this test alone."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    return lambda run: registry.register(Kind("test.work", "试一件事", run))


@pytest.fixture
def started(cast):
    return lambda **given: services.start(actor=cast.actor("clerk"), kind="test.work", **given)


def test_a_file_comes_out_and_only_its_owner_takes_it(kind, started, browse):
    kind(lambda work, progress: Result(note="三行", name="名册.csv", content=work.upload.read() * 3))
    work = started(upload=ContentFile(b"a,b\n"))
    assert services.run_waiting() == 1
    work.refresh_from_db()
    assert (work.state, work.note) == (WorkState.DONE, "三行")
    url = reverse("long-work-file", args=[work.pk])
    assert b"".join(browse("clerk").get(url).streaming_content) == b"a,b\n" * 3
    assert browse("secretary").get(url).status_code == 404
    assert AuditEntry.objects.filter(verb="longwork.take", object_id=str(work.pk)).count() == 1


def test_run_again_nothing_happens(kind, started):
    runs = []
    kind(lambda work, progress: runs.append(1))
    started()
    assert [services.run_waiting(), services.run_waiting(), len(runs)] == [1, 0, 1]


def test_a_refusal_is_what_its_owner_reads(kind, started):
    def run(work, progress):
        raise Refusal("表里没有“姓名”这一列。")

    kind(run)
    work = started()
    services.run_waiting()
    work.refresh_from_db()
    assert (work.state, work.note) == (WorkState.FAILED, "表里没有“姓名”这一列。")


def test_a_mistake_of_ours_is_said_to_be_ours(kind, started, error_log):
    kind(lambda work, progress: 1 / 0)
    work = started()
    services.run_waiting()
    work.refresh_from_db()
    assert work.state == WorkState.FAILED
    assert "毛病在我们这边" in work.note
    assert len(error_log.take()) == 1


def test_a_lost_database_is_tried_again_but_not_for_ever(kind, started, monkeypatch):
    def run(work, progress):
        raise OperationalError("gone")

    kind(run)
    monkeypatch.setattr(connection, "close", lambda: None)
    work = started()
    for _time in range(services.ATTEMPTS):
        services.run_waiting()
        work.refresh_from_db()
        assert work.state == WorkState.RUNNING
    services.run_waiting()
    work.refresh_from_db()
    assert work.state == WorkState.FAILED


def test_the_owner_stops_it_and_what_it_wrote_is_gone(kind, started, cast):
    def run(work, progress):
        services.stop(actor=cast.actor("clerk"), pk=work.pk)
        progress(1, 1)
        raise AssertionError("it went on")

    kind(run)
    work = started()
    services.run_waiting()
    work.refresh_from_db()
    assert work.state == WorkState.STOPPED


def test_a_page_says_how_far_it_is(kind, started, browse):
    seen = []

    def run(work, progress):
        progress(3, 3)
        seen.append(browse("clerk").get(work.get_absolute_url()).content.decode())

    kind(run)
    started()
    services.run_waiting()
    assert "3 / 3，100%" in seen[0]


def test_of_another_the_page_is_not_there(kind, started, browse):
    kind(lambda work, progress: None)
    work = started()
    for name in ("long-work", "long-work-file"):
        assert browse("secretary").get(reverse(name, args=[work.pk])).status_code == 404
    assert browse("secretary").post(reverse("long-work-stop", args=[work.pk])).status_code == 404
    assert browse("clerk").get(reverse("long-works")).status_code == 200


def test_a_result_is_forgotten_after_a_week(kind, started, django_capture_on_commit_callbacks):
    kind(lambda work, progress: Result(name="a", content=b"a"))
    work = started()
    services.run_waiting()
    work.refresh_from_db()
    storage, name = work.result.storage, work.result.name
    due.sweep(timezone.now() + timedelta(days=6))
    assert LongWork.objects.filter(pk=work.pk).exists()
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        due.sweep(timezone.now() + timedelta(days=8))
    assert not LongWork.objects.filter(pk=work.pk).exists()
    assert not storage.exists(name)


def test_who_has_waited_long_is_told_once(kind, started):
    kind(lambda work, progress: None)
    work = started()
    LongWork.objects.filter(pk=work.pk).update(created_at=timezone.now() - timedelta(minutes=2))
    services.run_waiting()
    services.run_waiting()
    assert Notice.objects.filter(key__startswith=f"longwork:{work.pk}").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_it_once(kind, started):
    at_work, go_on, runs = Event(), Event(), []

    def run(work, progress):
        runs.append(1)
        at_work.set()
        go_on.wait(10)

    def worker():
        try:
            services.run_waiting()
        finally:
            connection.close()

    kind(run)
    started()
    first = Thread(target=worker)
    first.start()
    assert at_work.wait(10)
    assert services.run_waiting() == 0
    go_on.set()
    first.join(10)
    assert len(runs) == 1
