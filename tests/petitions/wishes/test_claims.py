"""Whose claim it is: a person's, a team's by its leader, a unit's by its contact; never the wisher's own."""

import pytest

from grids.registry.services import register_organisation
from petitions.wishes import services
from petitions.wishes.models import Wish, WishClaim, WishRecord
from portal.accounts.actors import SYSTEM
from portal.errors import Forbidden
from tests.petitions.wishes.people import PHONE, a_wish, bring_to, do, helpers
from volunteers.organisations.services import add_social_org
from volunteers.service.services import appoint_leader, become_volunteer, stop_volunteering

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(cast):
    """org_contact answers for 助老服务社."""
    return add_social_org(
        actor=SYSTEM, grid=cast.place.community, name="助老服务社", stage="settled", contact=cast.org_contact
    ).organisation


def test_own_wish_is_somebody_elses_to_fulfil(cast):
    helpers(cast)
    become_volunteer(actor=cast.actor("resident"), name="林奶奶")
    wish = bring_to(cast, "open")
    with pytest.raises(Forbidden):
        services.claim(actor=cast.actor("resident"), wish_id=wish.pk)
    assert not WishClaim.objects.exists()


def test_own_wish_is_known_by_the_telephone_left_for_it(cast):
    """Written down by a worker for somebody whose account answers to the same number."""
    helpers(cast)
    wish = a_wish(cast, actor=cast.actor("clerk"), on_behalf=True, contact_phone=cast.volunteer.phone)
    bring_to(cast, "open", wish)
    with pytest.raises(Forbidden):
        services.claim(actor=cast.actor("volunteer"), wish_id=wish.pk)


def test_who_helps_in_no_capacity_cannot_claim(cast):
    wish = bring_to(cast, "open")
    with pytest.raises(Forbidden):
        services.claim(actor=cast.actor("outsider"), wish_id=wish.pk)


def test_team_claims_through_its_leader(cast):
    team = helpers(cast).team
    wish = bring_to(cast, "open")
    services.claim(actor=cast.actor("neighbour"), wish_id=wish.pk, capacity=f"team:{team.pk}")
    assert WishClaim.objects.get().team_id == team.pk
    assert WishRecord.objects.get(event="claim").actor_role == "team_leader"


@pytest.mark.parametrize("who", ["volunteer", "org_contact", "outsider"])
def test_team_is_claimed_for_by_nobody_else(cast, unit, who):
    team = helpers(cast).team
    wish = bring_to(cast, "open")
    with pytest.raises(Forbidden):
        services.claim(actor=cast.actor(who), wish_id=wish.pk, capacity=f"team:{team.pk}")
    assert Wish.objects.get(pk=wish.pk).state == "open"


def test_a_new_leader_goes_on_and_the_old_one_no_longer(cast):
    known = helpers(cast)
    wish = bring_to(cast, "open")
    services.claim(actor=cast.actor("neighbour"), wish_id=wish.pk, capacity=f"team:{known.team.pk}")
    appoint_leader(actor=cast.actor("secretary"), team_id=known.team.pk, volunteer=known.volunteer)
    with pytest.raises(Forbidden):
        do(cast.actor("neighbour"), wish, "start")
    assert do(cast.actor("volunteer"), wish, "start").state == "in_progress"


def test_a_team_without_a_leader_is_spoken_for_by_who_claimed(cast):
    known = helpers(cast)
    wish = bring_to(cast, "open")
    services.claim(actor=cast.actor("neighbour"), wish_id=wish.pk, capacity=f"team:{known.team.pk}")
    stop_volunteering(actor=cast.actor("neighbour"))
    assert do(cast.actor("neighbour"), wish, "give_up").state == "open"


def test_unit_claims_through_its_contact(cast, unit):
    wish = bring_to(cast, "open")
    services.claim(actor=cast.actor("org_contact"), wish_id=wish.pk)
    claim = WishClaim.objects.get()
    assert (claim.unit_id, claim.claimant_name) == (unit.pk, "助老服务社")
    assert WishRecord.objects.get(event="claim").actor_role == "org_contact"


