"""Giving somebody work, ending it, standing in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.postings.models import Posting
from grids.postings.queries import ended_for, worker_of
from grids.postings.services import appoint, end, stand_in
from portal.accounts.enums import Role
from portal.accounts.reach import reach_of
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.notifications.models import Notice

pytestmark = pytest.mark.django_db


def give(cast, who, to, role, node, **more):
    return appoint(
        actor=cast.actor(who), user_id=cast.users[to].pk, grid_id=getattr(cast.place, node).pk, role=role, **more
    )


def test_appointment_gives_reach_at_once_is_told_and_recorded(cast):
    posting = give(cast, "secretary", "outsider", Role.GRID_WORKER, "grid", phone="85550110")
    assert reach_of(cast.outsider.pk).covers(cast.place.building.path)
    assert AuditEntry.objects.get(verb="posting.appoint").object_id == str(posting.pk)
    assert Notice.objects.get(recipient=cast.outsider).about_id == posting.pk


GIVEN = [
    ("secretary", Role.GRID_WORKER, "grid"),
    ("secretary", Role.DESK_CLERK, "community"),
    ("street_supervisor", Role.SECRETARY, "community"),
    ("district_admin", Role.STREET_SUPERVISOR, "street_b"),
    ("district_admin", Role.DEPARTMENT_HANDLER, "sector"),
    ("sysadmin", Role.DISTRICT_ADMIN, "district"),
    ("sysadmin", Role.AUDITOR, "district"),
]
REFUSED = [
    ("secretary", Role.GRID_WORKER, "grid_c"),
    ("secretary", Role.SECRETARY, "community"),
    ("street_supervisor", Role.SECRETARY, "community_b"),
    ("street_supervisor", Role.STREET_SUPERVISOR, "street"),
    ("district_admin", Role.AUDITOR, "district"),
    ("grid_worker", Role.GRID_WORKER, "grid"),
    ("clerk", Role.GRID_WORKER, "grid"),
    ("auditor", Role.GRID_WORKER, "grid"),
    ("resident", Role.GRID_WORKER, "grid"),
]


@pytest.mark.parametrize(("who", "role", "node"), GIVEN)
def test_role_is_given_by_the_one_who_gives_it_out(cast, who, role, node):
    assert give(cast, who, "outsider", role, node).role == role


@pytest.mark.parametrize(("who", "role", "node"), REFUSED)
def test_role_is_not_given_from_elsewhere_or_below(cast, who, role, node):
    with pytest.raises(Forbidden):
        give(cast, who, "outsider", role, node)
    assert not Posting.objects.filter(user=cast.outsider).exists()


def test_nobody_appoints_themselves(cast):
    with pytest.raises(Forbidden, check=lambda refused: refused.code == "OWN_POSTING"):
        give(cast, "sysadmin", "sysadmin", Role.DISTRICT_ADMIN, "district")


@pytest.mark.parametrize(
    ("to", "role", "node"),
    [
        ("auditor", Role.SYSADMIN, "district"),
        ("secretary", Role.AUDITOR, "district"),
        ("auditor", Role.GRID_WORKER, "grid"),
    ],
)
def test_administering_auditing_and_working_stay_apart(cast, to, role, node):
    """Guardrail 17."""
    with pytest.raises(Conflict, check=lambda refused: refused.code == "SEPARATE_ROLES"):
        give(cast, "sysadmin", to, role, node)


def test_role_on_a_level_it_does_not_belong_to_is_refused(cast):
    with pytest.raises(Invalid, check=lambda refused: refused.code == "WRONG_LEVEL"):
        give(cast, "district_admin", "outsider", Role.SECRETARY, "street")


def test_same_posting_twice_is_refused(cast):
    with pytest.raises(Conflict, check=lambda refused: refused.code == "ALREADY_POSTED"):
        give(cast, "secretary", "grid_worker", Role.GRID_WORKER, "grid")


def test_ending_takes_reach_away_and_twice_changes_nothing(cast):
    posting = Posting.objects.get(user=cast.grid_worker)
    at = timezone.now()
    end(actor=cast.actor("secretary"), posting_id=posting.pk, at=at, reason="调到别的网格")
    end(actor=cast.actor("secretary"), posting_id=posting.pk, at=at + timedelta(days=1))
    posting.refresh_from_db()
    assert posting.ends_at == at
    assert not reach_of(cast.grid_worker.pk).holds(Role.GRID_WORKER)
    assert AuditEntry.objects.get(verb="posting.end").note.text == "调到别的网格"
    path = cast.place.building.path
    assert ended_for(cast.grid_worker.pk, path, Role.GRID_WORKER, timezone.now())
    assert not ended_for(cast.grid_worker_b.pk, path, Role.GRID_WORKER, timezone.now())


def test_posting_of_another_community_is_not_there_to_be_ended(cast):
    posting = Posting.objects.get(user=cast.grid_worker)
    with pytest.raises(NotFound):
        end(actor=cast.actor("secretary_b"), posting_id=posting.pk)
    with pytest.raises(NotFound):
        end(actor=cast.actor("grid_worker"), posting_id=posting.pk)
    with pytest.raises(Forbidden):
        end(actor=cast.actor("secretary"), posting_id=Posting.objects.get(user=cast.secretary).pk)


def test_stand_in_answers_the_telephone_while_the_worker_is_away(cast):
    now = timezone.now()
    posting = Posting.objects.get(user=cast.grid_worker)
    stand_in(
        actor=cast.actor("secretary"),
        posting_id=posting.pk,
        user_id=cast.outsider.pk,
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=3),
    )
    card = worker_of(cast.place.building.path, now)
    assert (card.name, card.for_whom) == ("outsider", "grid_worker")
    assert worker_of(cast.place.building.path, now + timedelta(days=4)).name == "grid_worker"
