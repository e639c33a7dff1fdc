"""Erasure: asked, decided, done across the storeys, and done again after a restore (guardrails 10 and 18)."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from grids.registry.services import reveal
from portal.accounts.models import User
from portal.audit.models import AuditEntry, AuditNote
from portal.audit.sealing import seal, verify
from portal.errors import NotFound
from portal.flow import due
from portal.notifications.models import Notice
from portal.privacy import erasing, outside, retention, services, subjects
from portal.privacy.models import RetentionRun
from tests.petitions.cases.conftest import Desk

NOW = timezone.now


@pytest.fixture
def asked(cast, resident):
    return services.ask_erasure(actor=cast.actor("resident"), reason="搬家了")


def decide(cast, asked, erase=True):
    actor = cast.actor("secretary")
    return services.decide_erasure(actor=actor, erasure_id=asked.pk, erase=erase, answer="按您的要求办")


def test_erased_name_telephone_and_words_are_gone_everywhere(cast, resident, asked):
    """Guardrail 9."""
    reveal(actor=cast.actor("clerk"), resident_id=resident.pk, field="phone", reason="林秀英来电")
    lines = AuditEntry.objects.filter(subject_id=resident.pk).count()
    done = decide(cast, asked)
    resident.refresh_from_db()
    user = User.objects.get(pk=cast.resident.pk)
    assert done.state == "done"
    assert (resident.phone, resident.phone_tail, resident.user) == (None, "", None)
    assert "林" not in resident.name
    assert (user.phone, user.name, user.is_active) == (None, "", False)
    assert not AuditNote.objects.filter(text__contains="林秀英").exists()
    assert AuditEntry.objects.filter(subject_id=resident.pk).count() >= lines


def test_trail_still_holds_after_an_erasure(cast, resident, asked):
    decide(cast, asked)
    seal()
    assert verify().trouble == ""


def test_twice_changes_nothing(cast, resident, asked):
    decide(cast, asked)
    subject = subjects.by_ids(account_id=cast.resident.pk, resident_id=resident.pk)
    assert erasing.erase(subject) == {}


def test_asked_twice_is_asked_once(cast, asked):
    assert services.ask_erasure(actor=cast.actor("resident")).pk == asked.pk


def test_while_a_case_is_open_it_waits_and_is_done_when_it_is_closed(cast, resident, asked, settings):
    case = Desk(cast).at("in_progress", timezone.now())
    case.__class__.objects.filter(pk=case.pk).update(reporter=cast.resident)
    one = decide(cast, asked)
    assert one.state == "deferred"
    resident.refresh_from_db()
    assert resident.name == "林秀英"
    later = timezone.now() + timedelta(days=2)
    assert not services.carry_out(erasure_id=one.pk, now=later)
    case.__class__.objects.filter(pk=case.pk).update(state="closed", closed_at=later, first_closed_at=later)
    assert [services.carry_out(erasure_id=one.pk, now=later) for _again in (1, 2)] == [True, False]
    case.refresh_from_db()
    assert (case.description, case.contact_phone) == ("", "")


def test_guardrail_9_what_it_waits_for_is_said_and_it_is_done_by_itself(cast, resident, asked, browse):
    """Not by anybody's hand: the sweep of the next day finds it, and so does the one after the case is closed."""
    case = Desk(cast).at("in_progress", timezone.now())
    decide(cast, asked)
    said = browse("resident").get("/my/data/").content.decode()
    assert "有一件诉求在办。办完以后一天之内自动删，不用再来。" in said
    told = Notice.objects.get(recipient=cast.resident, about_id=asked.pk)
    assert "有一件诉求在办" in told.body
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    with time_machine.travel(tomorrow, tick=False):
        due.sweep()
    asked.refresh_from_db()
    assert asked.state == "deferred"
    facts = {"state": "closed", "closed_at": tomorrow, "first_closed_at": tomorrow}
    case.__class__.objects.filter(pk=case.pk).update(**facts)
    assert "一天之内就删" in browse("resident").get("/my/data/").content.decode()
    with time_machine.travel(tomorrow + timedelta(days=1), tick=False):
        for _again in range(2):
            due.sweep()
    asked.refresh_from_db()
    resident.refresh_from_db()
    assert (asked.state, resident.phone, "林" in resident.name) == ("done", None, False)
    assert AuditEntry.objects.filter(verb="erasure.done", object_id=str(asked.pk)).count() == 1


