"""减负: what a form asked is counted after it was sent, as sums of a day; nobody is in them."""

import re
import time
from datetime import timedelta

import pytest
from django import forms
from django.db import connection
from django.utils import timezone

from grids.registry.models import Household, Resident
from petitions.cases.models import Case
from petitions.wishes.models import Wish
from portal.once import burden
from portal.once.models import FormUse
from portal.once.queries import of_span
from portal.ui.forms import Form, Known

PAGE, DAYS = "/forms/burden/", "/forms/burden/days/"
TEXT = "想要一盏小夜灯，起夜看得清。"


def hidden(page, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page.content.decode()).group(1)


def sums(form: str) -> dict[str, tuple[int, int]]:
    found = {}
    for row in FormUse.objects.filter(form=form):
        asked, reused = found.get(row.field, (0, 0))
        found[row.field] = (asked + row.asked, reused + row.reused)
    return found


@pytest.fixture
def wish(browse, django_capture_on_commit_callbacks):
    """Write a wish as the resident; again(): the same press once more."""

    def write(**fields):
        client = browse("resident")
        page = client.get("/wishes/new/")
        given = {"_once": hidden(page, "_once"), "_seen": hidden(page, "_seen"), "text": TEXT, "consent": "on"}
        for _press in range(fields.pop("presses", 1)):
            with django_capture_on_commit_callbacks(execute=True):
                answer = client.post("/wishes/new/", given | fields)
        return answer

    return write


# ---------------------------------------------------------------- counting
def test_what_is_known_is_counted_as_reused_and_the_rest_as_asked(cast, wish):
    assert wish().status_code == 302
    assert sums("wish-new") == {
        "": (1, 1), "text": (1, 0), "consent": (1, 0), "contact_name": (0, 1), "contact_phone": (0, 1),
    }  # fmt: skip


def test_pressed_twice_it_is_counted_once_and_sent_twice_twice(cast, wish):
    wish(presses=2)
    assert sums("wish-new")[""] == (1, 1)
    wish()
    assert sums("wish-new")[""] == (2, 2)


def test_a_form_shown_again_is_not_counted_until_it_is_sent(cast, wish):
    assert wish(text="灯").status_code == 422
    assert not FormUse.objects.exists()


@pytest.mark.parametrize("fails", ["missing", "error"])
def test_a_lost_count_does_not_fail_the_form(cast, wish, monkeypatch, fails):
    if fails == "missing":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE portal_formuse RENAME TO lost")
    else:
        monkeypatch.setattr(burden, "SHARDS", 0)
    assert wish().status_code == 302
    assert Wish.objects.count() == 1


def test_the_sums_hold_nobody(cast, wish):
    wish(contact_name="林奶奶", contact_phone="13800009999")
    columns = {field.name for field in FormUse._meta.get_fields()}
    assert columns == {"id", "form", "field", "day", "shard", "label", "asked", "reused", "seconds"}
    said = str(list(FormUse.objects.values_list("form", "field", "label", "seconds")))
    for one in ("resident", "13800", "林奶奶", str(cast.resident.pk)):
        assert one not in said


def test_the_time_falls_into_buckets_that_add_up(cast, monkeypatch):
    now = time.time()
    use = burden.Use({"text": ("想要什么", False)})
    monkeypatch.setattr(burden, "SHARDS", 1)
    for ago, bucket in ((5, 0), (10, 0), (90, 2), (3000, 6), (9000, None)):
        stamp = burden._signer.sign(str(int(now - ago)))
        assert burden.bucket_of(stamp) == bucket, ago
        burden.count("wish-new", use, bucket)
    assert burden.bucket_of("1:made-up") is None
    row = FormUse.objects.get(field="")
    assert (row.asked, row.seconds) == (5, {"s0": 2, "s2": 1, "s6": 1})
    today = timezone.localdate()
    found = {one.field: one for one in of_span(today, today + timedelta(days=1))}
    assert (found[""].half, found["text"].asked, found["text"].half) == (0, 5, None)


def test_a_form_shown_again_keeps_the_time_it_was_first_drawn(cast, browse):
    client = browse("resident")
    first = burden._signer.sign(str(int(time.time()) - 100))
    again = client.post("/wishes/new/", {"_once": "k1", "_seen": first, "text": "灯"})
    assert hidden(again, "_seen") == first


# ---------------------------------------------------------------- what is known is not asked
def test_the_wish_says_what_is_known_masked_and_takes_a_change(cast, browse, wish):
    page = browse("resident").get("/wishes/new/").content.decode()
    assert "已有，直接引用" in page
    assert "resident · 138****0001" in page
    assert "13800000001" not in page
    wish()
    wish(contact_phone="13800009999")
    phones = list(Wish.objects.order_by("pk").values_list("contact_name", "contact_phone"))
    assert phones == [("resident", "+8613800000001"), ("resident", "+8613800009999")]


