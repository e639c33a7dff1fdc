"""Inspections as people use them: with a telephone at the door, at the desk, on paper."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from petitions.cases.models import Case
from petitions.inspections.models import Checklist, Inspection, InspectionResult
from petitions.inspections.panels import late
from petitions.inspections.todos import to_go
from portal.attachments.models import Attachment
from portal.workbench.registry import numbers_from
from tests.petitions.inspections.conftest import ITEMS, NOTE, a_list


def door(inspection, number=0) -> str:
    place = inspection.places.all()[number]
    return reverse("inspection-place", kwargs={"inspection_id": inspection.pk, "place_id": place.pk})


def a_photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (6, 4), "red").save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue())


def test_one_page_a_place_and_straight_on_to_the_next(walk, browse):
    inspection, client = walk.start(), browse("grid_worker")
    page = client.get(door(inspection)).content.decode()
    assert all(item in page for item in ITEMS)
    given = {"i1-found": "problem", "i1-note": NOTE, "i1-photo": a_photo(), "i2-found": "ok", "i3-found": "ok"}
    answer = client.post(door(inspection), given)
    assert (answer.status_code, answer.url) == (302, door(inspection, 1))
    case = Case.objects.get()
    assert Attachment.objects.get(owner_id=case.pk).owner_type == "case"
    # Sent twice by an impatient thumb, it is one case.
    client.post(door(inspection), given | {"i1-photo": a_photo()})
    assert Case.objects.count() == 1
    answer = client.post(door(inspection, 1), {"do": "all"})
    assert answer.url == inspection.get_absolute_url()
    page = client.get(inspection.get_absolute_url()).content.decode()
    for words in ("都看过了", case.title, "1 处问题", "1 件在办", "待受理"):
        assert words in page


def test_what_was_left_out_at_a_place_is_said_and_comes_again(walk, browse):
    inspection, client = walk.start(), browse("grid_worker")
    answer = client.post(door(inspection), {"i1-found": "ok"}, follow=True)
    assert answer.request["PATH_INFO"] == door(inspection, 1)
    assert "老张面馆还差 2 样没点" in answer.content.decode()
    client.post(door(inspection, 1), {"do": "all"})
    answer = client.post(door(inspection), {"i1-found": "ok"}, follow=True)  # the only one left
    assert answer.request["PATH_INFO"] == door(inspection)
    assert "每一处都看过了" not in answer.content.decode()


def test_a_missing_sentence_loses_nothing(walk, browse):
    inspection, client = walk.start(), browse("grid_worker")
    answer = client.post(door(inspection), {"i1-found": "problem", "i2-found": "ok"})
    assert answer.status_code == 422
    assert "写一句怎么回事" in answer.content.decode()
    assert InspectionResult.objects.count() == 0


def test_a_file_that_is_no_photo_is_told_beside_its_item(walk, browse):
    inspection, client = walk.start(), browse("grid_worker")
    file = SimpleUploadedFile("a.jpg", b"PK\x03\x04 not a photo")
    answer = client.post(door(inspection), {"i1-found": "problem", "i1-note": NOTE, "i1-photo": file})
    assert answer.status_code == 422
    assert (Case.objects.count(), InspectionResult.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "body", [{}, {"i1-found": "nonsense"}, {"i9-found": "ok"}, {"do": "nonsense"}, {"i1-note": "\0"}]
)
def test_a_garbled_form_writes_nothing(walk, browse, body):
    inspection = walk.start()
    assert browse("grid_worker").post(door(inspection), body).status_code in (302, 422)
    assert InspectionResult.objects.count() == 0


def test_who_was_not_sent_reads_and_does_not_write(walk, browse):
    inspection = walk.start()
    client = browse("clerk")
    assert "这一次没有派您去查" in client.get(door(inspection)).content.decode()
    assert client.post(door(inspection), {"do": "all"}).status_code == 403


def test_a_shop_is_added_at_the_door(walk, browse):
    inspection, client = walk.start(), browse("grid_worker")
    url = reverse("inspection-add", args=[inspection.pk])
    assert client.post(url, {"label": ""}).status_code == 422
    answer = client.post(url, {"label": "阿云理发"}, follow=True)
    assert "阿云理发，" in answer.content.decode().replace("</span>", "").replace('<span class="ph">', "")


def test_the_end_by_those_who_went_and_by_those_who_sent(walk, browse):
    inspection = walk.start()
    url = reverse("inspection-end", args=[inspection.pk])
    assert browse("grid_worker").post(url, {"do": "finish"}).status_code == 409
    assert browse("secretary").post(url, {"do": "finish", "reason": ""}).status_code == 422
    for body in ({"do": "nonsense"}, {"do": "finish", "version": "9" * 30}, {"do": "finish", "version": "99"}):
        assert browse("secretary").post(url, body).status_code in (409, 422)
    browse("secretary").post(url, {"do": "finish", "reason": "店都关门了", "version": "1"})
    assert "店都关门了" in browse("grid_worker").get(inspection.get_absolute_url()).content.decode()


def test_sending_out_in_two_steps(walk, browse):
    client, place = browse("secretary"), walk.cast.place
    assert "接着选人" in client.get("/inspections/new/").content.decode()
    url = f"/inspections/new/?list={walk.checklist.pk}&grid={place.grid.code}"
    assert "有 1 栋楼" in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422
    given = {"team": [str(walk.cast.grid_worker.pk)], "due_on": "2026-01-01", "buildings": "on", "places": "老张面馆"}
    assert client.post(url, given).status_code == 422  # long past
    answer = client.post(url, given | {"due_on": timezone.localdate().isoformat()}, follow=True)
    assert "老张面馆" in answer.content.decode()
    assert [str(one) for one in Inspection.objects.get().places.all()] == ["5 号楼", "老张面馆"]
    for query in ("list=x&grid=y", f"list={walk.checklist.pk}&grid={place.community_b.code}", "list=%00"):
        assert client.get(f"/inspections/new/?{query}").status_code == 200


def test_writing_and_changing_a_list(walk, browse):
    client = browse("secretary")
    given = {"name": "楼院文明创建", "items": "楼道没有堆东西\n没有小广告\n", "grid": walk.cast.place.community.code}
    assert "楼道没有堆东西" in client.post("/inspections/lists/new/", given, follow=True).content.decode()
    made = Checklist.objects.get(name="楼院文明创建")
    change = reverse("checklist-change", args=[made.pk])
    assert "没有小广告" in client.get(change).content.decode()
    assert client.post(change, given | {"items": ""}).status_code == 422
    assert "第几版" in client.post(change, given | {"items": "没有小广告"}, follow=True).content.decode()
    assert client.post(change, given).status_code == 409
    latest = Checklist.objects.get(name="楼院文明创建", version=2)
    client.post(latest.get_absolute_url(), {"do": "retire"})
    assert "停用" in client.get("/inspections/lists/").content.decode()
    assert browse("clerk").get(latest.get_absolute_url()).status_code == 200
    assert browse("clerk").post(latest.get_absolute_url(), {"do": "offer"}).status_code == 403


def test_the_paper_twin_has_every_place_and_every_box(walk, browse):
    inspection = walk.start()
    page = browse("grid_worker").get(reverse("inspection-paper", args=[inspection.pk])).content.decode()
    assert page.count('class="insp-box"') == 2 * 2 * 3
    assert all(words in page for words in (*ITEMS, "老张面馆", "家和便利店"))


def test_a_case_says_which_inspection_found_it(walk, browse):
    inspection = walk.start()
    walk.say(inspection, 0, 0, "problem")
    page = browse("clerk").get(Case.objects.get().get_absolute_url()).content.decode()
    for words in ("检查时发现的", "老张面馆", ITEMS[0], inspection.get_absolute_url(), "检查时发现，当场记下"):
        assert words in page


def test_todos_and_the_board(walk):
    inspection, now = walk.start(), timezone.now()
    assert [todo.url for todo in to_go(walk.actor("grid_worker"), now)] == [inspection.get_absolute_url()]
    for who in ("clerk", "grid_worker_b", "resident", "secretary"):
        assert to_go(walk.actor(who), now) == []
    assert numbers_from([late(walk.actor("secretary"), now)]) == []
    then = now + timedelta(days=9)
    assert numbers_from([late(walk.actor("secretary"), then)])[0].value == 1
    assert numbers_from([late(walk.actor("street_supervisor"), then)])[0].value == 1
    assert numbers_from([late(walk.actor("secretary_b"), then)]) == []


def test_lists_and_pages_without_anything_say_what_to_do(desk, browse):
    assert "现在没有在查的" in browse("secretary").get("/inspections/").content.decode()
    assert "还没有清单" in browse("secretary").get("/inspections/new/").content.decode()
    assert "一张也没有" in browse("grid_worker").get("/inspections/lists/").content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_pages_cost_the_same_at_one_and_at_twenty(walk, browse, django_assert_num_queries, rows):
    for n in range(rows):
        inspection = walk.start(places=[f"店{m}" for m in range(rows)])
        walk.say(inspection, 0, 0, "problem")
        if n:
            a_list(walk.cast, walk.actor("secretary"), name=f"清单{n}")
    client = browse("secretary")
    for url, cost in (("/inspections/", LIST), (inspection.get_absolute_url(), ONE), ("/inspections/lists/", LISTS)):
        client.get(url)
        with django_assert_num_queries(cost):
            client.get(url)


# Literal, so that one more is seen.
LIST = 11
ONE = 15
LISTS = 6
