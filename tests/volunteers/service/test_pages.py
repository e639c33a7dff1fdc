"""The pages of the teams: what the public reads, what the leader and the community read, what pressing twice does."""

import pytest

from portal.accounts.models import User
from volunteers.service import services
from volunteers.service.models import TeamMembership, Volunteer, VolunteerTeam
from volunteers.service.panels import my_teams
from volunteers.service.todos import who_wants_to_join

pytestmark = pytest.mark.django_db


def crowd(team: VolunteerTeam, number: int) -> None:
    """So many members, named 队员1 …"""
    users = [User(username=f"m{n}", name=f"队员{n}") for n in range(number)]
    User.objects.bulk_create(users)
    people = [Volunteer(user=user, name=user.name, sort_key=f"dui yuan {n:03}") for n, user in enumerate(users)]
    Volunteer.objects.bulk_create(people)
    TeamMembership.objects.bulk_create(
        [TeamMembership(team=team, volunteer=one, asked_at=one.created_at, joined_at=one.created_at) for one in people]
    )


@pytest.fixture
def team(cast) -> VolunteerTeam:
    leader = services.become_volunteer(actor=cast.actor("neighbour"), name="老赵")
    services.become_volunteer(actor=cast.actor("volunteer"), name="小孙")
    return services.found_team(
        actor=cast.actor("secretary"), grid=cast.place.community, name="教手机队", kind="service", leader=leader
    )


def said(response) -> str:
    return response.content.decode()


# ---------------------------------------------------------------- in public
def test_search_finds_a_team_by_what_it_is_called(browse, team):
    assert team.get_absolute_url() in said(browse().get("/search/", {"q": "教手机"}))
    assert team.get_absolute_url() not in said(browse().get("/search/", {"q": "理发"}))


@pytest.mark.parametrize(("number", "shown"), [(8, False), (9, True)])  # and the leader
def test_fewer_than_ten_are_not_counted_in_public(cast, browse, team, number, shown):
    """Guardrail 12."""
    crowd(team, number)
    for page in ("/teams/", f"/teams/{team.pk}/"):
        text = said(browse("outsider").get(page))
        assert (f"{number + 1} 人" in text or f"<dd>{number + 1}" in text) is shown, page


def test_public_reads_no_member(cast, browse, team):
    crowd(team, 12)
    for who in ("", "outsider", "volunteer", "secretary_b", "grid_worker", "auditor"):
        for page in ("/teams/", f"/teams/{team.pk}/"):
            text = said(browse(who).get(page))
            assert [name for name in ("老赵", "队员3", "小孙") if name in text] == [], who


def test_teams_stand_by_kind_and_by_name(cast, browse, team):
    for name, kind in [("合唱队", "culture"), ("爱心理发队", "service"), ("修小家电队", "service")]:
        services.found_team(actor=cast.actor("secretary"), grid=cast.place.community, name=name, kind=kind)
    text = said(browse().get("/teams/"))
    places = [text.index(name) for name in ("爱心理发队", "教手机队", "修小家电队", "合唱队")]
    assert places == sorted(places)


def test_teams_of_another_community_are_not_shown(cast, browse, team):
    client = browse()
    client.cookies["community"] = cast.place.community_b.code
    assert "教手机队" not in said(client.get("/teams/"))


@pytest.mark.parametrize("number", [1, 30])
def test_teams_ask_the_database_the_same_at_any_length(cast, browse, django_assert_num_queries, number):
    VolunteerTeam.objects.bulk_create(
        [
            VolunteerTeam(grid=cast.place.community, name=f"{n}队", sort_key=f"{n}", kind="service")
            for n in range(number)
        ]
    )
    browse().get("/teams/")
    with django_assert_num_queries(4):
        assert said(browse().get("/teams/")).count("队</a>") >= number


def test_empty_place_says_what_to_do(cast, browse):
    assert "我要当志愿者" in said(browse().get("/teams/"))


def test_an_ended_team_is_not_there(cast, browse, team):
    VolunteerTeam.objects.update(ended_at=team.created_at)
    assert browse("neighbour").get(f"/teams/{team.pk}/").status_code == 404


# ---------------------------------------------------------------- inside
@pytest.mark.parametrize("who", ["neighbour", "clerk", "secretary"])
def test_leader_and_community_read_the_members(cast, browse, team, who):
    assert "老赵" in said(browse(who).get(f"/teams/{team.pk}/"))


