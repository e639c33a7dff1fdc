"""今天走访 and what the board and 我的 show of it."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from grids.registry.models import Resident
from grids.visits import panels, todos
from grids.visits.models import Promise, Visit
from grids.visits.walk import walk_of
from portal.rows import uuid7
from portal.workbench.registry import numbers_from
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(cast, visit_round):
    """Six doors of one stair in the worker's grid, and one in another's."""
    open_door(cast.place.building_b, "101", ("吴琳", None))
    return [open_door(cast.place.building, f"{n}01", (f"周晓{n}", None)) for n in (3, 1, 2, 6, 5, 4)]


def walk(cast, who="grid_worker"):
    return walk_of(cast.actor(who).reach, cast.users[who].pk, timezone.now())


def codes(given) -> list[str]:
    return [stop.door.code for stop in given.stops]


def press(client, door, **fields):
    fields = {"visit": uuid7(), "door": door.pk, "outcome": "met", "at": "00:00", **fields}
    return client.post("/grid/today/", fields)


def test_walk_takes_as_many_doors_as_the_round_asks_in_walking_order(cast, doors):
    assert codes(walk(cast)) == ["5-1-101", "5-1-201", "5-1-301", "5-1-401"]


def test_walk_of_another_grid_is_another_walk(cast, doors):
    assert codes(walk(cast, "grid_worker_b")) == ["6-1-101"]


def test_walk_goes_on_where_it_was_and_counts_what_was_knocked(cast, doors, knock):
    knock(doors[1])
    now = walk(cast)
    assert codes(now) == ["5-1-201", "5-1-301", "5-1-401"]
    assert (now.total, len(now.knocked)) == (4, 1)


def test_door_where_nobody_was_comes_again_another_day_and_not_today(cast, doors, knock):
    knock(doors[1], outcome="not_home")
    assert "5-1-101" not in codes(walk(cast))
    Visit.objects.update(visited_at=timezone.now() - timedelta(days=1))
    stop = walk(cast).stops[0]
    assert (stop.door.code, stop.why) == ("5-1-101", "上次没人在，再去一次")


def test_door_that_was_opened_is_done_for_this_round(cast, doors, knock):
    knock(doors[1])
    Visit.objects.update(visited_at=timezone.now() - timedelta(days=1))
    assert "5-1-101" not in codes(walk(cast))


def test_promised_door_is_on_todays_walk_though_it_is_far(cast, doors, knock):
    knock(doors[3], promise="带申请表来")
    Visit.objects.update(visited_at=timezone.now() - timedelta(days=1))
    now = walk(cast)
    assert codes(now)[-1] == "5-1-601"
    assert (now.stops[-1].is_due, now.stops[-1].is_late) == (True, False)
    Promise.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert walk(cast).stops[-1].is_late


def test_promise_in_another_grid_takes_no_place_on_the_walk(cast, doors, knock):
    knock(open_door(cast.place.building_b, "102"), who="grid_worker_b", promise="带申请表来")
    assert codes(walk(cast)) == ["5-1-101", "5-1-201", "5-1-301", "5-1-401"]


def test_without_a_round_only_promises_send_anybody(cast, homes, knock):
    assert codes(walk(cast)) == []
    knock(homes.lin, promise="带申请表来")
    Visit.objects.update(visited_at=timezone.now() - timedelta(days=1))
    assert codes(walk(cast)) == ["5-1-301"]


def test_page_names_the_next_door_on_its_button(browse, doors):
    page = browse("grid_worker").get("/grid/today/").content.decode()
    assert "今天四户，从第一户开始" in page
    assert "存好，去下一户 5-1-201" in page


def test_visit_is_logged_in_three_taps(browse, cast, doors):
    client = browse("grid_worker")
    assert press(client, doors[1]).url == "/grid/today/"
    page = client.get("/grid/today/").content.decode()
    assert "今天四户，还有三户" in page
    assert "5-1-101 存好了：见到了" in page
    assert Visit.objects.get().worker == cast.grid_worker


def as_it_stands(page: str) -> dict:
    """What a browser without JavaScript sends of the visit's form when nothing in it was touched."""
    form = page[page.index('<form class="visit"') :]
    form = form[: form.index("</form>")]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") not in ("radio", "checkbox", "file") or re.search(r"\schecked", tag):
            sent.setdefault(given["name"], []).append(given.get("value", ""))
    return sent


