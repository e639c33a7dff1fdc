"""What the wall puts on other pages: home, 我的, to-dos, the board's number, a visit's follow-up."""

import pytest
from django.utils import timezone

from grids.registry.models import Household, Resident
from petitions.wishes.models import Wish
from petitions.wishes.panels import claimed, mine, open_wishes, wall
from petitions.wishes.todos import for_the_community, for_the_helper, for_the_wisher
from portal.errors import Forbidden
from portal.workbench.registry import follow_up_by_code, numbers_from
from tests.petitions.wishes.people import TEXT, a_wish, bring_to, do, helpers

pytestmark = pytest.mark.django_db


def titles(todos) -> list[str]:
    return [str(todo.title) for todo in todos]


@pytest.fixture
def neighbour_of_5(cast):
    """Somebody in the register of building 5."""
    home = Household.objects.create(building=cast.place.building, unit="1", door="301", code="5-1-301", door_order=1)
    return Resident.objects.create(
        household=home, name="王阿婆", sort_key="wang a po", initials="wap", phone="+8613800007777", phone_tail="7777"
    )


# ---------------------------------------------------------------- to-dos
def test_review_waits_for_the_community_and_says_until_when(cast):
    wish = a_wish(cast)
    for who in ("clerk", "secretary"):
        todo = for_the_community(cast.actor(who), timezone.now())[0]
        assert (todo.url, todo.due_at, todo.late) == (f"/wishes/{wish.pk}/", wish.due_at, False)
    assert for_the_community(cast.actor("secretary"), wish.due_at + (wish.due_at - wish.created_at))[0].late
    assert for_the_community(cast.actor("clerk_b"), timezone.now()) == []
    assert for_the_community(cast.actor("grid_worker"), timezone.now()) == []


def test_nod_waits_for_the_wisher(cast):
    helpers(cast)
    bring_to(cast, "to_confirm")
    assert titles(for_the_wisher(cast.actor("resident"), timezone.now())) == ["心愿办好了吗？点个头"]
    assert for_the_community(cast.actor("secretary"), timezone.now()) == []


def test_nod_waits_for_the_community_where_nobody_else_can(cast):
    helpers(cast)
    bring_to(cast, "to_confirm", a_wish(cast, actor=cast.actor("clerk"), on_behalf=True))
    assert titles(for_the_community(cast.actor("secretary"), timezone.now())) == ["问问心愿办成没有"]


def test_changes_wait_for_who_speaks_for_the_wisher(cast):
    for wish in (a_wish(cast), a_wish(cast, actor=cast.actor("grid_worker"), on_behalf=True, grid=cast.place.grid)):
        do(cast.actor("secretary"), wish, "request_changes")
    for who in ("resident", "grid_worker"):
        assert titles(for_the_wisher(cast.actor(who), timezone.now())) == ["改一改您的心愿"]


def test_what_one_has_taken_on_waits_until_it_is_handed_in(cast):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    assert for_the_helper(cast.actor("volunteer"), timezone.now())[0].due_at == wish.due_at
    do(cast.actor("volunteer"), wish, "start")
    assert len(for_the_helper(cast.actor("volunteer"), timezone.now())) == 1
    do(cast.actor("volunteer"), wish, "hand_in")
    assert for_the_helper(cast.actor("volunteer"), timezone.now()) == []


def test_nothing_waits_for_nobody(cast):
    helpers(cast)
    for state in ("in_review", "open", "claimed", "to_confirm"):
        bring_to(cast, state)
    for who in ("outsider", "auditor", "sysadmin"):
        for source in (for_the_community, for_the_helper, for_the_wisher):
            assert source(cast.actor(who), timezone.now()) == []


# ---------------------------------------------------------------- panels
def test_home_shows_three_slips_and_how_many_there_are(cast):
    for _n in range(4):
        bring_to(cast, "open")
    panel = wall(cast.actor("outsider"), timezone.now(), cast.place.community)
    assert (len(panel.context["slips"]), panel.context["open"]) == (3, 4)
    elsewhere = wall(cast.actor("outsider"), timezone.now(), cast.place.community_b)
    assert elsewhere.context["slips"] == []


def test_home_fills_up_with_what_came_true(cast):
    helpers(cast)
    bring_to(cast, "fulfilled")
    bring_to(cast, "open")
    panel = wall(cast.actor("outsider"), timezone.now(), cast.place.community)
    assert [slip.state for slip in panel.context["slips"]] == ["open", "fulfilled"]


def test_my_page_shows_my_wishes_and_what_i_took_on(cast):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    for who, panel in (("resident", mine), ("volunteer", claimed)):
        rows = panel(cast.actor(who), timezone.now(), None).context["rows"]
        assert [row["wish"].pk for row in rows] == [wish.pk]
    assert mine(cast.actor("volunteer"), timezone.now(), None).context["rows"] == []
    assert claimed(cast.actor("resident"), timezone.now(), None) is None


@pytest.mark.parametrize(
    ("who", "expected"),
    [("secretary", 2), ("clerk", 2), ("secretary_b", 1), ("street_supervisor", 2), ("district_admin", 3)],
)
def test_number_opens_exactly_its_rows(cast, browse, who, expected):
    helpers(cast)
    for _n in range(2):
        bring_to(cast, "open")
    bring_to(cast, "claimed")
    there = a_wish(cast, grid=cast.place.community_b)
    do(cast.actor("secretary_b"), there, "approve")
    number = numbers_from([open_wishes(cast.actor(who), timezone.now())])[0]
    assert number.value == expected
    assert browse(who).get(number.url).context["page"].paginator.count == expected


def test_number_is_not_for_residents(cast):
    assert numbers_from([open_wishes(cast.actor("resident"), timezone.now())]) == []


# ---------------------------------------------------------------- a visit becomes a wish
def test_follow_up_writes_a_wish_for_the_person_at_the_door(cast, neighbour_of_5):
    start = follow_up_by_code("wish").start
    wish = start(
        actor=cast.actor("grid_worker"), source=None, grid=cast.place.grid, resident=neighbour_of_5, data={"text": TEXT}
    )
    assert (wish.state, wish.resident, wish.wisher, wish.contact_phone) == ("in_review", neighbour_of_5, None, "")
    assert wish.get_absolute_url() == f"/wishes/{wish.pk}/"


def test_follow_up_keeps_the_telephone_only_where_agreed(cast, neighbour_of_5):
    start = follow_up_by_code("wish").start
    data = {"text": TEXT, "consent": True}
    wish = start(actor=cast.actor("grid_worker"), source=None, grid=cast.place.grid, resident=neighbour_of_5, data=data)
    assert (wish.contact_name, wish.contact_phone) == ("王阿婆", "+8613800007777")


def test_follow_up_for_somebody_with_an_account_is_theirs(cast, neighbour_of_5):
    neighbour_of_5.user, neighbour_of_5.linked_at = cast.resident, timezone.now()
    neighbour_of_5.save()
    start = follow_up_by_code("wish").start
    wish = start(
        actor=cast.actor("grid_worker"), source=None, grid=cast.place.grid, resident=neighbour_of_5, data={"text": TEXT}
    )
    assert wish.wisher == cast.resident


def test_follow_up_beyond_reach_writes_nothing(cast, neighbour_of_5):
    start = follow_up_by_code("wish").start
    with pytest.raises(Forbidden):
        start(
            actor=cast.actor("grid_worker_b"),
            source=None,
            grid=cast.place.grid,
            resident=neighbour_of_5,
            data={"text": TEXT},
        )
    assert not Wish.objects.exists()