def test_an_organisation_that_is_no_partner_helps_in_no_capacity(cast):
    register_organisation(
        actor=SYSTEM, grid=cast.place.community, name="某某公司", kind="enterprise", contact=cast.org_contact
    )
    wish = bring_to(cast, "open")
    with pytest.raises(Forbidden):
        services.claim(actor=cast.actor("org_contact"), wish_id=wish.pk)


@pytest.mark.parametrize("key", ["team:01a20d22-0000-7000-8000-000000000000", "volunteer:x", "nonsense", "'; --"])
def test_made_up_capacity_is_refused(cast, key):
    helpers(cast)
    wish = bring_to(cast, "open")
    with pytest.raises(Forbidden):
        services.claim(actor=cast.actor("volunteer"), wish_id=wish.pk, capacity=key)


def test_claiming_twice_says_it_is_already_yours(cast):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    with pytest.raises(services.Taken) as taken:
        services.claim(actor=cast.actor("volunteer"), wish_id=wish.pk)
    assert (taken.value.code, taken.value.status, taken.value.extra["mine"]) == ("TAKEN", 409, True)


@pytest.mark.parametrize("state", ["claimed", "in_progress", "to_confirm", "fulfilled"])
@pytest.mark.parametrize("version", [None, 2])
def test_taken_wish_is_taken_whatever_version_was_seen(cast, state, version):
    helpers(cast)
    wish = bring_to(cast, state)
    with pytest.raises(services.Taken):
        services.claim(actor=cast.actor("neighbour"), wish_id=wish.pk, version=version)


def test_every_claim_is_kept_with_how_it_ended(cast):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    do(cast.actor("volunteer"), wish, "give_up")
    do(cast.actor("neighbour"), wish, "claim")
    do(cast.actor("secretary"), wish, "revoke")
    do(cast.actor("volunteer"), wish, "claim")
    do(None, wish, "release")
    do(cast.actor("neighbour"), wish, "claim")
    do(cast.actor("neighbour"), wish, "start")
    do(cast.actor("neighbour"), wish, "hand_in")
    do(cast.actor("resident"), wish, "confirm")
    outcomes = WishClaim.objects.order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["given_up", "revoked", "timed_out", "fulfilled"]
    assert not WishClaim.objects.filter(ended_at=None).exists()


# ---------------------------------------------------------------- the nod
def test_community_nods_on_behalf_and_it_is_recorded(cast):
    helpers(cast)
    wish = bring_to(cast, "to_confirm", a_wish(cast, actor=cast.actor("clerk"), on_behalf=True))
    do(cast.actor("clerk"), wish, "confirm")
    record = WishRecord.objects.get(event="confirm")
    assert (record.actor_role, record.data) == ("desk_clerk", {"on_behalf": True})


def test_the_wishers_own_nod_is_not_on_behalf(cast):
    helpers(cast)
    bring_to(cast, "fulfilled")
    record = WishRecord.objects.get(event="confirm")
    assert (record.actor_role, record.data) == ("resident", {"on_behalf": False})


def test_who_carried_it_out_does_not_nod(cast):
    """A clerk who helped as a neighbour is no second person."""
    helpers(cast)
    become_volunteer(actor=cast.actor("clerk"), name="小张")
    wish = bring_to(cast, "open")
    for event in ("claim", "start", "hand_in"):
        do(cast.actor("clerk"), wish, event)
    with pytest.raises(Forbidden):
        do(cast.actor("clerk"), wish, "confirm")
    assert do(cast.actor("secretary"), wish, "confirm").state == "fulfilled"


def test_who_wrote_it_down_mends_and_withdraws_it_for_somebody_without_account(cast):
    wish = a_wish(cast, actor=cast.actor("grid_worker"), on_behalf=True, grid=cast.place.grid, contact_phone=PHONE)
    do(cast.actor("secretary"), wish, "request_changes")
    with pytest.raises(Forbidden):
        do(cast.actor("clerk"), wish, "resubmit")
    assert (
        do(cast.actor("grid_worker"), wish, "resubmit", text="想要一个放大镜，看药盒。").text
        == "想要一个放大镜，看药盒。"
    )
    assert do(cast.actor("grid_worker"), wish, "withdraw").state == "withdrawn"
