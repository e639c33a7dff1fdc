"""Following by slip, without an account."""

import pytest

from petitions.cases import intake
from petitions.cases.models import Case, Remark
from portal.errors import TooMany
from tests.petitions.cases.test_report import once

WRONG = "号码和电话尾号没有对上"


def press(client, case, do, **data):
    version = Case.objects.get(pk=case.pk).version
    return client.post(case.track_path, {"do": do, "version": version} | data)


def test_a_guessed_link_is_not_there(desk, browse):
    desk.file()
    for token in ("x", "A" * 22, "A" * 500, "..%2f..", "数"):
        assert browse().get(f"/track/{token}/").status_code == 404


def test_the_page_says_who_has_it_and_until_when(desk, browse):
    case = desk.at("in_progress")
    page = browse().get(case.track_path)
    text = page.content.decode()
    assert "正在办。" in text or "已经超时" in text
    assert "第 1 网格 grid_worker" in text
    assert page["X-Robots-Tag"].startswith("noindex")


def test_internal_notes_and_reasons_never_show(desk, browse):
    from petitions.cases import services

    case = desk.at("assigned")
    services.add_note(actor=desk.actor("clerk"), case=case, text="反映人脾气大")
    case = desk.act(case, "return", "grid_worker", reason="推给别人")
    text = browse().get(case.track_path).content.decode()
    assert "反映人脾气大" not in text
    assert "推给别人" not in text


def test_an_answer_shows_only_after_it_was_verified(desk, browse):
    case = desk.at("under_review")
    assert "换了新灯" not in browse().get(case.track_path).content.decode()
    case = desk.act(case, "verify_pass", "secretary")
    assert browse().get(case.track_path).content.decode().count("换了新灯") == 2  # the result, and the story


def test_the_slip_answers_says_rates_and_reopens(desk, browse):
    client = browse()
    case = desk.at("needs_info")
    assert press(client, case, "provide_info", text="三单元").status_code == 302
    sent = press(client, case, "say", text="晚上七点以后在家")
    assert sent.status_code == 302
    assert "记下了，经办人看得到" in client.get(sent.url).content.decode()
    assert Remark.objects.get(case=case).by_reporter
    case = desk.at("awaiting_feedback")
    assert press(client, case, "rate", solved="yes", satisfaction="satisfied").status_code == 302
    assert press(client, case, "reopen", reason="又坏了").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.round) == ("assigned", 2)


def test_withdrawn_by_slip(desk, browse):
    case = desk.file()
    press(browse(), case, "withdraw")
    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_a_rating_half_filled_is_told(desk, browse):
    case = desk.at("awaiting_feedback")
    page = press(browse(), case, "rate", solved="yes")
    assert page.status_code == 422
    assert "还差一处" in page.content.decode()


def test_a_page_left_open_too_long_is_told(desk, browse):
    case = desk.file()
    desk.act(case, "accept", "clerk")
    page = browse().post(case.track_path, {"do": "withdraw", "version": "1"})
    assert page.status_code == 409
    assert "别人已经改动过" in page.content.decode()


@pytest.mark.parametrize("do", ["accept", "verify_pass", "lapse", "", "assign"])
def test_a_slip_does_nothing_else(desk, browse, do):
    case = desk.file()
    assert press(browse(), case, do).status_code == 404
    case.refresh_from_db()
    assert case.state == "submitted"


def test_rated_twice_by_a_double_click(desk, browse):
    case, client = desk.at("awaiting_feedback"), browse()
    data = {"do": "rate", "solved": "yes", "satisfaction": "fairly", "version": case.version}
    data["_once"] = once(client.get(case.track_path))
    assert [client.post(case.track_path, data).status_code for _twice in range(2)] == [302, 302]


# ---------------------------------------------------------------- by number and tail
def test_number_and_tail_open_the_slip(desk, browse):
    case = desk.file(contact_phone="13800002046")
    answer = browse().post("/track/", {"number": case.ref.replace("-", " ").lower(), "tail": "2046"})
    assert answer.url == case.track_path


@pytest.mark.parametrize(
    ("number", "tail"),
    [("{ref}", "2047"), ("{ref}", "046"), ("{ref}", ""), ("WC 0914 0999 1", "2046"), ("胡", "2046")],
)
def test_whatever_is_wrong_the_answer_is_the_same(desk, browse, number, tail):
    case = desk.file(contact_phone="13800002046")
    page = browse().post("/track/", {"number": number.format(ref=case.ref), "tail": tail or " "})
    assert page.status_code == 422
    assert (WRONG in page.content.decode()) is bool(tail)


def test_without_a_telephone_the_number_opens_nothing(desk, browse):
    case = desk.file(anonymous=True)
    for tail in ("0000", "None"):
        assert WRONG in browse().post("/track/", {"number": case.ref, "tail": tail}).content.decode()


def test_guessing_is_throttled_by_number_wherever_it_comes_from(desk, browse):
    case = desk.file(contact_phone="13800002046")
    answers = [
        browse().post("/track/", {"number": case.ref, "tail": f"{n:04d}"}, REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(8)
    ]
    assert answers == [422] * 6 + [429] * 2
    # The right tail does not get through either, until the window is over.
    assert browse().post("/track/", {"number": case.ref, "tail": "2046"}).status_code == 429


def test_number_spelled_another_way_is_the_same_number_to_the_throttle(desk, browse, cast):
    case = desk.file(contact_phone="13800002046")
    plain = case.ref.replace("-", "")
    spelled = [plain[:at] + "-" + plain[at:] for at in range(1, 6)] + ["．".join(plain)]
    for n, number in enumerate(spelled):
        client = browse()
        assert client.post("/track/", {"number": number, "tail": "0000"}, REMOTE_ADDR=f"10.0.1.{n}").status_code == 422
    assert browse().post("/track/", {"number": case.ref, "tail": "2046"}).status_code == 429
    with pytest.raises(TooMany):
        intake.resumed(cast.actor("clerk"), f"{case.ref} 2046")


def test_tail_that_a_chinese_keyboard_wrote_wide_opens_the_slip(desk, browse):
    case = desk.file(contact_phone="13800002046")
    assert browse().post("/track/", {"number": case.ref, "tail": "２０４６"}).url == case.track_path


def test_numbers_that_do_not_exist_are_throttled_just_so(desk, browse):
    answers = [browse().post("/track/", {"number": "WC 0914 0999 1", "tail": "1234"}).status_code for _n in range(7)]
    assert answers == [422] * 6 + [429]


def test_it_works_without_the_cache(desk, browse, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    test_guessing_is_throttled_by_number_wherever_it_comes_from(desk, browse)
