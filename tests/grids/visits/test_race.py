"""The same visit sent several times at one moment, as a phone does when its signal comes back."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from grids.visits.entry import PromiseEntry, VisitEntry
from grids.visits.models import Promise, Visit
from grids.visits.services import log_visit
from portal.audit.models import AuditEntry
from portal.errors import Conflict
from portal.rows import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 8


def send_at_once(actor, entries) -> Counter[str]:
    """Each entry by a thread of its own under one id; how it ended for each."""
    barrier, visit_id, ends = Barrier(len(entries)), uuid7(), []

    def send(entry) -> None:
        try:
            barrier.wait(20)
            ends.append("new" if log_visit(actor=actor, visit_id=visit_id, entry=entry).is_new else "again")
        except Conflict as refused:
            ends.append(refused.code)
        except Exception as error:
            ends.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(ends)


def entry(homes, note: str) -> VisitEntry:
    promise = PromiseEntry("带申请表来", timezone.localdate())
    return VisitEntry(homes.lin.pk, "met", timezone.now().replace(second=0), note=note, promises=(promise,))


def test_sent_at_once_it_is_one_visit(cast, homes):
    one = entry(homes, "送了单子")
    assert send_at_once(cast.actor("grid_worker"), [one] * RIVALS) == {"new": 1, "again": RIVALS - 1}
    assert (Visit.objects.count(), Promise.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(verb="visit.log").count() == 1


def test_of_different_words_at_once_one_stands(cast, homes):
    entries = [entry(homes, f"第 {n} 句") for n in range(RIVALS)]
    assert send_at_once(cast.actor("grid_worker"), entries) == {"new": 1, "DIFFERENT_VISIT": RIVALS - 1}
    assert (Visit.objects.count(), Promise.objects.count()) == (1, 1)
