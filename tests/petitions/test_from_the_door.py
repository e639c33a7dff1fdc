"""What a visit becomes upstairs: a case, a wish; with the visit or not at all, and once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from grids.postings.models import Posting
from grids.visits.models import Visit
from grids.visits.services import admit
from petitions.cases.models import Case
from petitions.wishes.models import Wish
from portal.rows import uuid7
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db

LAMP = {"code": "case", "text": "三楼楼道的灯坏了一周了"}
GLASSES = {"code": "wish", "text": "想要一副老花镜，三百度，看报用。"}


@pytest.fixture
def door(cast):
    return open_door(cast.place.building, "301", ("林秀英", "+8613800002046"), ("林建国", None))


@pytest.fixture
def sent(call, door):
    """sent(LAMP) → the answer to a visit at this door that becomes this."""

    def put(*follow_ups, who="grid_worker", visit_id=None, **more):
        body = {"household": str(door.pk), "outcome": "met", "visited_at": timezone.now().isoformat()}
        return call(who).put(f"/api/v1/visits/{visit_id or uuid7()}/", body | {"follow_ups": follow_ups} | more)

    return put


def test_it_becomes_a_case_and_a_wish_of_whoever_said_so(sent, cast, door, browse):
    jianguo = door.residents.get(name="林建国")
    answer = sent(LAMP, GLASSES, resident=str(jianguo.pk))
    case, wish = Case.objects.get(), Wish.objects.get()
    assert answer.status_code == 201
    assert [one["id"] for one in answer.json()["follow_ups"]] == [str(case.pk), str(wish.pk)]
    assert (case.grid, case.reporter_name, case.on_behalf_by) == (door.building, "林建国", cast.grid_worker)
    assert (wish.grid, wish.resident, wish.written_by) == (door.building, jianguo, cast.grid_worker)
    client = browse("secretary")
    page = client.get(Visit.objects.get().get_absolute_url()).content.decode()
    for one in answer.json()["follow_ups"]:
        assert f'href="{one["url"]}"' in page
        assert client.get(one["url"]).status_code == 200


def test_sent_again_it_becomes_nothing_more(call, sent):
    visit_id, at = uuid7(), (timezone.now() - timedelta(minutes=1)).isoformat()
    statuses = [sent(LAMP, visit_id=visit_id, visited_at=at).status_code for _twice in range(2)]
    assert (statuses, Case.objects.count()) == ([201, 200], 1)


@pytest.mark.parametrize("refused", [{"code": "wish", "text": "镜"}, {"code": "wish", "text": "字" * 121}])
def test_refused_upstairs_nothing_is_there(sent, refused):
    answer = sent(LAMP, refused)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["text"])
    assert (Visit.objects.count(), Case.objects.count(), Wish.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("what", [LAMP, GLASSES])
def test_from_another_grid_it_is_not_there(sent, what):
    assert sent(what, who="grid_worker_b").status_code == 404
    assert (Case.objects.count(), Wish.objects.count()) == (0, 0)


@pytest.mark.parametrize(("what", "kind"), [(LAMP, Case), (GLASSES, Wish)])
def test_what_had_to_wait_becomes_it_when_the_secretary_lets_it_in(sent, cast, door, what, kind):
    ended = timezone.now() - timedelta(minutes=1)
    Posting.objects.filter(user=cast.grid_worker).update(starts_at=ended - timedelta(days=9), ends_at=ended)
    assert sent(what).status_code == 202
    assert not kind.objects.exists()
    for _twice in range(2):
        admit(actor=cast.actor("secretary"), visit_id=Visit.objects.get().pk)
    assert kind.objects.get().grid == door.building


def press(client, door, **fields):
    return client.post("/grid/today/", {"visit": uuid7(), "door": door.pk, "outcome": "met", "at": "00:00", **fields})


def test_on_the_page_it_is_two_taps_more(browse, cast, door):
    client = browse("grid_worker")
    page = client.get(f"/grid/today/?door={door.pk}").content.decode()
    assert [word in page for word in ("转成诉求", "替他许个愿")] == [True, True]
    someone = door.residents.get(name="林秀英")
    assert press(client, door, follow="case", follow_text=LAMP["text"], resident=someone.pk).status_code == 302
    assert (Case.objects.get().reporter_name, Case.objects.get().channel) == ("林秀英", "visit")


@pytest.mark.parametrize(
    ("who", "given", "said"),
    [
        ("grid_worker", {"follow_text": "镜"}, "四个字到一百二十个字"),
        # A secretary knocks too; to wish on behalf of others is the worker's and the clerk's.
        ("secretary", {"follow_text": GLASSES["text"]}, "不归您办"),
    ],
)
def test_refused_upstairs_the_page_keeps_the_words(browse, door, who, given, said):
    answer = press(browse(who), door, follow="wish", note="送了单子", **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in re.sub(r"<[^>]+>", "", page)
    assert given["follow_text"] in page
    assert "送了单子" in page
    assert not Visit.objects.exists()
