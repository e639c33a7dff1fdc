"""Pages and API of 吹哨报到 and of asking again."""

import pytest
import time_machine

from petitions.cases.models import Case, Chase, WhistleCall
from portal.workbench.registry import numbers_for, panels_for, todos_of
from tests.petitions.cases.conftest import FILED_AT, at
from tests.petitions.cases.test_report import once


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(FILED_AT, tick=False):
        yield


def whistled(desk, **fields) -> WhistleCall:
    case = desk.at("in_progress", **fields)
    desk.act(case, "whistle", "street_supervisor", reason="来拆违建", departments=[desk.cast.place.sector])
    return WhistleCall.objects.get(case=case)


def press(client, url, **data):
    page = client.get(data.pop("at", url))
    return client.post(url, {"_once": once(page)} | data)


def plain(response) -> str:
    return response.content.decode().replace('<span class="ph">', "").replace("</span>", "")


# ---------------------------------------------------------------- pages
def test_the_street_whistles_from_the_case(desk, browse):
    case, client = desk.at("in_progress"), browse("street_supervisor")
    assert "吹哨" in client.get(case.get_absolute_url()).content.decode()
    url = f"{case.get_absolute_url()}do/whistle/"
    assert "城管网格" in client.get(url).content.decode()
    given = {"departments": [str(desk.cast.place.sector.pk)], "reason": "来拆违建", "power": "区城管局"}
    assert press(client, url, version=case.version, **given).url == case.get_absolute_url()
    call = WhistleCall.objects.get(case=case)
    text = client.get(case.get_absolute_url()).content.decode()
    assert call.get_absolute_url() in text
    assert "最迟 明天 9:00 到场" in text
    assert "要由区城管局决定" in text


def test_a_whistle_for_nobody_is_told(desk, browse):
    case, client = desk.at("in_progress"), browse("street_supervisor")
    page = press(client, f"{case.get_absolute_url()}do/whistle/", version=case.version, reason="来")
    assert page.status_code == 422
    assert "请至少选一个部门" in page.content.decode()
    assert not WhistleCall.objects.exists()


def test_a_step_that_nobody_asked_for_is_no_button(desk, browse):
    case, client = desk.at("in_progress"), browse("street_supervisor")
    assert "do/grant/" not in client.get(case.get_absolute_url()).content.decode()
    desk.act(case, "ask_shelve", "grid_worker", reason="等批复", until=at("2026-11-02 09:00"))
    assert "do/grant/" in client.get(case.get_absolute_url()).content.decode()
    assert "do/ask_shelve/" not in browse("grid_worker").get(case.get_absolute_url()).content.decode()


def test_a_closed_case_is_not_late_whenever_it_was_due(desk, browse):
    case = desk.at("closed")
    with time_machine.travel(at("2026-11-02 09:00"), tick=False):
        text = plain(browse("clerk").get(case.get_absolute_url()))
    assert "结案了。反映人说办好了" in text
    assert "已经超时" not in text


def test_only_the_street_sees_the_button(desk, browse):
    case = desk.at("in_progress")
    for who in ("clerk", "secretary", "grid_worker", "district_admin"):
        assert "do/whistle/" not in browse(who).get(case.get_absolute_url()).content.decode(), who


def test_the_department_arrives_and_reports_and_the_street_rates(desk, browse):
    call = whistled(desk)
    url, department, street = call.get_absolute_url(), browse("department_handler"), browse("street_supervisor")
    assert "请城管网格到场，" in plain(department.get(url))
    assert press(department, f"{url}arrive/", at=url, version=1).url == url
    assert press(department, f"{url}report/", at=url, version=2, reason="棚子拆了").url == url
    assert "棚子拆了" in street.get(url).content.decode()
    assert press(street, f"{url}rate/", at=url, version=3, rating="fairly").url == url
    call.refresh_from_db()
    assert (call.state, call.rating) == ("rated", "fairly")
    case = Case.objects.get(pk=call.case_id)
    story = browse().get(case.track_path).content.decode()
    assert "街道吹哨，请城管网格到场。" in story
    assert "城管网格到场了。" in story
    assert "棚子拆了" not in story  # between colleagues until it is verified
    assert "基本满意" not in story
    assert "棚子拆了" in street.get(case.get_absolute_url()).content.decode()


def test_a_report_without_words_and_a_stale_page_are_told(desk, browse):
    call = whistled(desk)
    url, department = call.get_absolute_url(), browse("department_handler")
    press(department, f"{url}arrive/", at=url, version=1)
    assert press(department, f"{url}report/", at=url, version=2, reason=" ").status_code == 422
    assert press(department, f"{url}report/", at=url, version=1, reason="好了").url == url
    call.refresh_from_db()
    assert call.state == "arrived"