def test_asking_and_being_taken_in(cast, browse, team):
    client = browse("volunteer")
    for _press in range(2):
        client.post(f"/teams/{team.pk}/ask/", {"_once": "k"})
    asked = TeamMembership.objects.asking().get()
    assert "等队里答应" in said(client.get(f"/teams/{team.pk}/"))
    browse("neighbour").post(f"/teams/members/{asked.pk}/", {"answer": "take_in"})
    assert "您在这支队里" in said(client.get(f"/teams/{team.pk}/"))
    client.post(f"/teams/members/{asked.pk}/", {"answer": "leave"})
    asked.refresh_from_db()
    assert asked.ended_at is not None


def test_who_is_no_volunteer_signs_up_and_comes_back(cast, browse, team):
    client = browse("outsider")
    answer = client.post(f"/teams/{team.pk}/ask/")
    assert answer.url == f"/volunteers/join/?next=/teams/{team.pk}/"
    back = client.post(answer.url, {"name": "小林", "next": f"/teams/{team.pk}/", "skills": ["repair"]})
    assert back.url == f"/teams/{team.pk}/"


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_up_leads_nowhere_else(cast, browse, there):
    answer = browse("outsider").post("/volunteers/join/", {"name": "小林", "next": there})
    assert answer.url == "/teams/"


@pytest.mark.parametrize("who", ["outsider", "resident", "secretary_b", "grid_worker"])
def test_membership_of_others_is_not_there(cast, browse, team, who):
    mine = TeamMembership.objects.get()
    assert browse(who).post(f"/teams/members/{mine.pk}/", {"answer": "leave"}).status_code == 404
    mine.refresh_from_db()
    assert mine.is_live


@pytest.mark.parametrize("answer", ["", "nonsense", "delete"])
def test_made_up_answer_is_404(cast, browse, team, answer):
    mine = TeamMembership.objects.get()
    assert browse("secretary").post(f"/teams/members/{mine.pk}/", {"answer": answer}).status_code == 404


def test_community_founds_a_team_and_names_its_leader(cast, browse, team):
    client = browse("secretary")
    client.post("/teams/new/", {"name": "护河队", "kind": "service", "about": "清早捡河边的垃圾"})
    founded = VolunteerTeam.objects.get(name="护河队")
    asked = services.ask_to_join(actor=cast.actor("volunteer"), team_id=founded.pk)
    client.post(f"/teams/members/{asked.pk}/", {"answer": "take_in"})
    client.post(f"/teams/{founded.pk}/leader/", {"leader": str(asked.volunteer_id)})
    founded.refresh_from_db()
    assert founded.leader_id == asked.volunteer_id


def test_leader_is_chosen_among_the_members(cast, browse, team):
    stranger = services.become_volunteer(actor=cast.actor("outsider"), name="小林")
    answer = browse("secretary").post(f"/teams/{team.pk}/leader/", {"leader": str(stranger.pk)})
    assert answer.status_code == 422
    assert browse("secretary_b").post(f"/teams/{team.pk}/leader/", {"leader": str(stranger.pk)}).status_code == 404


@pytest.mark.parametrize("fields", [{}, {"name": "队"}, {"name": "护河队"}, {"name": "护河队", "kind": "army"}])
def test_bad_team_is_said_in_place(cast, browse, team, fields):
    answer = browse("secretary").post("/teams/new/", fields)
    assert (answer.status_code, VolunteerTeam.objects.count()) == (422, 1)


def test_a_team_of_that_name_is_a_409(cast, browse, team):
    assert browse("secretary").post("/teams/new/", {"name": "教手机队", "kind": "service"}).status_code == 409


def test_leaving_for_good(cast, browse, team):
    client = browse("neighbour")
    assert "退出志愿者" in said(client.get("/volunteers/join/"))
    client.post("/volunteers/stop/")
    assert "写个称呼" in said(client.get("/volunteers/join/"))


# ---------------------------------------------------------------- other pages
def test_my_page_shows_my_teams(cast, team):
    services.ask_to_join(actor=cast.actor("volunteer"), team_id=team.pk)
    for who in ("neighbour", "volunteer"):
        rows = my_teams(cast.actor(who), team.created_at, None).context["rows"]
        assert [row.team.name for row in rows] == ["教手机队"]
    assert my_teams(cast.actor("outsider"), team.created_at, None) is None


def test_one_todo_for_a_team_however_many_ask(cast, team):
    from django.utils import timezone

    for who in ("volunteer", "outsider"):
        services.become_volunteer(actor=cast.actor(who), name=who)
        services.ask_to_join(actor=cast.actor(who), team_id=team.pk)
    assert len(who_wants_to_join(cast.actor("neighbour"), timezone.now())) == 1
