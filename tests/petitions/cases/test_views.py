"""Colleagues' pages: the list, one case, its steps; reach; what each page costs."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from petitions.cases import services
from petitions.cases.models import Case, InternalNote
from portal.attachments.services import keep_photo
from portal.audit.models import AuditEntry
from tests.petitions.cases.conftest import FILED_AT
from tests.petitions.cases.test_report import once, photo

OUTSIDE = ("grid_worker_b", "clerk_b", "secretary_b", "street_supervisor_b", "department_handler")


def status(client, url: str) -> int:
    """The status of a photo or a page; a photo is read to its end, or its file would stay open."""
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def go(client, case, event, **data):
    url = reverse("case-event", args=[case.ref, event])
    page = client.get(url)
    if page.status_code == 302:
        return page
    version = re.search(r'name="version" value="(\d+)"', page.content.decode()).group(1)
    return client.post(url, {"_once": once(page), "version": version} | data)


def test_from_accept_to_verify_through_the_pages(desk, browse):
    case = desk.file()
    assert go(browse("clerk"), case, "accept").url == reverse("case-event", args=[case.ref, "assign"])
    go(browse("clerk"), case, "assign", to=f"person:{desk.cast.grid_worker.pk}")
    go(browse("grid_worker"), case, "sign")
    go(browse("grid_worker"), case, "contact", reason="打过电话")
    go(browse("grid_worker"), case, "submit_result", answer="换了灯泡。", solved="yes", photos=photo())
    assert go(browse("grid_worker"), case, "verify_pass").status_code == 302  # not offered: back to the case
    go(browse("secretary"), case, "verify_pass")
    case.refresh_from_db()
    assert (case.state, case.answer, case.solved) == ("awaiting_feedback", "换了灯泡。", "yes")
    assert "照片 1" in browse().get(case.track_path).content.decode()


def test_a_step_names_what_is_missing(desk, browse):
    case = desk.at("accepted")
    page = go(browse("clerk"), case, "assign")
    assert page.status_code == 422
    assert "请选交给谁办" in page.content.decode()
    page = go(browse("clerk"), desk.file(), "reject", reason=" ")
    assert page.status_code == 422


def test_candidates_are_those_of_the_place_and_the_departments(desk, browse):
    page = browse("clerk").get(reverse("case-event", args=[desk.at("accepted").ref, "assign"])).content.decode()
    assert "第 1 网格 grid_worker（" in page
    assert "城管网格" in page
    assert "grid_worker_b" not in page
    assert "clerk_b" not in page


def test_a_case_that_names_no_building_may_go_to_a_worker_of_any_of_its_grids(desk, browse):
    case = desk.at("accepted", grid=desk.cast.place.community)
    page = browse("clerk").get(reverse("case-event", args=[case.ref, "assign"])).content.decode()
    assert "第 1 网格 grid_worker<" in page
    assert "grid_worker_c" not in page
    go(browse("clerk"), case, "assign", to=f"person:{desk.cast.grid_worker.pk}")
    case.refresh_from_db()
    assert (case.state, case.holder_user) == ("assigned", desk.cast.grid_worker)


def test_a_stale_page_leads_back_to_what_is_new(desk, browse):
    case, client = desk.file(), browse("clerk")
    url = reverse("case-event", args=[case.ref, "accept"])
    page = client.get(url)
    desk.act(case, "reject", "secretary", reason="重复")
    answer = client.post(url, {"_once": once(page), "version": case.version}, follow=True)
    assert "别人已经改动过" in answer.content.decode()


def test_pressed_twice_a_step_is_taken_once(desk, browse):
    case, client = desk.file(), browse("clerk")
    url = reverse("case-event", args=[case.ref, "accept"])
    data = {"_once": once(client.get(url)), "version": case.version}
    assert client.post(url, data).url == client.post(url, data).url
    assert case.records.filter(event="accept").count() == 1


# ---------------------------------------------------------------- reach
@pytest.mark.parametrize("who", OUTSIDE)
def test_out_of_reach_is_not_there(desk, browse, call, who):
    case = desk.at("in_progress")
    shown = keep_photo(actor=desk.actor("resident"), upload=photo(), owner_type="case", owner_id=case.pk)
    client, api = browse(who), call(who)
    assert case.ref not in client.get("/cases/?view=all").content.decode()
    for url in (
        case.get_absolute_url(),
        reverse("case-event", args=[case.ref, "reassign"]),
        reverse("photo", args=[shown.pk]),
    ):
        assert status(client, url) == 404, url
    for name in ("case-phone", "case-slip"):
        assert client.post(reverse(name, args=[case.ref]), {"reason": "看看"}).status_code == 404
    assert client.post(reverse("case-say", args=[case.ref, "note"]), {"note-text": "x"}).status_code == 404
    assert api.get(f"/api/v1/cases/{case.ref}/").status_code == 404
    assert api.get("/api/v1/cases/").json()["results"] == []
    assert api.post(f"/api/v1/cases/{case.ref}/events/", {"event": "contact"}).status_code == 404


@pytest.mark.parametrize("who", ["grid_worker", "clerk", "secretary", "street_supervisor", "district_admin"])
def test_within_reach_it_is(desk, browse, who):
    case = desk.at("in_progress")
    shown = keep_photo(actor=desk.actor("resident"), upload=photo(), owner_type="case", owner_id=case.pk)
    assert browse(who).get(case.get_absolute_url()).status_code == 200
    assert status(browse(who), reverse("photo", args=[shown.pk])) == 200


def test_a_photo_opens_with_the_slip_it_belongs_to_and_with_no_other(desk, browse):
    case, other = desk.file(), desk.file()
    shown = keep_photo(actor=desk.actor("resident"), upload=photo(), owner_type="case", owner_id=case.pk)
    url = reverse("photo", args=[shown.pk])
    assert [status(browse(), f"{url}?slip={one.token}") for one in (case, other)] == [200, 404]
    assert browse().get(url).status_code == 404


def test_a_photo_of_the_result_is_the_reporters_once_it_has_been_verified(desk, browse):
    case = desk.at("under_review")
    given = {"upload": photo(), "owner_type": "case_result", "owner_id": case.pk}
    url = reverse("photo", args=[keep_photo(actor=desk.actor("grid_worker"), **given).pk])

    def opens() -> list[int]:
        return [
            status(browse("secretary"), url),
            status(browse("resident"), url),
            status(browse(), f"{url}?slip={case.token}"),
        ]

    assert opens() == [200, 404, 404]
    desk.act(case, "verify_pass", "secretary")
    assert opens() == [200, 200, 200]


def test_restricted_kinds_are_the_secretarys_and_the_holders(desk, browse):
    from petitions.cases.models import Category

    kind = Category.objects.create(code="talk", name="邻里纠纷", sla="complaint", kind="mediation")
    case = desk.file(category=kind)
    url = case.get_absolute_url()
    assert {
        who: browse(who).get(url).status_code for who in ("secretary", "clerk", "grid_worker", "street_supervisor")
    } == {
        "secretary": 200,
        "clerk": 404,
        "grid_worker": 404,
        "street_supervisor": 404,
    }
    desk.act(case, "accept", "secretary")
    desk.act(case, "assign", "secretary", person=desk.cast.grid_worker)
    assert browse("grid_worker").get(url).status_code == 200


@pytest.mark.parametrize("who", ["resident", "auditor", "sysadmin", "volunteer"])
def test_pages_are_colleagues_only(desk, browse, who):
    case = desk.file()
    for url in ("/cases/", case.get_absolute_url(), "/desk/", "/cases/figures/"):
        assert browse(who).get(url).status_code == 403, url


# ---------------------------------------------------------------- masked, noted, printed
def test_a_colleague_of_another_post_is_not_told_that_it_is_for_staff(browse):
    assert "这一页归别的岗位管" in browse("grid_worker").get("/cases/figures/").content.decode()
    assert "这一页是工作人员用的" in browse("resident").get("/cases/figures/").content.decode()


def test_the_number_is_masked_and_a_reason_opens_it(desk, browse):
    case, client = desk.file(contact_phone="13800002046"), browse("clerk")
    assert "138 **** 2046" in client.get(case.get_absolute_url()).content.decode()
    assert "13800002046" not in client.get("/cases/").content.decode()
    assert client.post(reverse("case-phone", args=[case.ref]), {"reason": " "}).status_code == 422
    page = client.post(reverse("case-phone", args=[case.ref]), {"reason": "联系反映人"})
    assert "+8613800002046" in page.content.decode()
    entry = AuditEntry.objects.get(verb="case.reveal")
    assert (entry.fields, entry.note.text, entry.subject_id) == (["contact_phone"], "联系反映人", desk.cast.resident.pk)


def test_a_reprinted_slip_is_recorded(desk, browse):
    case = desk.file()
    page = browse("clerk").post(reverse("case-slip", args=[case.ref]))
    assert case.ref.replace("-", " ") in page.content.decode()
    assert AuditEntry.objects.filter(verb="case.print_slip").count() == 1


def test_notes_are_for_colleagues(desk, browse):
    case = desk.at("in_progress")
    browse("clerk").post(reverse("case-say", args=[case.ref, "note"]), {"note-text": "下午去看"})
    assert InternalNote.objects.get().author == desk.cast.clerk
    assert "下午去看" in browse("grid_worker").get(case.get_absolute_url()).content.decode()


def test_what_was_said_is_confirmed_and_nothing_said_is_pointed_at(desk, browse):
    case, client = desk.at("in_progress"), browse("clerk")
    for kind, confirmed in (("note", "备注记下了"), ("remark", "发出去了")):
        url = reverse("case-say", args=[case.ref, kind])
        empty = client.post(url, {f"{kind}-text": " "})
        assert (empty.status_code, empty.content.decode().count("data-errors")) == (422, 1)
        assert confirmed in client.post(url, {f"{kind}-text": "下午去看"}, follow=True).content.decode()


@pytest.mark.parametrize(("upheld", "said"), [(True, "该退，另外派人"), (False, "不该退，由他们办")])
def test_the_story_tells_how_a_return_was_decided(desk, browse, upheld, said):
    case = desk.at("assigned")
    desk.act(case, "return", "grid_worker", reason="不归网格")
    desk.act(case, "assign", "clerk", person=desk.cast.grid_worker)
    desk.act(case, "return", "grid_worker", reason="还是不归网格")
    desk.act(case, "rule", "street_supervisor", reason="看过了", upheld=upheld)
    assert f"街道定了：{said}" in browse("clerk").get(case.get_absolute_url()).content.decode()


def test_the_story_tells_what_was_granted(desk, browse):
    page = browse("clerk").get(desk.at("shelved").get_absolute_url()).content.decode()
    assert "同意挂账" in page
    assert "同意延期" not in page
    case = desk.at("in_progress")
    desk.act(case, "ask_extend", "grid_worker", reason="等配件", until=case.due_at + timedelta(days=1))
    desk.act(case, "grant", "secretary")
    assert "同意延期" in browse("clerk").get(case.get_absolute_url()).content.decode()


def test_an_extension_says_how_far_and_takes_no_date_that_could_not_be_granted(desk, browse, time_machine):
    time_machine.move_to(FILED_AT + timedelta(hours=1), tick=False)
    case = desk.at("in_progress")  # of Monday 9:00, due in five working days: at most half of them more
    page = browse("grid_worker").get(reverse("case-event", args=[case.ref, "ask_extend"])).content.decode()
    assert "现在的期限是 9月20日 周日 9:00，最多延到 9月22日 周二 14:30" in page
    for day in ("2026-09-18", "2026-09-23"):
        refused = go(browse("grid_worker"), case, "ask_extend", until=day, reason="等配件")
        assert (refused.status_code, "最多到" in refused.content.decode()) == (422, True)
    assert go(browse("grid_worker"), case, "ask_extend", until="2026-09-22", reason="等配件").status_code == 302
    desk.act(case, "grant", "secretary", FILED_AT + timedelta(hours=2))
    case.refresh_from_db()
    assert f"{timezone.localtime(case.due_at):%m-%d %H:%M}" == "09-22 14:30"


def test_an_extension_is_not_offered_once_the_time_is_up(desk, browse, time_machine):
    case = desk.at("in_progress")
    offered = reverse("case-event", args=[case.ref, "ask_extend"])
    for moment, there in ((case.due_at, True), (case.due_at + timedelta(minutes=1), False)):
        time_machine.move_to(moment, tick=False)
        assert (offered in browse("grid_worker").get(case.get_absolute_url()).content.decode()) == there


# ---------------------------------------------------------------- the list
def test_every_filter_shows_exactly_its_rows(desk, browse):
    now = timezone.now()
    fresh = {"now": now - timedelta(minutes=1)}
    late = desk.at("in_progress", now=now - timedelta(days=40))
    waiting = desk.file(**fresh)
    desk.at("accepted", **fresh)
    pages = {
        view: browse("clerk").get(f"/cases/?view={view}").content.decode() for view in ("late", "accept", "open", "all")
    }
    assert late.ref.replace("-", " ") in pages["late"]
    assert waiting.ref.replace("-", " ") not in pages["late"]
    assert waiting.ref.replace("-", " ") in pages["accept"]
    assert late.ref.replace("-", " ") not in pages["accept"]
    assert all(case.ref.replace("-", " ") in pages["all"] for case in Case.objects.all())


@pytest.mark.parametrize(
    "query",
    ["view=nonsense", "page=999", "page=x", "from=2026-99-99", "grid=nowhere", "q=%00", "state=x", "q=" + "长" * 500],
)
def test_a_mistyped_filter_is_no_error(desk, browse, query):
    desk.file()
    assert browse("clerk").get(f"/cases/?{query}").status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_at_one_and_at_thirty(desk, browse, django_assert_num_queries, rows):
    for _row in range(rows):
        desk.file(now=timezone.now() - timedelta(days=40))
    client = browse("clerk")
    client.get("/cases/")
    with django_assert_num_queries(LIST):
        client.get("/cases/")


@pytest.mark.parametrize("length", [1, 12])
def test_a_case_costs_the_same_however_long_its_story(desk, browse, django_assert_num_queries, length):
    case = desk.at("in_progress")
    for n in range(length):
        services.add_remark(actor=desk.actor("grid_worker"), case=case, text=f"第 {n} 次去看", by_reporter=False)
    client = browse("clerk")
    client.get(case.get_absolute_url())
    with django_assert_num_queries(DETAIL):
        client.get(case.get_absolute_url())


@pytest.mark.parametrize("length", [1, 12])
def test_a_slip_costs_the_same_however_long_its_story(desk, browse, django_assert_num_queries, length):
    case = desk.at("in_progress")
    for n in range(length):
        services.add_remark(actor=desk.actor("grid_worker"), case=case, text=f"第 {n} 次去看", by_reporter=False)
    client = browse()
    client.get(case.track_path)
    with django_assert_num_queries(SLIP):
        client.get(case.track_path)


def test_one_step_costs_a_constant_few(desk, django_assert_num_queries):
    case = desk.at("assigned")
    actor = desk.actor("grid_worker")
    with django_assert_num_queries(STEP):
        services.act(actor=actor, case_id=case.pk, event="sign")


# Literal, so that one more is seen.
LIST = 10
DETAIL = 18
SLIP = 12
STEP = 15


def test_a_list_is_not_counted_to_its_end(desk, browse, monkeypatch):
    from portal.ui.paging import LongPaginator

    monkeypatch.setattr(LongPaginator, "most", 2)
    for _case in range(2):
        desk.file()
    assert "2 件" in browse("clerk").get("/cases/").content.decode()
    assert "不止" not in browse("clerk").get("/cases/").content.decode()
    desk.file()
    for page in ("1", "9"):
        text = browse("clerk").get(f"/cases/?page={page}").content.decode()
        assert "不止 2 件" in text
        assert "请按回单号找" in text


def test_a_third_return_is_not_offered(desk, browse):
    case = desk.at("assigned")
    offered = reverse("case-event", args=[case.ref, "return"])
    page = browse("grid_worker")
    assert offered in page.get(case.get_absolute_url()).content.decode()
    desk.act(case, "return", "grid_worker", reason="不归网格")
    desk.act(case, "assign", "clerk", person=desk.cast.grid_worker)
    desk.act(case, "return", "grid_worker", reason="还是不归网格")
    assert offered not in page.get(case.get_absolute_url()).content.decode()