@pytest.mark.parametrize(("who", "event"), [("grid_worker", "arrive"), ("department_handler", "rate")])
def test_who_may_not_is_told(desk, browse, who, event):
    call = whistled(desk)
    url = call.get_absolute_url()
    given = {"rating": "satisfied"} if event == "rate" else {}
    assert browse(who).post(f"{url}{event}/", {"version": 1} | given).status_code == 403
    assert browse(who).post(f"{url}call/").status_code == 404
    assert browse(who).get(f"{url}{event}/").status_code == 405


def test_the_called_read_but_do_not_speak_to_the_reporter(desk, browse):
    case = whistled(desk).case
    client = browse("department_handler")
    text = client.get(case.get_absolute_url()).content.decode()
    assert "补印回单" not in text
    assert "告诉反映人" not in text
    assert client.post(f"{case.get_absolute_url()}slip/").status_code == 403
    said = client.post(f"{case.get_absolute_url()}say/remark/", {"remark-text": "我们来了"})
    assert said.status_code == 403
    assert not case.remarks.exists()


def test_the_lists_say_who_is_awaited(desk, browse):
    assert "没有叫您去的" in plain(browse("department_handler").get("/whistles/"))
    call = whistled(desk)
    assert "一处等您到场" in plain(browse("department_handler").get("/whistles/"))
    with time_machine.travel(at("2026-09-15 11:00"), tick=False):
        for who in ("street_supervisor", "secretary"):
            text = plain(browse(who).get("/whistles/?late=1"))
            assert "一处已经超时" in text
            assert call.get_absolute_url() in text
            assert "没到，超 2 小时" in text
        assert "还没有到场" in plain(browse("street_supervisor").get(call.get_absolute_url()))
    assert call.get_absolute_url() not in browse("secretary_b").get("/whistles/").content.decode()


def test_todos_and_board_name_it(desk):
    call, late = whistled(desk), at("2026-09-15 11:00")
    department, street = desk.cast.actor("department_handler"), desk.cast.actor("street_supervisor")
    [todo] = [todo for todo in todos_of(department, late) if todo.url == call.get_absolute_url()]
    assert (str(todo.kind), todo.due_at, todo.late) == ("到场", call.due_at, True)
    assert [n.value for n in numbers_for(street, late) if "whistles" in n.url] == [1]
    assert [n for n in numbers_for(street, FILED_AT) if "whistles" in n.url] == []
    [panel] = [panel for panel in panels_for("board", street, late) if panel.code == "calls"]
    assert panel.context["rows"][0].late == "2 小时"
    assert [p for p in panels_for("board", desk.cast.actor("secretary_b"), late) if p.code == "calls"] == []


def test_what_was_reported_waits_for_the_street(desk):
    from petitions.cases import whistles

    call = whistled(desk)
    for event, said in (("arrive", ""), ("report", "拆了")):
        whistles.answer(actor=desk.actor("department_handler"), call_id=call.pk, event=event, reason=said)
    kinds = {str(todo.kind) for todo in todos_of(desk.cast.actor("street_supervisor"), FILED_AT)}
    assert "评一评" in kinds
    assert todos_of(desk.cast.actor("department_handler"), FILED_AT) == []


def test_the_list_costs_the_same_at_one_and_at_thirty(desk, browse, django_assert_num_queries):
    whistled(desk)
    with time_machine.travel(at("2026-09-16 11:00"), tick=False):  # late, so that each row counts its hours
        client = browse("street_supervisor")
        client.get("/whistles/")
        with django_assert_num_queries(LIST):
            client.get("/whistles/")
    for _more in range(29):
        whistled(desk)
    with time_machine.travel(at("2026-09-16 11:00"), tick=False), django_assert_num_queries(LIST):
        assert client.get("/whistles/").content.decode().count("没到，超") == 30


LIST = 12


# ---------------------------------------------------------------- asking again
def test_a_chase_is_written_down(desk, browse):
    case, client = desk.at("in_progress"), browse("grid_worker")
    url = f"{case.get_absolute_url()}chase/"
    assert url in client.get(case.get_absolute_url()).content.decode()
    answer = press(client, url, power="市住建局", asked_on="2026-09-14", words="说这周上会")
    assert answer.url == case.get_absolute_url()
    assert Chase.objects.get().words == "说这周上会"
    page = press(client, url, power="市住建局", asked_on="2027-01-01", words="说这周上会")
    assert page.status_code == 422
    assert "不能晚过今天" in page.content.decode()
    assert press(client, url, power="市住建局", asked_on="昨天", words="").status_code == 422


