"""Volunteers and their teams: join, leave, found, ask, take in. Each act is on the trail."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, Refusal
from portal.notifications.models import Notice
from volunteers.service import services
from volunteers.service.models import TeamMembership, Volunteer, VolunteerTeam
from volunteers.service.queries import asking_for, capacities_of, memberships_of, volunteer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(cast) -> Volunteer:
    return services.become_volunteer(actor=cast.actor("neighbour"), name="老赵")


@pytest.fixture
def helper(cast) -> Volunteer:
    return services.become_volunteer(actor=cast.actor("volunteer"), name="小孙", skills=["phone"])


@pytest.fixture
def team(cast, leader) -> VolunteerTeam:
    return services.found_team(
        actor=cast.actor("secretary"), grid=cast.place.community, name="教手机队", kind="service", leader=leader
    )


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


# ---------------------------------------------------------------- oneself
def test_anybody_with_an_account_becomes_a_volunteer(cast):
    joined = services.become_volunteer(actor=cast.actor("outsider"), name=" 小 林 ", skills=["repair"])
    assert (joined.name, joined.skills, joined.left_at) == ("小 林", ["repair"], None)
    assert verbs() == ["volunteer.join"]


def test_signing_up_twice_changes_nothing(cast, helper):
    services.become_volunteer(actor=cast.actor("volunteer"), name="小孙", skills=["phone"])
    assert (Volunteer.objects.count(), verbs()) == (1, ["volunteer.join"])


def test_what_one_says_of_oneself_can_be_changed(cast, helper):
    services.become_volunteer(actor=cast.actor("volunteer"), name="小孙", skills=["repair", "phone", "repair"])
    helper.refresh_from_db()
    assert helper.skills == ["repair", "phone"]
    assert AuditEntry.objects.get(verb="volunteer.change").fields == ["skills"]


@pytest.mark.parametrize("given", [{"name": " "}, {"name": "字" * 21}, {"skills": ["flying"]}, {"availability": ["x"]}])
def test_bad_input_is_refused(cast, given):
    with pytest.raises(Invalid):
        services.become_volunteer(actor=cast.actor("volunteer"), **({"name": "小孙"} | given))
    assert not Volunteer.objects.exists()


def test_leaving_ends_everything_and_coming_back_is_easy(cast, team, leader):
    assert services.stop_volunteering(actor=cast.actor("neighbour"))
    assert not services.stop_volunteering(actor=cast.actor("neighbour"))
    team.refresh_from_db()
    assert (team.leader, volunteer_of(cast.neighbour.pk), memberships_of(cast.neighbour.pk)) == (None, None, [])
    assert capacities_of(cast.neighbour.pk) == []
    back = services.become_volunteer(actor=cast.actor("neighbour"), name="老赵")
    assert (back.pk, back.left_at) == (leader.pk, None)


# ---------------------------------------------------------------- teams
@pytest.mark.parametrize("who", ["resident", "volunteer", "grid_worker", "secretary_b", "street_supervisor", "auditor"])
def test_a_team_is_founded_by_its_community_alone(cast, who):
    with pytest.raises(Forbidden):
        services.found_team(actor=cast.actor(who), grid=cast.place.community, name="护河队", kind="service")


def test_one_name_one_team(cast, team):
    with pytest.raises(Conflict) as refused:
        services.found_team(actor=cast.actor("clerk"), grid=cast.place.community, name="教手机队", kind="culture")
    assert refused.value.code == "TEAM_EXISTS"


@pytest.mark.parametrize("given", [{"name": "队"}, {"kind": "army"}, {"about": "字" * 121}])
def test_a_team_needs_a_name_and_a_kind(cast, given):
    fields = {"name": "护河队", "kind": "service"} | given
    with pytest.raises(Invalid):
        services.found_team(actor=cast.actor("secretary"), grid=cast.place.community, **fields)


def test_leader_is_a_member_from_the_start(cast, team, leader):
    assert TeamMembership.objects.live().get().volunteer == leader
    assert [one.kind for one in capacities_of(cast.neighbour.pk)] == ["volunteer", "team"]


def test_asking_twice_is_one_request_and_tells_the_leader_once(cast, team, helper):
    first = services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    second = services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    assert first.pk == second.pk
    assert list(Notice.objects.values_list("recipient", flat=True)) == [cast.neighbour.pk]
    assert verbs().count("team.ask") == 1


def test_who_is_no_volunteer_signs_up_first(cast, team):
    with pytest.raises(Refusal) as refused:
        services.ask_to_join(actor=cast.actor("outsider"), team_id=team.pk)
    assert refused.value.code == "VOLUNTEER_FIRST"


@pytest.mark.parametrize(
    ("who", "role"), [("neighbour", "team_leader"), ("clerk", "desk_clerk"), ("secretary", "secretary")]
)
def test_leader_or_community_takes_in(cast, team, helper, who, role):
    asked = services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    assert services.take_in(actor=cast.actor(who), membership_id=asked.pk).is_live
    entry = AuditEntry.objects.get(verb="team.take_in")
    assert (entry.actor_role, entry.subject_id) == (role, cast.volunteer.pk)
    assert Notice.objects.filter(recipient=cast.volunteer).count() == 1


@pytest.mark.parametrize("who", ["volunteer", "resident", "outsider", "grid_worker", "secretary_b", "auditor"])
@pytest.mark.parametrize("act", [services.take_in, services.turn_down])
def test_nobody_else_decides(cast, team, helper, who, act):
    asked = services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    with pytest.raises(Forbidden):
        act(actor=cast.actor(who), membership_id=asked.pk)
    asked.refresh_from_db()
    assert asked.is_asking


def test_a_settled_request_is_settled(cast, team, helper):
    asked = services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    services.turn_down(actor=cast.actor("neighbour"), membership_id=asked.pk)
    with pytest.raises(Conflict):
        services.take_in(actor=cast.actor("neighbour"), membership_id=asked.pk)
    again = services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    assert again.pk != asked.pk


def test_leaving_twice_changes_nothing_and_the_leader_may_leave(cast, team, leader):
    mine = TeamMembership.objects.get(volunteer=leader)
    for _press in range(2):
        services.leave_team(actor=cast.actor("neighbour"), membership_id=mine.pk)
    team.refresh_from_db()
    assert (team.leader, verbs().count("team.leave")) == (None, 1)


def test_requests_of_a_leaderless_team_wait_for_the_community(cast, team, helper):
    services.stop_volunteering(actor=cast.actor("neighbour"))
    services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    now = timezone.now()
    assert len(asking_for(cast.actor("secretary"), now)) == 1
    assert asking_for(cast.actor("secretary_b"), now) == asking_for(cast.actor("neighbour"), now) == []
    assert set(Notice.objects.values_list("recipient", flat=True)) == {cast.clerk.pk, cast.secretary.pk}


def test_requests_of_a_led_team_wait_for_its_leader(cast, team, helper):
    services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    now = timezone.now()
    assert len(asking_for(cast.actor("neighbour"), now)) == 1
    assert asking_for(cast.actor("secretary"), now) == asking_for(cast.actor("volunteer"), now) == []


# ---------------------------------------------------------------- what the database holds
def test_two_standing_memberships_cannot_be(cast, team, leader):
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMembership.objects.create(team=team, volunteer=leader)


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_at_once_is_one_request(cast, team, helper):
    barrier, found = Barrier(4), []

    def ask() -> None:
        try:
            barrier.wait(timeout=30)
            found.append(services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk).pk)
        finally:
            connections.close_all()

    threads = [Thread(target=ask) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (len(found), len(set(found)), TeamMembership.objects.asking().count()) == (4, 1, 1)
