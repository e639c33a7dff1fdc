"""Confirming whose account it is: a roster match, and a person who says so."""

import pytest

from grids.registry.queries import resident_of, residents_of
from grids.registry.services import link_account, unlink_account
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.notifications.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def xiuying(homes, cast):
    """林秀英 of the register, whose number is that of the account `resident`."""
    person = homes.xiuying
    person.phone = cast.resident.phone
    person.save()
    return person


def confirm(cast, who, person, account="resident"):
    return link_account(actor=cast.actor(who), resident_id=person.pk, user_id=cast.users[account].pk)


@pytest.mark.parametrize("who", ["grid_worker", "clerk", "secretary"])
def test_account_is_linked_by_somebody_who_knows_the_person(cast, xiuying, who):
    assert resident_of(cast.resident) is None
    confirm(cast, who, xiuying)
    assert resident_of(cast.resident) == xiuying
    assert AuditEntry.objects.get(verb="registry.link").actor_id == cast.users[who].pk
    assert Notice.objects.get(recipient=cast.resident).about_id == xiuying.pk


@pytest.mark.parametrize("who", ["grid_worker_b", "clerk_b", "resident", "sysadmin", "auditor"])
def test_account_is_not_linked_from_outside(cast, xiuying, who):
    with pytest.raises(NotFound):
        confirm(cast, who, xiuying)
    assert resident_of(cast.resident) is None


def test_street_reads_but_does_not_confirm(cast, xiuying):
    with pytest.raises(Forbidden):
        confirm(cast, "street_supervisor", xiuying)


def test_account_with_another_telephone_is_refused(cast, homes):
    with pytest.raises(Refusal, check=lambda refused: refused.code == "NO_MATCH"):
        confirm(cast, "clerk", homes.xiuying)


def test_account_whose_telephone_was_never_verified_is_refused(cast, xiuying):
    type(cast.resident).objects.filter(pk=cast.resident.pk).update(phone_verified=False)
    with pytest.raises(Refusal, check=lambda refused: refused.code == "NO_MATCH"):
        confirm(cast, "clerk", xiuying)


def test_own_account_is_confirmed_by_a_colleague(cast, homes):
    person = homes.xiuying
    person.phone = cast.clerk.phone
    person.save()
    with pytest.raises(Forbidden, check=lambda refused: refused.code == "OWN_ACCOUNT"):
        confirm(cast, "clerk", person, "clerk")


def test_second_account_does_not_push_the_first_one_out(cast, xiuying):
    confirm(cast, "clerk", xiuying)
    xiuying.phone = cast.neighbour.phone
    xiuying.save(update_fields=["phone"])
    with pytest.raises(Conflict, check=lambda refused: refused.code == "ALREADY_LINKED"):
        confirm(cast, "clerk", xiuying, "neighbour")


def test_linking_twice_changes_nothing(cast, xiuying):
    first = confirm(cast, "clerk", xiuying).linked_at
    assert confirm(cast, "grid_worker", xiuying).linked_at == first
    assert AuditEntry.objects.filter(verb="registry.link").count() == 1


def test_one_telephone_may_serve_two_people(cast, xiuying, homes):
    jianguo = homes.lin.residents.get(name="林建国")
    jianguo.phone = cast.resident.phone
    jianguo.save()
    confirm(cast, "clerk", xiuying)
    confirm(cast, "clerk", jianguo)
    assert residents_of(cast.resident) == [xiuying, jianguo]
    assert resident_of(cast.resident) == xiuying


def test_unlinking_asks_why_and_is_recorded(cast, xiuying):
    confirm(cast, "clerk", xiuying)
    with pytest.raises(Invalid):
        unlink_account(actor=cast.actor("clerk"), resident_id=xiuying.pk, reason=" ")
    unlink_account(actor=cast.actor("clerk"), resident_id=xiuying.pk, reason="换了号码")
    assert resident_of(cast.resident) is None
    assert AuditEntry.objects.get(verb="registry.unlink").note.text == "换了号码"
