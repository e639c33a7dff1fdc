"""The pages: what stands on them, what they answer when pressed twice, how many questions they ask the database."""

import pytest
from django.utils import timezone

from petitions.wishes.models import Wish, WishRecord
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from tests.petitions.wishes.people import PHONE, TEXT, a_wish, bring_to, helpers
from tests.petitions.wishes.test_privacy import photo

pytestmark = pytest.mark.django_db


def form_of(wish: Wish, event: str, **fields):
    return {"event": event, "version": Wish.objects.get(pk=wish.pk).version} | fields


def said(response) -> str:
    return response.content.decode()


# ---------------------------------------------------------------- the wall
def test_wall_hangs_the_slips_with_one_button(cast, browse):
    bring_to(cast, "open")
    page = said(browse().get("/wishes/"))
    assert "墙上 1 个心愿" in page
    assert page.count("我来<") == 1


def test_empty_wall_says_what_to_do(cast, browse):
    page = browse().get("/wishes/")
    assert page.status_code == 200
    assert "我也许个愿" in said(page)


def test_wall_shows_own_slip_as_ones_own(cast, browse):
    bring_to(cast, "open")
    page = said(browse("resident").get("/wishes/"))
    assert "您的" in page
    assert "/claim/" not in page


def test_wall_is_of_one_community(cast, browse):
    bring_to(cast, "open", a_wish(cast))
    client = browse()
    client.cookies["community"] = cast.place.community_b.code
    assert TEXT not in said(client.get("/wishes/"))


@pytest.mark.parametrize("query", ["?show=nonsense", "?page=x", "?page=-1", "?within=reach", "?show=taken&page=99"])
def test_wall_bears_any_query(cast, browse, query):
    bring_to(cast, "open")
    assert browse().get(f"/wishes/{query}").status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_wall_asks_the_database_the_same_at_any_length(cast, browse, django_assert_num_queries, number):
    wishes = [
        Wish(
            ref=f"XY{n}", state="open", version=2, grid=cast.place.community, written_by=cast.clerk, text=TEXT,
            wall_text=TEXT, due_at=timezone.now(),
        )
        for n in range(number)
    ]  # fmt: skip
    Wish.objects.bulk_create(wishes)
    browse().get("/wishes/")
    with django_assert_num_queries(6):
        page = browse().get("/wishes/")
    assert said(page).count("我来<") == number


def test_secretary_sees_what_waits(cast, browse):
    a_wish(cast)
    assert "等您点头的 1 个" in said(browse("secretary").get("/wishes/"))
    assert "等您点头" not in said(browse("resident").get("/wishes/"))


def test_whoever_wished_is_not_told_that_the_wish_waits_for_them(cast, browse):
    bring_to(cast, "open")
    mine = said(browse("resident").get("/my/"))
    assert "还没有人，挂到" in mine
    assert "等您，" not in mine


# ---------------------------------------------------------------- a new wish
def test_resident_writes_a_wish(cast, browse):
    fields = {"text": TEXT, "consent": "on", "contact_name": "林奶奶", "contact_phone": "138 0000 9999", "_once": "k1"}
    answer = browse("resident").post("/wishes/new/", fields)
    wish = Wish.objects.get()
    assert answer.url == f"/wishes/{wish.pk}/"
    assert (wish.wisher, wish.grid, wish.contact_phone) == (cast.resident, cast.place.community, PHONE)


def test_double_press_writes_one_wish(cast, browse):
    client = browse("resident")
    first, second = (client.post("/wishes/new/", {"text": TEXT, "_once": "same"}) for _press in range(2))
    assert first.url == second.url
    assert Wish.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "这里还没填"),
        ({"text": "镜"}, "再多写几个字"),
        ({"text": "字" * 121}, "短一点"),
        ({"text": "想修窗子，住5号楼"}, "楼栋或门牌"),
        ({"text": "想修窗子，打13800009999"}, "电话或微信号"),
        ({"text": "resident想修一扇窗子"}, "名字"),
        ({"text": TEXT, "consent": "on"}, "留个电话"),
        ({"text": TEXT, "consent": "on", "contact_phone": "1380000"}, "11 位"),
    ],
)
def test_bad_input_is_said_in_place(cast, browse, fields, words):
    User.objects.filter(pk=cast.resident.pk).update(phone=None)  # a known one would stand in
    answer = browse("resident").post("/wishes/new/", fields)
    assert (answer.status_code, Wish.objects.count()) == (422, 0)
    assert words in said(answer)


def test_grid_worker_writes_for_a_neighbour(cast, browse):
    browse("grid_worker").post("/wishes/new/", {"text": TEXT, "whose": "neighbour"})
    wish = Wish.objects.get()
    assert (wish.wisher, wish.written_by, wish.grid) == (None, cast.grid_worker, cast.place.grid)


