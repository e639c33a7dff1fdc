"""答复模板: a secretary words them, the answer form takes them in without a script, and no blank is ever sent."""

import pytest
from django.urls import reverse

from petitions.cases import answers
from petitions.cases.models import AnswerTemplate, Case, Category
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from tests.petitions.cases.test_report import once

TEXT = "灯【填：哪天】换好了，有问题打【填：电话】。"


def save(desk, who: str = "secretary", where: str = "community", **fields) -> AnswerTemplate:
    given = {"title": "灯换好了", "text": TEXT} | fields
    return answers.save_template(actor=desk.cast.actor(who), community=getattr(desk.cast.place, where), **given)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (TEXT, ["【填：哪天】", "【填：电话】"]),
        ("【填:哪天】和【 填 】", ["【填:哪天】", "【 填 】"]),
        ("【重要】灯换好了。", []),
        ("填好了表，【已办】", []),
        ("", []),
    ],
)
def test_what_is_a_blank(text, left):
    assert answers.blanks(text) == left


# ---------------------------------------------------------------- writing
def test_whose_templates_these_are(desk):
    made = save(desk)
    for who, where in (("clerk", "community"), ("secretary_b", "community"), ("street_supervisor", "community")):
        with pytest.raises(Forbidden):
            save(desk, who, where, title="别的")
        with pytest.raises(NotFound):
            answers.template_for(desk.cast.actor(who).reach, made.pk)
    with pytest.raises(Invalid):
        save(desk, where="grid", title="别的")


@pytest.mark.parametrize(("field", "value"), [("title", " "), ("text", " "), ("text", "长" * 2001)])
def test_what_is_missing_is_said(desk, field, value):
    with pytest.raises(Invalid) as refused:
        save(desk, **{field: value})
    assert field in refused.value.extra["errors"]


def test_a_title_is_one_templates_until_it_is_switched_off(desk):
    first = save(desk)
    with pytest.raises(Conflict) as refused:
        save(desk)
    assert "灯换好了" in str(refused.value.message)
    answers.switch_template(actor=desk.cast.actor("secretary"), template=first, on=False)
    save(desk)
    with pytest.raises(Conflict):
        answers.switch_template(actor=desk.cast.actor("secretary"), template=first, on=True)


def test_offered_are_the_communitys_own_of_this_category_first(desk, category):
    other = Category.objects.create(code="gas", name="燃气", sla="emergency")
    anything, own = save(desk, title="一般"), save(desk, title="灯", category=category)
    save(desk, title="气", category=other)
    save(desk, "secretary_b", "community_b")
    answers.switch_template(actor=desk.cast.actor("secretary"), template=save(desk, title="旧的"), on=False)
    assert answers.for_case(desk.file(category=category)) == [own, anything]
    assert answers.for_case(desk.file()) == [anything]


# ---------------------------------------------------------------- in the answer form
def test_put_in_without_a_script_and_refused_until_the_blanks_are_filled(desk, browse):
    made = save(desk)
    case, client = desk.at("in_progress"), browse("grid_worker")
    url = reverse("case-event", args=[case.ref, "submit_result"])
    page = client.get(url)
    assert "灯换好了" in page.content.decode()
    given = {"_once": once(page), "version": case.version, "solved": "partly"}
    put_in = client.post(url, given | {"insert": "1", "template": made.pk, "answer": "先说一声。"})
    assert put_in.status_code == 200
    text = put_in.content.decode()
    assert f"先说一声。\n{TEXT}" in text
    assert 'value="partly" id="id_solved_1" checked' in text
    assert Case.objects.get().state == "in_progress"
    refused = client.post(url, given | {"answer": TEXT})
    assert refused.status_code == 422
    assert "还有没填的空：【填：哪天】、【填：电话】" in refused.content.decode()
    assert TEXT in refused.content.decode()
    assert client.post(url, given | {"answer": "灯今天换好了，有问题打 8555 0110。"}).status_code == 302
    assert Case.objects.get().state == "under_review"


def test_blanks_are_refused_by_every_door(desk, call):
    case = desk.at("in_progress")
    with pytest.raises(Refusal) as refused:
        desk.act(case, "submit_result", "grid_worker", answer=TEXT, solved="yes")
    assert refused.value.code == "BLANK_LEFT"
    body = {"event": "submit_result", "answer": TEXT, "solved": "yes"}
    answer = call("grid_worker").post(f"/api/v1/cases/{case.ref}/events/", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "BLANK_LEFT")
    assert Case.objects.get().state == "in_progress"


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_a_template_that_is_none_changes_nothing(desk, browse, key):
    case = desk.at("in_progress")
    url = reverse("case-event", args=[case.ref, "submit_result"])
    page = browse("grid_worker").post(url, {"insert": "1", "template": key, "answer": "先说一声。"})
    assert page.status_code == 200
    assert "先说一声。" in page.content.decode()


# ---------------------------------------------------------------- the pages
def test_a_secretary_writes_changes_and_switches_one(desk, browse, category):
    client, new = browse("secretary"), reverse("answer-template-new")
    given = {"title": "灯换好了", "text": TEXT, "category": "lamp", "community": str(desk.cast.place.community.pk)}
    assert client.post(new, given | {"_once": once(client.get(new))}).url == reverse("answer-templates")
    made = AnswerTemplate.objects.get()
    url = reverse("answer-template", args=[made.pk])
    category.is_active = False  # retired: stays on what stands
    category.save()
    again = {"_once": once(client.get(url))} | given | {"title": "灯修好了", "category": "lamp"}
    assert client.post(url, again).status_code == 422
    assert client.post(url, again | {"category": ""}).status_code == 302
    assert "灯修好了" in client.get(reverse("answer-templates")).content.decode()
    client.post(reverse("answer-template-switch", args=[made.pk]), {"on": "0"})
    made.refresh_from_db()
    assert not made.is_active
    for junk in ({}, given | {"community": "x"}, given | {"title": "长" * 31}):
        assert client.post(new, junk).status_code == 422


def test_counted_are_the_templates_in_use_and_a_switch_is_confirmed(desk, browse):
    for title in ("灯修好了", "垃圾清走了"):
        made = save(desk, title=title)
    client, url = browse("secretary"), reverse("answer-template-switch", args=[made.pk])
    off = client.post(url, {"on": "0"}, follow=True).content.decode()
    assert "一个模板" in off
    assert "停掉了" in off
    assert "又能选了" in client.post(url, {"on": "1"}, follow=True).content.decode()
    for one in AnswerTemplate.objects.all():
        client.post(reverse("answer-template-switch", args=[one.pk]), {"on": "0"})
    assert "模板都停着" in client.get(reverse("answer-templates")).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same(desk, browse, django_assert_num_queries, rows):
    for n in range(rows):
        save(desk, title=f"模板 {n}")
    client = browse("secretary")
    client.get(reverse("answer-templates"))
    with django_assert_num_queries(LIST):
        client.get(reverse("answer-templates"))


LIST = 6
