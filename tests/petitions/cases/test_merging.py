"""What may be the same thing, who decides, and what everybody who reported it hears."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from petitions.cases import merging, services
from petitions.cases.enums import Kind, State
from petitions.cases.models import Case, Category, NotSame
from portal.errors import Conflict
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT

LAMP = "5 号楼 1 单元门口的路灯不亮了，晚上老人不敢走。"
SAME = "门口路灯坏了，晚上路灯不亮，老人看不见台阶"
LATER = FILED_AT + timedelta(days=900)
OTHER = "厨房下水道堵了，脏水返上来"


def heard(case: Case) -> list[str]:
    return [f"{one.subject} {one.body}" for one in Notice.objects.filter(about_id=case.pk).order_by("created_at", "id")]


@pytest.fixture
def pair(desk):
    """The neighbour's lamp, merged into the resident's, which goes on."""

    def make(state: str = "submitted") -> tuple[Case, Case]:
        target = desk.at(state, title="路灯", description=LAMP)
        other = desk.file("neighbour", description=SAME, contact_phone="13900004157", reply_by="sms")
        return target, desk.act(other, "merge", "clerk", target=target)

    return make


# ---------------------------------------------------------------- suggestions
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("下水堵了，一楼厨房返水。", "厨房下水道堵了返水", True),  # similarity(): 0.05
        ("路灯不亮", "东边路灯两盏都不亮了，看不见路", True),  # similarity(): 0.00
        ("井盖松了", "井盖松动，车压过去咣当响", True),
        (LAMP, SAME, True),
        ("垃圾桶三天没清，味道很大。", "楼道声控灯一直亮，浪费电。", False),
        ("孩子的四点半课堂还有名额吗？", "装修的周末早上七点就开工。", False),
    ],
)
def test_likeness_of_chinese_text(desk, one, other, expected):
    first, second = desk.file(title="", description=one), desk.file(title="", description=other)
    found = [row.case for row in merging.alike(desk.cast.actor("clerk").reach, second, FILED_AT)]
    assert found == ([first] if expected else [])


def test_suggested_is_what_is_open_near_and_recent(desk):
    place = desk.cast.place
    case = desk.file(title="", description=SAME, grid=place.building)
    here = desk.file(title="", description=LAMP, grid=place.building)
    grid = desk.file(title="", description=LAMP, grid=place.grid)
    far = desk.file(title="", description="门口路灯坏了，老人看不见台阶", grid=place.building_b)
    desk.file(title="", description="路灯杆子歪了", grid=place.building_b)  # as far, and less alike
    desk.file(title="", description=LAMP, grid=place.grid_c)
    desk.file(title="", description=LAMP, now=FILED_AT - timedelta(days=31))
    desk.file(title="", description=OTHER, grid=place.building)
    desk.at("rejected", title="", description=LAMP)
    found = merging.alike(desk.cast.actor("clerk").reach, case, FILED_AT)
    assert [(row.case, row.near) for row in found] == [
        (here, "就在同一处"), (grid, "在同一个网格"), (far, "在同一个社区"),
    ]  # fmt: skip


def test_nothing_restricted_is_suggested_to_who_may_not_see_it(desk):
    care = Category.objects.create(code="care", name="特殊群体", sla="help", kind=Kind.CARE)
    case = desk.file(title="", description=SAME)
    hidden = desk.file(title="", description=LAMP, category=care)
    again = desk.file(title="", description=LAMP, category=care)
    clerk, secretary = desk.cast.actor("clerk").reach, desk.cast.actor("secretary").reach
    assert merging.alike(clerk, case, FILED_AT) == []
    assert merging.alike(clerk, again, FILED_AT) == []
    for one in (case, again, hidden):  # an answer about care is not for who reported a lamp, nor for each other
        assert merging.alike(secretary, one, FILED_AT) == []


def test_not_the_same_is_kept_and_asked_once(desk):
    one, other = desk.file(title="", description=LAMP), desk.file(title="", description=SAME)
    actor = desk.cast.actor("clerk")
    for pair in ((one, other), (other, one)):
        merging.not_the_same(actor=actor, case=pair[0], other=pair[1])
    assert NotSame.objects.count() == 1
    assert merging.alike(actor.reach, one, FILED_AT) == merging.alike(actor.reach, other, FILED_AT) == []


def test_the_index_of_pairs_answers(desk):
    """Among many open cases the few alike are found by the index, not by reading them all."""
    case = desk.file(title="", description=SAME)
    desk.file(title="", description=LAMP)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO petitions_case SELECT (jsonb_populate_record(c, jsonb_build_object("
            "'id', gen_random_uuid(), 'ref', n, 'token_hash', n, 'title', '', 'description', md5(n::text)))).* "
            "FROM petitions_case c, generate_series(1, 4000) n WHERE c.id = %s",
            [case.pk],
        )
        cursor.execute("ANALYZE petitions_case")
    found = merging.candidates(desk.cast.actor("clerk").reach, case, FILED_AT)
    assert "case_alike" in found.explain()
    assert len(found) == 1


@pytest.mark.parametrize("rows", [1, 20])
def test_suggesting_costs_two_queries(desk, django_assert_num_queries, rows):
    for _row in range(rows):
        desk.file(title="", description=LAMP)
    case, reach = desk.file(title="", description=SAME), desk.cast.actor("clerk").reach
    with django_assert_num_queries(2):
        assert merging.alike(reach, case, FILED_AT)


# ---------------------------------------------------------------- the page
def test_side_by_side_and_one_press(desk, browse):
    one, other = desk.file(title="", description=LAMP), desk.file(title="", description=SAME)
    client, url = browse("clerk"), reverse("case-alike", args=[other.ref])
    for led in (other.get_absolute_url(), reverse("case-event", args=[other.ref, "merge"])):
        assert url in client.get(led).content.decode()
    page = client.get(url).content.decode()
    assert LAMP in page
    assert SAME in page
    assert client.post(url, {"other": one.ref, "do": "merge", "version": other.version}).url == one.get_absolute_url()
    other.refresh_from_db()
    assert other.merged_into == one
    assert client.get(url).status_code == 404
    assert other.get_absolute_url() in client.get(one.get_absolute_url()).content.decode()


def test_not_the_same_by_page_and_nobody_elses_case(desk, browse):
    one, other = desk.file(title="", description=LAMP), desk.file(title="", description=SAME)
    client, url = browse("clerk"), reverse("case-alike", args=[other.ref])
    client.post(url, {"other": one.ref, "do": "apart"})
    assert NotSame.objects.count() == 1
    far = desk.file(title="", description=LAMP, grid=desk.cast.place.grid_c)
    for ref in (far.ref, "x", ""):
        assert client.post(url, {"other": ref, "do": "merge"}).status_code == 404
    assert browse("grid_worker").get(url).status_code == 404  # sees it, may not merge it


# ---------------------------------------------------------------- the rules of merging
def test_what_came_to_be_restricted_tells_no_words(desk, browse, pair):
    talk = Category.objects.create(code="talk", name="邻里纠纷", sla="complaint", kind=Kind.MEDIATION)
    target, other = pair()
    for event, who, data in (
        ("accept", "secretary", {"category": talk}),
        ("assign", "secretary", {"person": desk.cast.grid_worker}),
        ("sign", "grid_worker", {}),
        ("submit_result", "grid_worker", {"answer": "王家赔两千", "solved": "yes"}),
        ("verify_pass", "secretary", {}),
    ):
        target = desk.act(target, event, who, **data)
    page = browse().get(other.track_path).content.decode()
    assert "有结果了" in page
    assert "王家赔两千" not in page + "".join(heard(other))


def test_whoever_waited_for_it_waits_for_its_target(desk, pair):
    target, other = pair()
    final = desk.file(description=LAMP)
    desk.act(target, "merge", "clerk", target=final)
    other.refresh_from_db()
    assert other.merged_into == final


def test_a_case_others_wait_for_cannot_be_withdrawn(desk, pair):
    target, _other = pair()
    with pytest.raises(Conflict) as refused:
        desk.act(target, "withdraw", "resident")
    assert refused.value.code == "OTHERS_WAIT"
    assert Case.objects.get(pk=target.pk).state == State.SUBMITTED


# ---------------------------------------------------------------- everybody hears
def test_every_reporter_hears_the_answer_once_and_in_their_own_name(desk, pair):
    target, other = pair("in_progress")
    third = desk.act(desk.file(description="路灯还是不亮，黑得很"), "merge", "clerk", target=target)
    target = desk.act(target, "submit_result", "grid_worker", answer="换了新灯。", solved="yes")
    target = desk.act(target, "verify_pass", "secretary")
    for case in (other, third):
        told = [one for one in heard(case) if "换了新灯。" in one]
        assert told
        assert all(f"有结果了：{case.title}" in one for one in told)
        assert not any("请您评一评" in one or "/rate/" in one or target.track_path in one for one in told)
    by_sms = Notice.objects.filter(about_id=other.pk, channel="sms", body__contains="换了新灯。")
    assert [one.address for one in by_sms] == ["+8613900004157"]


def test_rating_reopening_and_lapsing_of_the_target_are_told_as_what_comes_of_them(desk, pair):
    target, other = pair("awaiting_feedback")
    target = desk.act(target, "rate", "resident", satisfaction="dissatisfied", solved="no", words="糊弄人")
    for event, who, data in (
        ("sign", "grid_worker", {}),
        ("submit_result", "grid_worker", {"answer": "重新接了线。", "solved": "yes"}),
        ("verify_pass", "secretary", {}),
        ("rate", "resident", {"satisfaction": "satisfied", "solved": "yes"}),
        ("reopen", "resident", {"reason": "又灭了，白跑一趟"}),
    ):
        target = desk.act(target, event, who, **data)
    said = "\n".join(heard(other))
    assert said.count("还没办好，接着办") >= 2
    assert "重新接了线。" in said
    assert "结案了" in said
    for secret in ("糊弄人", "又灭了", "不满意"):
        assert secret not in said


def test_merged_after_the_answer_it_is_told_at_once(desk, pair):
    _target, other = pair("awaiting_feedback")
    assert any("换了新灯。" in one for one in heard(other))


def test_a_rejected_target_tells_its_reason_to_all(desk, pair, browse):
    target, other = pair()
    desk.act(target, "reject", "clerk", reason="归供电公司管，打 95598")
    assert any("95598" in one for one in heard(other))
    page = browse().get(other.track_path).content.decode()
    assert "没有受理" in page
    assert "95598" in page


def test_no_key_is_told_twice(desk, pair):
    target, _other = pair("in_progress")
    target = desk.act(target, "submit_result", "grid_worker", answer="换了新灯。", solved="yes")
    desk.act(target, "verify_pass", "secretary")
    keys = list(Notice.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("submitted", "并在一起办"),
        ("needs_info", "正在问清楚情况"),
        ("shelved", "现在办不了"),
        ("under_review", "正在核实"),
        ("awaiting_feedback", "有结果了"),
        ("closed", "经办人说办好了"),
    ],
)
def test_the_slip_of_a_merged_case_shows_the_work_and_nothing_of_the_other_reporter(
    desk, browse, pair, state, sentence
):
    target, other = pair("awaiting_feedback" if state == "closed" else state)
    if state == "closed":
        target = desk.act(target, "rate", "resident", satisfaction="satisfied", solved="yes")
    services_said = desk.actor("resident")
    if target.is_open:
        services.add_remark(actor=services_said, case=target, text="我家有狗，来前打电话", by_reporter=True)
    Case.objects.filter(pk=target.pk).update(reporter_name="林秀英", due_at=LATER, step_due_at=LATER)
    page = browse().get(other.track_path).content.decode()
    assert sentence in page.replace('<span class="ph">', "").replace("</span>", "")
    for secret in ("林秀英", "我家有狗", target.ref, target.ref.replace("-", " "), target.token, LAMP, "是哪一单元"):
        assert secret not in page, secret
    assert ("换了新灯。" in page) is (state in ("awaiting_feedback", "closed"))