def test_grid_worker_has_wishes_too(cast, browse):
    browse("grid_worker").post("/wishes/new/", {"text": TEXT, "whose": "self"})
    assert Wish.objects.get().wisher == cast.grid_worker


def test_resident_cannot_write_for_others(cast, browse):
    browse("resident").post("/wishes/new/", {"text": TEXT, "whose": "neighbour"})
    assert Wish.objects.get().wisher == cast.resident


# ---------------------------------------------------------------- one wish
def test_claimant_finds_what_to_do_next(cast, browse):
    helpers(cast)
    page = said(browse("volunteer").get(f"/wishes/{bring_to(cast, 'claimed').pk}/"))
    assert "在您手里" in page
    assert "开始办了" in page
    assert "办不成，放回墙上" in page


def test_wisher_reads_who_has_it(cast, browse):
    helpers(cast)
    page = said(browse("resident").get(f"/wishes/{bring_to(cast, 'claimed').pk}/"))
    assert "小孙" in page
    assert "我来<" not in page


def test_public_reads_that_somebody_has_it(cast, browse):
    helpers(cast)
    page = said(browse().get(f"/wishes/{bring_to(cast, 'claimed').pk}/"))
    assert "一位志愿者" in page
    assert "wish-act" not in page


def test_whole_life_through_the_pages(cast, browse):
    helpers(cast)
    wish = a_wish(cast)
    page = f"/wishes/{wish.pk}/"
    browse("secretary").post(f"{page}act/", form_of(wish, "approve", text="想要一副老花镜。"))
    browse("volunteer").post(f"{page}claim/", {})
    browse("volunteer").post(f"{page}act/", form_of(wish, "start"))
    sent = form_of(wish, "hand_in", evidence="配好送到了", photos=[photo(), photo()])
    browse("volunteer").post(f"{page}act/", sent)
    assert "配好送到了" in said(browse("resident").get(page))
    browse("resident").post(f"{page}act/", form_of(wish, "confirm"))
    assert Wish.objects.get(pk=wish.pk).state == "fulfilled"
    assert [record.event for record in wish.records.order_by("version")] == [
        "submit", "approve", "claim", "start", "hand_in", "confirm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "state", "who"),
    [
        ("approve", "in_review", "secretary"),
        ("start", "claimed", "volunteer"),
        ("confirm", "to_confirm", "resident"),
        ("withdraw", "open", "resident"),
    ],
)
def test_double_press_fires_once(cast, browse, event, state, who):
    helpers(cast)
    wish = bring_to(cast, state)
    client, fields = browse(who), form_of(wish, event, _once="same", text=TEXT)
    first, second = (client.post(f"/wishes/{wish.pk}/act/", fields) for _press in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert WishRecord.objects.filter(subject=wish, event=event).count() == 1


def test_double_press_claims_once(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "open")
    client = browse("volunteer")
    answers = [client.post(f"/wishes/{wish.pk}/claim/", {"_once": key}) for key in ("a", "a", "b")]
    assert {answer.url for answer in answers} == {f"/wishes/{wish.pk}/"}
    assert WishRecord.objects.filter(event="claim").count() == 1


def test_who_came_too_late_is_offered_others(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    other = bring_to(cast, "open", a_wish(cast, text="孩子想学吹笛子，缺一支旧笛子。"))
    for answer in (
        browse("neighbour").get(f"/wishes/{wish.pk}/claim/"),
        browse("neighbour").post(f"/wishes/{wish.pk}/claim/"),
    ):
        assert answer.status_code == 409
        assert "刚刚有人认领了" in said(answer)
        assert f"/wishes/{other.pk}/" in said(answer)


def test_stale_page_is_told_so_in_place(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "in_review")
    answer = browse("secretary").post(f"/wishes/{wish.pk}/act/", {"event": "approve", "version": 7, "text": TEXT})
    assert answer.status_code == 409
    assert "别人已经改动过" in said(answer)
    assert Wish.objects.get(pk=wish.pk).state == "in_review"


def test_words_that_cannot_hang_are_said_beside_the_field(cast, browse):
    wish = a_wish(cast)
    fields = form_of(wish, "approve", text="林奶奶想要一副老花镜")
    answer = browse("secretary").post(f"/wishes/{wish.pk}/act/", fields)
    assert answer.status_code == 422
    assert "里面有名字" in said(answer)


def test_a_missing_reason_is_said_beside_the_field(cast, browse):
    wish = a_wish(cast)
    answer = browse("secretary").post(f"/wishes/{wish.pk}/act/", form_of(wish, "decline", reason=""))
    assert answer.status_code == 422
    assert "decline_reason_error" in said(answer)


def test_a_file_that_is_no_photo_leaves_nothing(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "in_progress")
    stowaway = photo()
    stowaway.seek(0)
    stowaway.write(b"GIF89a not a picture at all, whatever it says" * 50)
    stowaway.seek(0)
    answer = browse("volunteer").post(
        f"/wishes/{wish.pk}/act/", form_of(wish, "hand_in", evidence="办好了", photos=[stowaway])
    )
    assert answer.status_code == 422
    assert Wish.objects.get(pk=wish.pk).state == "in_progress"


def test_more_than_three_photos_are_too_many(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "in_progress")
    fields = form_of(wish, "hand_in", evidence="办好了", photos=[photo() for _n in range(4)])
    assert browse("volunteer").post(f"/wishes/{wish.pk}/act/", fields).status_code == 422


@pytest.mark.parametrize("event", ["", "nonsense", "submit", "claim", "release", "expire"])
def test_made_up_event_is_refused(cast, browse, event):
    wish = bring_to(cast, "open")
    answer = browse("secretary").post(f"/wishes/{wish.pk}/act/", {"event": event})
    assert answer.status_code in (409, 422)
    assert Wish.objects.get(pk=wish.pk).state == "open"


def test_who_is_no_volunteer_yet_signs_up_first(cast, browse):
    wish = bring_to(cast, "open")
    client = browse("outsider")
    answer = client.get(f"/wishes/{wish.pk}/claim/")
    assert answer.url == f"/volunteers/join/?next=/wishes/{wish.pk}/claim/&back=/wishes/{wish.pk}/"
    assert f'href="/wishes/{wish.pk}/">先不了' in client.get(answer.url).content.decode()
    back = client.post(answer.url, {"name": "小林", "next": f"/wishes/{wish.pk}/claim/"})
    assert back.url == f"/wishes/{wish.pk}/claim/"
    assert client.post(back.url).url == f"/wishes/{wish.pk}/"
    assert Wish.objects.get(pk=wish.pk).state == "claimed"


def test_consent_is_given_and_taken_back_on_the_page(cast, browse):
    wish = a_wish(cast, consent=False)
    client, page = browse("resident"), f"/wishes/{wish.pk}/consent/"
    assert client.post(page, {"agreed": "yes", "contact_phone": "123"}).status_code == 422
    client.post(page, {"agreed": "yes", "contact_name": "林奶奶", "contact_phone": "13800009999"})
    assert Wish.objects.get().contact_phone == PHONE
    client.post(page, {"agreed": "no"})
    assert Wish.objects.get().contact_phone == ""
    verbs = AuditEntry.objects.filter(verb__startswith="wish.consent").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["wish.consent", "wish.consent_back"]


# ---------------------------------------------------------------- the community's list
def test_review_lists_what_waits_for_whom(cast, browse):
    helpers(cast)
    first = a_wish(cast)
    handed = bring_to(cast, "to_confirm")
    page = said(browse("clerk").get("/wishes/review/"))
    assert f"/wishes/{first.pk}/" in page
    assert f"/wishes/{handed.pk}/" in page
    other = said(browse("clerk_b").get("/wishes/review/"))
    assert f"/wishes/{first.pk}/" not in other
    assert f"/wishes/{handed.pk}/" not in other


def test_late_review_says_so(cast, browse):
    wish = a_wish(cast)
    Wish.objects.filter(pk=wish.pk).update(due_at=timezone.now())
    assert "超时" in said(browse("secretary").get("/wishes/review/"))


@pytest.mark.parametrize("state", ["in_review", "open", "claimed", "in_progress", "to_confirm", "fulfilled"])
@pytest.mark.parametrize("who", ["resident", "volunteer", "secretary", "grid_worker"])
def test_page_has_one_solid_button_at_most(cast, browse, state, who):
    helpers(cast)
    wish = bring_to(cast, state)
    answer = browse(who).get(f"/wishes/{wish.pk}/")
    assert answer.status_code == (
        404 if (who, state) in {("volunteer", "in_review"), ("grid_worker", "in_review")} else 200
    )
    assert said(answer).count("btn-main") <= 1


def test_elder_page_speaks_of_time_as_elders_do(cast, browse):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    client = browse("resident")
    client.cookies["elder"] = "1"
    page = said(client.get(f"/wishes/{wish.pk}/"))
    assert " 点" in page


def test_english_page_is_served(cast, browse):
    wish = bring_to(cast, "open")
    assert browse().get(f"/wishes/{wish.pk}/", headers={"accept-language": "en"}).status_code == 200