def test_refused_says_why_and_keeps(cast, resident, asked, browse):
    assert decide(cast, asked, erase=False).state == "refused"
    resident.refresh_from_db()
    assert resident.name == "林秀英"
    assert "按您的要求办" in browse("resident").get("/my/data/").content.decode()


def test_taken_back_while_nothing_is_erased(cast, asked):
    assert services.take_back(actor=cast.actor("resident"), erasure_id=asked.pk).state == "back"


@pytest.mark.parametrize("who", ["clerk", "secretary_b", "grid_worker", "auditor", "resident"])
def test_nobody_else_decides(cast, asked, who):
    with pytest.raises(NotFound):
        services.decide_erasure(actor=cast.actor(who), erasure_id=asked.pk, erase=True, answer="按您的要求办")


def test_household_of_others_keeps_what_was_written_there(cast, resident, asked):
    from grids.registry.models import Resident
    from grids.visits.models import Visit

    Resident.objects.create(household=resident.household, name="赵国平", sort_key="zhao guoping", initials="zgp")
    facts = {"household": resident.household, "worker": cast.grid_worker, "purposes": ["needs"], "outcome": "met"}
    kept = Visit.objects.create(**facts, visited_at=timezone.now(), note="家里漏水", digest="a")
    decide(cast, asked)
    kept.refresh_from_db()
    assert kept.note == "家里漏水"


def test_guardrail_18_the_list_outside_names_ids_only(cast, resident, asked):
    decide(cast, asked)
    (line,) = outside.path().read_text().splitlines()
    assert set(json.loads(line)) == {"erasure", "account", "residents", "at"}
    assert "林秀英" not in line
    assert outside.path().stat().st_mode & 0o077 == 0


def test_guardrail_10_what_comes_back_is_erased_again(cast, resident, asked):
    """As after a restore: the rows are as they were before, the list outside is not."""
    name, phone = resident.name, resident.phone
    decide(cast, asked)
    resident.__class__.objects.filter(pk=resident.pk).update(
        name=name, phone=phone, user=cast.resident, linked_at=NOW()
    )
    User.objects.filter(pk=cast.resident.pk).update(phone="+8613800000001", name="林秀英", is_active=True)
    assert [erasing.again() for _again in (1, 2)] == [1, 0]
    resident.refresh_from_db()
    assert (resident.phone, resident.user) == (None, None)
    assert User.objects.get(pk=cast.resident.pk).phone is None


def test_guardrail_10_nights_delete_once_and_count(cast, resident):
    from portal.notifications.models import Notice
    from portal.notifications.services import queue

    queue(key="t:1", to=cast.resident, subject="有进展", body="您的诉求办好了")
    Notice.objects.update(created_at=timezone.now() - timedelta(days=200))
    first, second = retention.run(), retention.run()
    notice = Notice.objects.get()
    assert (notice.subject, notice.body, notice.key) == ("", "", notice.key)
    assert first.counts["portal.Notice"] == 1
    assert (second.counts, second.finished) == ({}, True)
    assert RetentionRun.objects.count() == 2


def test_nights_go_on_where_the_last_one_stopped(cast):
    from portal.notifications.models import Notice
    from portal.notifications.services import queue

    for n in range(5):
        queue(key=f"t:{n}", to=cast.resident, subject="有进展")
    Notice.objects.update(created_at=timezone.now() - timedelta(days=200))
    assert [retention.run(batch=2, most=3).counts["portal.Notice"] for _night in (1, 2)] == [3, 2]


def test_command_says_how_many(cast, capsys):
    call_command("retention")
    assert "到期清理" in capsys.readouterr().out