def test_who_neither_holds_nor_steers_it_does_not_ask(desk, browse):
    case = whistled(desk).case
    assert browse("department_handler").get(f"{case.get_absolute_url()}chase/").status_code == 403


# ---------------------------------------------------------------- the API
def events(call, who, case, **body):
    return call(who).post(f"/api/v1/cases/{case.ref}/events/", body)


def test_the_api_whistles_answers_and_rates(desk, call):
    case = desk.at("in_progress")
    said = events(call, "street_supervisor", case, event="whistle", departments=["620902-S01"], reason="来").json()
    [one] = said["calls"]
    assert (one["state"], one["department"], one["name"], one["events"]) == (
        *("called", "620902-S01", "城管网格", ["call_off"]),
    )
    assert one["due_at"].startswith("2026-09-15T09:00")
    url = f"/api/v1/cases/{case.ref}/calls/{one['id']}/events/"
    assert call("department_handler").post(url, {"event": "arrive"}).json()["calls"][0]["state"] == "arrived"
    said = call("department_handler").post(url, {"event": "report", "reason": "拆了", "version": 2}).json()
    assert said["calls"][0]["report"] == "拆了"
    said = call("street_supervisor").post(url, {"event": "rate", "rating": "满意"}).json()
    assert (said["calls"][0]["state"], said["calls"][0]["rating"]) == ("rated", "satisfied")
    theirs = call("resident").get(f"/api/v1/cases/{case.ref}/").json()["calls"][0]
    assert (theirs["state"], theirs["report"], theirs["rating"]) == ("rated", "", "")


@pytest.mark.parametrize(
    ("who", "body", "expected"),
    [
        ("street_supervisor", {"departments": ["nowhere"], "reason": "来"}, (404, "NOT_FOUND")),
        ("street_supervisor", {"departments": ["620902001001"], "reason": "来"}, (422, "NOT_A_DEPARTMENT")),
        ("street_supervisor", {"departments": [], "reason": "来"}, (422, "MISSING")),
        ("street_supervisor", {"departments": "620902-S01", "reason": "来"}, (422, "INVALID")),
        ("street_supervisor", {"departments": ["620902-S01"], "reason": " "}, (422, "REASON_REQUIRED")),
        ("street_supervisor", {"departments": ["620902-S01"], "reason": "来", "version": 1}, (409, "STALE")),
        ("secretary", {"departments": ["620902-S01"], "reason": "来"}, (403, "FORBIDDEN")),
        ("department_handler", {"departments": ["620902-S01"], "reason": "来"}, (404, "NOT_FOUND")),
    ],
)
def test_a_refused_whistle_says_why_and_calls_nobody(desk, call, who, body, expected):
    case = desk.at("in_progress")
    answer = events(call, who, case, event="whistle", **body)
    assert (answer.status_code, answer.json()["code"]) == expected
    assert not WhistleCall.objects.exists()


@pytest.mark.parametrize(
    ("who", "body", "expected"),
    [
        ("department_handler", {"event": "report", "reason": "好了"}, (409, "ILLEGAL_TRANSITION")),
        ("department_handler", {"event": "call"}, (409, "ILLEGAL_TRANSITION")),
        ("department_handler", {"event": "fly"}, (409, "ILLEGAL_TRANSITION")),
        ("department_handler", {"event": "arrive", "version": 9}, (409, "STALE")),
        ("department_handler", {}, (422, "INVALID")),
        ("secretary", {"event": "arrive"}, (403, "FORBIDDEN")),
        ("street_supervisor", {"event": "rate", "rating": "好极了"}, (422, "INVALID")),
        ("street_supervisor_b", {"event": "arrive"}, (404, "NOT_FOUND")),
    ],
)
def test_a_refused_answer_says_why(desk, call, who, body, expected):
    made = whistled(desk)
    answer = call(who).post(f"/api/v1/cases/{made.case.ref}/calls/{made.pk}/events/", body)
    assert (answer.status_code, answer.json()["code"]) == expected


def test_a_call_of_another_case_is_not_there(desk, call):
    one, other = whistled(desk), whistled(desk)
    url = f"/api/v1/cases/{one.case.ref}/calls/{other.pk}/events/"
    assert call("department_handler").post(url, {"event": "arrive"}).status_code == 404
