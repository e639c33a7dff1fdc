"""督办: each rung once for ever, whoever sweeps and however late."""

import pytest
from django.db import IntegrityError, transaction

from petitions.cases.models import Supervision
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import at


def told(case) -> list[str]:
    """Who was told of which rung: "L1 secretary"."""
    keys = Notice.objects.filter(about_id=case.pk, key__contains=":r").select_related("recipient")
    rungs = {notice for notice in keys if notice.key.split(":")[3] in ("warn", "L1", "L2", "L3")}
    return sorted(f"{notice.key.split(':')[3]} {notice.recipient.username}" for notice in rungs)


def test_rungs_follow_the_clock(desk):
    case = desk.at("in_progress", sla="consultation")  # due Tuesday 09:00
    seen = []
    for moment in ("2026-09-14 16:53", "2026-09-14 16:54", "2026-09-15 09:00", "2026-09-16 09:00", "2026-09-18 09:00"):
        desk.sweep(at(moment))
        seen.append(len(told(case)))
    assert seen == [0, 1, 2, 3, 4]
    assert told(case) == ["L1 secretary", "L2 street_supervisor", "L3 district_admin", "warn grid_worker"]


def test_sweeping_twice_tells_once(desk):
    case = desk.at("in_progress", sla="consultation")
    for _twice in range(2):
        desk.sweep(at("2026-09-15 10:00"))
    assert told(case) == ["L1 secretary"]
    assert Supervision.objects.filter(case=case).count() == 2


def test_after_an_outage_of_days_levels_are_told_once_and_the_warning_is_skipped(desk):
    case = desk.at("in_progress", sla="consultation")
    desk.sweep(at("2026-09-28 09:00"))
    assert told(case) == ["L1 secretary", "L2 street_supervisor", "L3 district_admin"]
    assert Supervision.objects.get(case=case, rung="warn").skipped
    assert DueRow.objects.get(key=f"case:{case.pk}:r1:warn").outcome == "skipped"
    case.refresh_from_db()
    assert case.rung == "L3"


def test_emergency_climbs_at_night_in_natural_hours(desk):
    case = desk.file(now=at("2026-09-30 23:00"), sla="emergency")
    desk.sweep(at("2026-10-01 23:00"))
    assert "L1 secretary" in told(case)
    desk.sweep(at("2026-10-02 07:00"))
    assert "L2 street_supervisor" in told(case)


def test_before_anybody_holds_it_the_counter_is_warned(desk):
    case = desk.at("submitted", sla="consultation")
    desk.sweep(at("2026-09-14 17:00"))
    assert told(case) == ["warn secretary"]


def test_handed_in_nothing_climbs_and_sent_back_it_climbs_again(desk):
    case = desk.at("under_review", sla="consultation")
    desk.sweep(at("2026-09-15 09:00"))
    assert told(case) == []
    desk.act(case, "verify_fail", "secretary", at("2026-09-15 10:00"), reason="还没亮")
    desk.sweep(at("2026-09-15 10:01"))
    assert told(case) == ["L1 secretary"]


def test_paused_nothing_climbs(desk):
    case = desk.at("needs_info", sla="consultation")
    desk.sweep(at("2026-09-16 09:00"))
    assert told(case) == []


def test_a_rework_has_a_ladder_of_its_own(desk):
    case = desk.at("awaiting_feedback", sla="consultation")
    desk.act(case, "rate", "resident", at("2026-09-15 09:00"), satisfaction="dissatisfied", solved="no")
    desk.sweep(at("2026-09-17 09:00"))
    assert set(Supervision.objects.filter(case=case).values_list("round", "rung")) == {(2, "L1"), (2, "warn")}


def test_the_database_holds_a_rung_once(desk):
    case = desk.file()
    row = {"case": case, "round": 1, "rung": "L1", "at": at("2026-09-15 09:00")}
    Supervision.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supervision.objects.create(**row)
