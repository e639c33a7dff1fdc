"""The demo's surveys and walls have something to show."""

import pytest

from centres.displays.models import DisplayItem
from centres.displays.panels import stale
from centres.rooms.models import Centre
from centres.surveys import demo, queries
from centres.surveys.models import Survey, SurveyAnswer, SurveyTicket
from centres.surveys.results import results_of
from portal.workbench.demo import Scene
from portal.workbench.registry import numbers_from
from tests.centres.displays.people import TODAY
from tests.centres.rooms.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


@pytest.fixture
def scene(cast):
    """Just enough of the demo's: the large community with its centre, and who works there."""
    Centre.objects.create(grid=cast.place.community, name="文昌花园社区党群服务中心")
    return Scene(now=NOW, users=cast.users, place={demo.LARGE: cast.place.community})


def test_demo_asks_one_thing_and_shows_what_came_of_another(cast, scene, browse):
    demo.load(scene)
    (asked,) = queries.asking_at(cast.place.community, TODAY)
    assert asked.questions.count() == 5
    over = Survey.objects.closed().get()
    assert over.sheets >= 60
    assert over.followup
    found = results_of(over, inside=True)
    assert all(one.chart for one in found.questions if one.lines)
    assert any(one.hidden for one in found.questions), "the demo shows how small counts are kept"
    assert found.questions[4].sentences
    assert SurveyTicket.objects.count() == 0
    assert browse().get(over.get_absolute_url()).status_code == 200


def test_demo_falls_the_same_way_twice(scene):
    demo.load(scene)
    first = sorted(SurveyAnswer.objects.values_list("question__text", "choices", "text"))
    Survey.objects.update(title="早先的")
    SurveyAnswer.objects.all().delete()
    demo.load(scene)
    assert sorted(SurveyAnswer.objects.values_list("question__text", "choices", "text")) == first


def test_demo_has_six_on_the_walls_and_two_of_them_long_overdue(cast, scene, browse):
    cast.users["clerk"].save()
    from centres.displays import demo as walls

    walls.load(scene)
    assert DisplayItem.objects.up().count() == 6
    assert DisplayItem.objects.due(TODAY).count() == 3  # one more is due this very day
    assert [one.value for one in numbers_from([stale(cast.actor("secretary"), NOW)])] == [2]
    assert browse().get("/displays/").status_code == 200