def test_who_writes_for_a_neighbour_is_asked_for_the_neighbours(cast, browse):
    page = browse("clerk").get("/wishes/new/").content.decode()
    assert "已有，直接引用" not in page
    assert 'name="contact_phone"' in page


def to_reply(client, place, **where):
    client.post("/report/", {"text": "三单元的灯坏了一周了。"})
    client.post("/report/where/", where or {"community": place.community.code, "address": "6 号楼 3 单元"})
    return client.get("/report/reply/")


def test_the_report_says_what_is_known_and_takes_a_change(cast, place, browse):
    for fields, phone in (({}, "+8613800000001"), ({"phone": "13800009999"}, "+8613800009999")):
        client = browse("resident")
        page = to_reply(client, place)
        assert "resident · 138****0001" in page.content.decode()
        given = {"_once": hidden(page, "_once"), "reply_by": "call"} | fields
        assert client.post("/report/reply/", given).url == "/report/done/"
        assert Case.objects.latest("pk").contact_phone == phone


def test_who_leaves_no_name_is_not_named_by_what_is_known(cast, place, browse):
    client = browse("resident")
    page = to_reply(client, place)
    client.post("/report/reply/", {"_once": hidden(page, "_once"), "reply_by": "slip", "anonymous": "on"})
    case = Case.objects.get()
    assert (case.reporter, case.reporter_name, case.contact_phone) == (None, "", "")


def test_a_changed_number_that_is_wrong_stays_open_and_is_told(cast, place, browse):
    client = browse("resident")
    page = to_reply(client, place)
    again = client.post("/report/reply/", {"_once": hidden(page, "_once"), "reply_by": "call", "phone": "1380"})
    assert again.status_code == 422
    assert re.search(r"<details[^>]* open", again.content.decode())
    assert "手机号是 11 位" in again.content.decode()


def test_at_home_the_place_is_known(cast, place, browse, django_capture_on_commit_callbacks):
    door = Household.objects.create(building=place.building, unit="1", door="301", code="5-1-301")
    Resident.objects.create(household=door, name="林秀英", user=cast.resident, linked_at=timezone.now())
    client = browse("resident")
    client.post("/report/", {"text": "三单元的灯坏了一周了。"})
    assert "就在我家：5 号楼 1 单元 301" in client.get("/report/where/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        to_reply(client, place, at_home="on")
    assert client.session["report"]["address"] == "5 号楼 1 单元 301"
    assert client.session["report"]["community"] == place.community.code
    assert sums("report-where")["address"] == (0, 1)
    to_reply(client, place, community=place.community_b.code, address="菜场门口")
    assert client.session["report"]["address"] == "菜场门口"


def test_somebody_unknown_is_asked_everything(cast, place, browse):
    client = browse()
    page = to_reply(client, place, community=place.community.code, address="5 号楼", at_home="on").content.decode()
    assert "已有，直接引用" not in page
    assert 'name="phone"' in page
    assert client.post("/report/where/", {"at_home": "on", "community": place.community.code}).status_code == 422


def test_what_does_not_fit_the_field_is_asked():
    class Short(Form):
        name = forms.CharField(max_length=3)

    assert Short(reuse={"name": Known("四个字的")}).known == {}
    assert Short({}, reuse={"name": Known("林秀英")}).is_valid()


# ---------------------------------------------------------------- the page
def test_the_page_says_what_was_asked_and_every_number_opens_its_days(cast, browse, wish):
    wish()
    client = browse("secretary")
    page = client.get(PAGE).content.decode()
    assert "许个愿" in page
    assert "半分钟以内" in page
    links = re.findall(r'href="(/forms/burden/days/\?[^"]+)"', page)
    assert len(links) == 6
    for link in links:
        days = client.get(link.replace("&amp;", "&")).content.decode()
        assert f"{timezone.localdate():%Y-%m-%d}" in days


def test_the_page_of_a_month_without_any(cast, browse):
    client = browse("district_admin")
    for query in ("", "?month=2020-01", "?month=2026-99", "?month=9999-01", "?month=\x00&form=\x00"):
        assert "这个月没有数" in client.get(PAGE + query).content.decode()
        assert client.get(DAYS + query).status_code == 200


def test_the_page_asks_the_same_however_many_forms(cast, browse, django_assert_num_queries):
    client, use = browse("secretary"), burden.Use({"text": ("想要什么", False)})
    client.get(PAGE)
    with django_assert_num_queries(QUERIES):
        client.get(PAGE)
    for n in range(30):
        burden.count(f"form-{n}", use, 1)
    with django_assert_num_queries(QUERIES):
        client.get(PAGE)


QUERIES = 6