def test_form_as_it_stands_lacks_the_outcome_only(browse, cast, doors):
    client = browse("grid_worker")
    sent = as_it_stands(client.get("/grid/today/").content.decode())
    assert "outcome" not in sent
    answer = client.post("/grid/today/", sent | {"outcome": "declined"})
    assert (answer.status_code, answer.url) == (302, "/grid/today/")
    visit = Visit.objects.get()
    assert (visit.household, visit.outcome, visit.purposes) == (doors[1], "declined", ["publicity", "needs"])
    assert timezone.now() - visit.visited_at < timedelta(minutes=2)
    assert (visit.promises.count(), visit.photos.count()) == (0, 0)


def test_pressing_twice_logs_once(browse, doors):
    client, fields = browse("grid_worker"), {"visit": uuid7()}
    for _twice in range(2):
        assert press(client, doors[1], promise="再来", promise_on="2099-01-01", **fields).status_code == 302
    assert (Visit.objects.count(), Promise.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"outcome": ""}, "点一下：见到了、没人在，还是改天来。"),
        ({"outcome": "seen"}, "这一项选不了"),
        ({"promise": "再来", "promise_on": ""}, "答应的事要有个日子"),
        ({"promise": "再来", "promise_on": "2020-01-01"}, "答应的日子已经过了"),
        ({"follow": "case", "follow_text": " "}, "要转的事还没写清楚"),
        ({"at": "25:00"}, "这里填得不对"),
        ({"photo": SimpleUploadedFile("a.jpg", b"not a photo")}, "这个文件不是照片"),
        ({"kept": "not-a-promise"}, "这一项选不了"),
    ],
)
def test_form_that_lacks_something_says_so_and_logs_nothing(browse, doors, fields, said):
    response = press(browse("grid_worker"), doors[1], **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Visit.objects.exists()


@pytest.mark.parametrize("door", ["5-1-301", "", "00000000-0000-0000-0000-000000000000"])
def test_door_that_is_none_is_not_there(browse, doors, door):
    response = browse("grid_worker").post("/grid/today/", {"door": door, "visit": uuid7(), "outcome": "met"})
    assert response.status_code == (422 if door == "" else 404)
    assert not Visit.objects.exists()


def test_door_of_another_grid_is_not_there(browse, homes):
    client = browse("grid_worker")
    assert client.get(f"/grid/today/?door={homes.zhao.pk}").status_code == 404
    assert press(client, homes.zhao).status_code == 404
    assert client.get(f"/grid/today/?door={homes.lin.pk}").status_code == 200


def test_promise_is_kept_with_the_visit(browse, cast, homes, knock):
    promise = knock(homes.lin, promise="带申请表来").visit.promises.get()
    client = browse("grid_worker")
    assert "带申请表来" in client.get(f"/grid/today/?door={homes.lin.pk}").content.decode()
    press(client, homes.lin, kept=str(promise.pk))
    promise.refresh_from_db()
    assert promise.kept_by == cast.grid_worker


def test_photo_comes_along(browse, homes):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (30, 20), "blue").save(out, "PNG")
    assert (
        press(browse("grid_worker"), homes.lin, photo=SimpleUploadedFile("门.png", out.getvalue())).status_code == 302
    )
    page = browse("secretary").get(Visit.objects.get().get_absolute_url()).content.decode()
    assert "走访时拍的照片" in page


def test_visit_page_is_closed_to_another_grid(browse, homes, knock):
    path = knock(homes.lin, note="送了单子", promise="带申请表来").visit.get_absolute_url()
    for who in ("grid_worker", "clerk", "secretary", "street_supervisor", "district_admin"):
        assert "送了单子" in browse(who).get(path).content.decode()
    for who in ("grid_worker_b", "clerk_b", "secretary_b"):
        assert browse(who).get(path).status_code == 404


