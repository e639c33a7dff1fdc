"""The demo's wall is the stories' wall."""

import pytest

from petitions.wishes.models import Wish
from petitions.wishes.panels import open_wishes, wall
from petitions.wishes.todos import for_the_community, for_the_helper, for_the_wisher
from portal.flow.due import sweep
from portal.workbench.demo import furnish
from portal.workbench.registry import numbers_from
from volunteers.organisations.models import PartnerUnit, PartyUnit, SocialOrg
from volunteers.organisations.queries import branches_under, units_of
from volunteers.service.models import VolunteerTeam
from volunteers.service.queries import capacities_of, volunteers_under

pytestmark = pytest.mark.django_db


def test_demo_tells_the_stories(settings):
    settings.DEMO = True
    scene = furnish(say=lambda line: None)
    large, shahe = scene.place["文昌花园社区"], scene.place["沙河街社区"]

    # 003: eleven grid branches and four special ones, whatever else there are twelve of; four links, 417 members.
    branches = branches_under(large.path)
    assert (branches["grid"], sum(branches.values())) == (11, 15)
    assert PartyUnit.objects.filter(level="anchor", grid__path__startswith=large.path).count() == 30
    assert PartyUnit.objects.get(level="committee", grid=large).member_total == 417
    # 004: 64 branches and 2,898 members in the district.
    assert PartyUnit.objects.filter(level="branch").count() == 64
    assert sum(PartyUnit.objects.filter(level="committee").values_list("member_total", flat=True)) == 2898
    # 001: 26 units tied to 沙河街; 003 and 004: 72 organisations in the nest, 56 settled elsewhere.
    assert PartnerUnit.objects.filter(organisation__grid=shahe).count() == 26
    nested = SocialOrg.objects.filter(organisation__grid=large).count()
    assert (nested, SocialOrg.objects.count() - nested) == (72, 56)
    assert [unit.name for unit in units_of(scene.users["org"].pk)] == ["家门口助老服务社"]

    teams = VolunteerTeam.objects.filter(grid=large)
    assert (teams.filter(kind="service").count(), teams.filter(kind="culture").count()) == (28, 23)
    assert volunteers_under(large.path) > 1000
    assert VolunteerTeam.objects.filter(grid=shahe, name__startswith="小红兴").count() == 4
    assert [one.kind for one in capacities_of(scene.users["volunteer"].pk)] == ["volunteer", "team"]

    assert Wish.objects.open().under(large.path).count() == 12
    assert Wish.objects.filter(state="fulfilled").under(shahe.path).count() == 76
    secretary = scene.actor("secretary")
    number = numbers_from([open_wishes(secretary, scene.now)])[0]
    assert number.value == 12
    assert len(for_the_community(secretary, scene.now)) == 3
    assert {todo.title for todo in for_the_wisher(scene.actor("resident"), scene.now)} == {
        "改一改您的心愿",
        "心愿办好了吗？点个头",
    }
    assert len(for_the_helper(scene.actor("volunteer"), scene.now)) == 1
    assert len(wall(secretary, scene.now, large).context["slips"]) == 3
    # A fresh demo owes nothing: its wall does not fall down with the first sweep.
    sweep(scene.now)
    assert Wish.objects.open().under(large.path).count() == 12
