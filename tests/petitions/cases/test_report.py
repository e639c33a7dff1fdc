"""/report/: three steps, with or without an account; whatever goes wrong costs one field, never the whole story."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from petitions.cases.models import Case, Category
from portal.attachments.models import Attachment
from portal.audit.models import AuditEntry
from portal.notifications.models import Notice
from portal.throttle import services as throttle

TEXT = "三单元的灯坏了一周了，晚上看不见台阶。"


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def once(page) -> str:
    return re.search(r'name="_once" value="(\w+)"', page.content.decode()).group(1)


def walk(client: Client, place, category: str = "", photos=(), **reply):
    """All three steps; the response of the last."""
    client.post("/report/", {"text": TEXT, "category": category, "photos": list(photos)})
    client.post("/report/where/", {"community": place.community.code, "address": "6 号楼 3 单元"})
    key = once(client.get("/report/reply/"))
    return client.post("/report/reply/", {"_once": key, "reply_by": "slip"} | reply)


def test_nobody_signed_in_reports_and_gets_a_slip(cast, place, browse, category):
    client = browse()
    answer = walk(client, place, "lamp", [photo()], name="林阿姨", phone="138 0000 2046", reply_by="call")
    assert answer.url == "/report/done/"
    case = Case.objects.get()
    assert (case.reporter, case.reporter_name, case.contact_phone) == (None, "林阿姨", "+8613800002046")
    assert case.category == category
    assert case.grid == place.building_b  # 6 号楼 was named, so it reaches that grid's worker
    done = client.get("/report/done/").content.decode()
    assert "最迟" in done
    assert case.ref.replace("-", " ") in done
    assert '<svg class="qr"' in done
    assert Attachment.objects.get().owner_id == case.pk


def test_a_link_of_a_lower_room_chooses_by_class(cast, browse, category):
    """A word left for one's worker is a question; which category that is, this room knows alone."""
    Category.objects.create(code="shut", name="不用了", sla="consultation", order=1, is_active=False)
    Category.objects.create(code="private", name="家事", sla="consultation", order=2, kind="mediation")
    Category.objects.create(code="ask", name="问一问", sla="consultation", order=90)
    chosen = re.compile(r'value="ask"[^>]*selected')
    assert chosen.search(browse().get("/report/?class=consultation").content.decode())
    for asked in ("", "?class=nonsense", "?class=consultation&category=lamp"):
        assert not chosen.search(browse().get(f"/report/{asked}").content.decode()), asked


def test_signed_in_it_is_in_their_name(cast, place, browse):
    walk(browse("resident"), place, reply_by="sms", phone="13800000001")
    case = Case.objects.get()
    assert (case.reporter, case.on_behalf_by) == (cast.resident, None)
    assert Notice.objects.filter(about_id=case.pk, channel="sms", address="+8613800000001").count() == 1


def test_no_name_means_none_anywhere(cast, place, browse):
    walk(browse("resident"), place, photos=[photo()], name="林阿姨", anonymous="on")
    case = Case.objects.get()
    assert (case.reporter, case.reporter_name, case.contact_phone) == (None, "", "")
    assert case.records.get().actor is None
    assert not AuditEntry.objects.filter(actor_id=cast.resident.pk, verb__startswith="case.").exists()
    assert Attachment.objects.get().uploaded_by is None


def test_colleagues_report_from_here_for_themselves(cast, place, browse):
    walk(browse("clerk"), place)
    case = Case.objects.get()
    assert (case.reporter, case.on_behalf_by) == (cast.clerk, None)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("a.jpg", b"not a photo", "image/jpeg"), "这个文件不是照片"),
        (SimpleUploadedFile("a.jpg", b"PK\x03\x04" + b"\0" * 400, "image/jpeg"), "这个文件不是照片"),
        (SimpleUploadedFile("big.jpg", b"\xff\xd8" + b"\0" * (10 * 1024 * 1024), "image/jpeg"), "照片太大了"),
    ],
)
def test_what_is_no_photo_is_told_and_the_words_stay(cast, browse, file, said):
    page = browse().post("/report/", {"text": TEXT, "photos": file})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert TEXT in page.content.decode()
    assert not Case.objects.exists()


def test_a_good_photo_stays_where_another_field_is_wrong(cast, browse):
    client = browse()
    page = client.post("/report/", {"text": "灯", "photos": photo()})
    assert page.status_code == 422
    assert "再多写几个字" in page.content.decode()
    assert "第 1 张，不要了" in client.get("/report/").content.decode()
    kept = str(Attachment.objects.get().pk)
    client.post("/report/", {"text": TEXT, "drop": [kept]})
    assert client.session["report"]["photos"] == []


def test_a_fourth_photo_is_one_too_many(cast, browse):
    page = browse().post("/report/", {"text": TEXT, "photos": [photo(f"{n}.jpg") for n in range(4)]})
    assert "最多三张" in page.content.decode()


def test_the_steps_keep_what_was_written(cast, place, browse):
    client = browse()
    client.post("/report/", {"text": TEXT})
    client.post("/report/where/", {"community": place.community.code, "address": "5 号楼"})
    assert TEXT in client.get("/report/").content.decode()
    assert "5 号楼" in client.get("/report/where/").content.decode()
    page = client.get("/report/reply/").content.decode()
    assert TEXT in page
    # A telephone is asked for unless the slip will do: "optional" would be contradicted one press later.
    assert re.search(r"电话\s*<span class=\"opt\">凭回单查，可以不留</span>", page)


def test_a_step_without_the_one_before_goes_back(cast, browse):
    client = browse()
    assert client.get("/report/reply/").url == "/report/"
    assert client.get("/report/where/").url == "/report/"
    client.post("/report/", {"text": TEXT})
    assert client.get("/report/reply/").url == "/report/where/"
    assert client.get("/report/done/").url == "/track/"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reply_by": "call"}, "请留一个电话"),
        ({"reply_by": "call", "phone": "1380000204"}, "手机号是 11 位"),
        ({"reply_by": "sms", "phone": "没有"}, "不是电话号码"),
        ({"reply_by": "pigeon"}, "选不了"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_filed(cast, place, browse, given, said):
    page = walk(browse(), place, **given)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Case.objects.exists()


def test_pressed_twice_it_is_filed_once(cast, place, browse):
    client = browse()
    client.post("/report/", {"text": TEXT})
    client.post("/report/where/", {"community": place.community.code, "address": "5 号楼"})
    press = {"_once": once(client.get("/report/reply/")), "reply_by": "slip"}
    first, second = client.post("/report/reply/", press), client.post("/report/reply/", press)
    assert first.url == second.url == "/report/done/"
    assert Case.objects.count() == 1


def test_giving_up_forgets_the_draft(cast, browse):
    client = browse()
    client.post("/report/", {"text": TEXT})
    client.get("/report/?clear=1")
    assert TEXT not in client.get("/report/").content.decode()


def test_an_old_draft_is_forgotten(cast, browse):
    client = browse()
    client.post("/report/", {"text": TEXT})
    session = client.session
    session["report"] = session["report"] | {"at": session["report"]["at"] - 3 * 3600}
    session.save()
    assert TEXT not in client.get("/report/").content.decode()


def test_one_address_files_only_so_many_an_hour(cast, place, browse):
    for _time in range(30):
        throttle.hit("report", "127.0.0.1", limit=30, window=throttle.timedelta(hours=1))
    page = walk(browse(), place)
    assert page.status_code == 429
    assert "试得太勤了" in page.content.decode()
    assert not Case.objects.exists()