def test_late_visit_is_shown_to_the_secretary_and_judged_there(browse, homes, knock, left):
    path = knock(homes.lin).visit.get_absolute_url()
    assert browse("clerk").get(path).status_code == 404
    client = browse("secretary")
    assert "等您看的" in client.get("/grid/visits/").content.decode()
    assert "还没有收" in client.get(path).content.decode()
    for _twice in range(2):
        client.post(f"{path}judge/", {"word": "admit", "_once": "a"})
    assert Visit.objects.get().state == "kept"
    assert "还没有收" not in client.get(path).content.decode()


def test_numbers_of_the_board_open_exactly_their_rows(browse, cast, homes, knock):
    knock(homes.lin, promise="带申请表来")
    knock(homes.zhao, who="grid_worker_b", promise="以后再说", due_on=timezone.localdate() + timedelta(days=5))
    knock(homes.zhao, who="grid_worker_b", visited_at=timezone.now() - timedelta(days=20))
    actor, now = cast.actor("secretary"), timezone.now()
    due, week = numbers_from([panels.promises_due(actor, now), panels.visits_this_week(actor, now)])
    assert (due.value, week.value) == (1, 2)
    client = browse("secretary")
    assert client.get(due.url).context["page"].paginator.count == 1
    assert client.get(week.url).context["page"].paginator.count == 2
    assert numbers_from([panels.promises_due(cast.actor("secretary_b"), now)])[0].value == 0
    assert numbers_from([panels.promises_due(cast.actor("resident"), now)]) == []


def heading(client) -> str:
    """The board's first sentence, as it is read."""
    page = client.get("/board/").content.decode()
    return re.sub(r"<[^>]+>", "", page.split("<h1")[1].split("</h1>")[0]).partition(">")[2].replace("\n", "")


def test_board_says_promises_and_visits_in_its_first_sentence(browse, homes, knock):
    for n in range(3):
        knock(homes.lin, promise=f"第 {n} 件")
    assert heading(browse("secretary")) == "没有超时的，三个承诺今天要兑现，这周走访三次。"
    Promise.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert heading(browse("secretary")) == "三个承诺今天要兑现，这周走访三次。"
    assert heading(browse("street_supervisor_b")) == "没有超时的，今天也没有到期的。"


@pytest.mark.parametrize("now", ["2026-09-14T00:00:01+08:00", "2026-09-16T12:00:00+08:00", "2026-09-20T23:59:59+08:00"])
def test_week_begins_on_monday_at_midnight(browse, cast, homes, knock, now):
    monday = datetime.fromisoformat("2026-09-14T00:00:00+08:00")
    for at in (monday, monday - timedelta(seconds=1)):
        visit = knock(homes.lin).visit
        Visit.objects.filter(pk=visit.pk).update(visited_at=at)
    number = numbers_from([panels.visits_this_week(cast.actor("secretary"), datetime.fromisoformat(now))])[0]
    assert number.value == 1
    page = browse("secretary").get(number.url).context["page"]
    assert [one.visited_at for one in page] == [monday]


def test_board_names_the_promise_that_is_late_and_who_has_it(browse, cast, homes, knock):
    visit = knock(homes.lin, promise="带申请表来").visit
    knock(homes.lin, promise="下星期再来", due_on=timezone.localdate() + timedelta(days=7))
    Promise.objects.filter(text="带申请表来").update(due_on=timezone.localdate() - timedelta(days=1))
    client = browse("secretary")
    board = client.get("/board/").content.decode()
    board = board[board.index('id="promises"') :].split("</section>")[0]
    assert f'href="{visit.get_absolute_url()}"' in board
    for word in ("带申请表来", "过了日子", "在grid_worker手里"):
        assert word in board
    assert "下星期再来" not in board
    assert client.get(visit.get_absolute_url()).status_code == 200


def test_todo_of_a_worker_is_what_was_promised_for_today(browse, cast, homes, knock):
    now, tomorrow = timezone.now(), timezone.localdate() + timedelta(days=1)
    knock(homes.lin, promise="带申请表来")
    knock(homes.lin, promise="明天再来", due_on=tomorrow)
    knock(homes.zhao, who="clerk", promise="别的网格的")
    todo = todos.promises(cast.actor("grid_worker"), now)
    assert [one.title for one in todo] == ["带申请表来"]
    assert "答应过" in browse("grid_worker").get(todo[0].url).content.decode()
    assert "带申请表来" in browse("grid_worker").get("/todo/").content.decode()
    Promise.objects.filter(text="带申请表来").update(kept_at=now)
    assert todos.promises(cast.actor("grid_worker"), now) == []
    assert [one.title for one in todos.promises(cast.actor("grid_worker"), now + timedelta(days=1))] == ["明天再来"]


def test_todo_of_the_secretary_is_the_visit_that_waits(browse, cast, homes, knock, left):
    visit = knock(homes.lin).visit
    todo = todos.waiting_visits(cast.actor("secretary"), timezone.now())
    assert [one.url for one in todo] == [visit.get_absolute_url()]
    assert todos.waiting_visits(cast.actor("clerk"), timezone.now()) == []
    assert todos.waiting_visits(cast.actor("secretary_b"), timezone.now()) == []


def test_promises_past_their_day_are_told_as_late(browse, cast, homes, knock):
    knock(homes.lin, promise="带申请表来")
    Promise.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    actor, now = cast.actor("secretary"), timezone.now()
    assert numbers_from([panels.promises_due(actor, now)])[0].late
    assert todos.promises(cast.actor("grid_worker"), now)[0].late
    assert "过了日子" in browse("secretary").get("/grid/promises/").content.decode()


def test_promise_is_kept_in_two_presses(browse, homes, knock):
    visit = knock(homes.lin, promise="带申请表来").visit
    for where in ("/grid/promises/", visit.get_absolute_url()):
        page = browse("grid_worker").get(where).content.decode()
        assert page.index("改不回来") < page.index("是，办好了")


def test_promise_is_kept_from_the_list(browse, homes, knock):
    promise = knock(homes.lin, promise="带申请表来").visit.promises.get()
    client = browse("grid_worker")
    for _twice in range(2):
        answer = client.post(f"/grid/promises/{promise.pk}/keep/", {"_once": "a", "next": "https://evil.example/"})
    assert answer.url == "/grid/promises/"
    assert "答应过的都办好了" in client.get("/grid/promises/").content.decode()


def test_resident_sees_who_came_and_what_was_promised(cast, homes, knock, rf):
    from django.template.loader import render_to_string

    Resident.objects.filter(pk=homes.xiuying.pk).update(user=cast.resident, linked_at=timezone.now())
    knock(homes.lin, promise="带申请表来", note="只给同事看的")
    panel = panels.at_my_door(cast.actor("resident"), timezone.now(), None)
    page = render_to_string(panel.template, panel.context)
    assert "答应您：带申请表来" in page
    assert "只给同事看的" not in page
    assert panels.at_my_door(cast.actor("neighbour"), timezone.now(), None) is None


def test_round_is_opened_from_its_page_once(browse, cast):
    from grids.visits.models import VisitRound

    today = timezone.localdate().isoformat()
    given = {"grid": cast.place.community.pk, "name": "入冬敲门", "starts_on": today, "ends_on": today}
    given |= {"purposes": ["needs"], "per_day": 9, "_once": "a"}
    client = browse("secretary")
    for _twice in range(2):
        assert client.post("/grid/rounds/", given).status_code == 302
    assert VisitRound.objects.count() == 1
    assert "入冬敲门" in browse("grid_worker").get("/grid/rounds/").content.decode()
    assert browse("grid_worker").post("/grid/rounds/", {**given, "_once": "b"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_pages_take_the_same_queries_however_many_rows(
    browse, cast, visit_round, knock, no_masthead, django_assert_num_queries, rows
):
    visit_round.per_day = 60
    visit_round.save()
    for n in range(rows):
        open_door(cast.place.building, f"{100 + n}", (f"周晓{n}", None))
        knock(open_door(cast.place.building, f"{500 + n}", (f"吴晓{n}", None)), promise="再来")
    client = browse("grid_worker")
    # session, user, reach, round, knocked, promised, before, untried, doors, families; promises and people of the door
    with django_assert_num_queries(17):
        client.get("/grid/today/")
    with django_assert_num_queries(5):  # session, user, reach, count, rows
        client.get("/grid/visits/")
    with django_assert_num_queries(5):
        client.get("/grid/promises/")
