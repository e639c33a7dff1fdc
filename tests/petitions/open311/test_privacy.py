"""What others see (docs/adr/0017): no word that anybody wrote, no door, no photo, no restricted kind."""

import pytest
from django.test import Client

from petitions.cases.models import Case, Category
from portal.attachments.services import keep_photo
from tests.petitions.cases.conftest import RESULT
from tests.petitions.open311.people import a_key, get, post, read
from tests.portal.attachments.files import picture, upload

WORDS = "301 室的林秀英阿姨摔了一跤，电话 13800002046"
SECRETS = ("林秀英", "林阿姨", "301", "5 号楼", "1 单元", "13800002046", "2046", "李梅", "grid_worker", "换了新灯")


def test_no_word_of_anybody_is_told(told, desk, place):
    given = {"address": "5 号楼 1 单元 301", "contact_phone": "13800002046", "reporter_name": "林阿姨"}
    for state in ("submitted", "in_progress", "needs_info", "escalated", "awaiting_feedback", "closed"):
        case = desk.at(state, title="林秀英家的灯", description=WORDS, grid=place.building, **given)
        assert case.grid == place.building
        for path in ("requests", f"requests/{case.ref}"):
            for fmt in ("json", "xml"):
                said = get(path, fmt).content.decode()
                assert [one for one in SECRETS if one in said] == [], state
                assert "第 1 网格" in said


@pytest.mark.parametrize("kind", ["mediation", "care"])
def test_restricted_kinds_are_not_there_not_even_for_their_sender(told, desk, kind):
    filed = read(post(told, service_code="lamp", address_string="5 号楼", description="灯不亮"))[0]
    case = Case.objects.get(ref=filed["service_request_id"])
    category = Category.objects.create(code="talk", name="邻里纠纷", sla="complaint", kind=kind)
    desk.act(case, "accept", "secretary", case.submitted_at, category=category)
    for query in ({}, {"api_key": told}, {"service_request_id": case.ref}, {"service_code": "talk"}):
        assert read(get("requests", **query)) == []
    assert get(f"requests/{case.ref}").status_code == 404
    assert get(f"requests/{case.ref}", api_key=told).status_code == 404
    assert get(f"tokens/{case.token}").status_code == 404
    assert get("services/talk").status_code == 404
    assert post(told, service_code="talk", address_string="5 号楼").status_code == 404


def test_a_kind_that_is_restricted_later_takes_its_cases_along(told, desk, category):
    case = desk.file(category=category)
    Category.objects.update(kind="care")
    assert get(f"requests/{case.ref}").status_code == 404


def test_a_sender_reads_its_own_and_no_others(told, desk):
    _key, other = a_key("另一个系统")
    given = {"address_string": "5 号楼 1 单元 301", "description": WORDS, "media": upload(picture())}
    filed = read(post(told, service_code="lamp", jurisdiction_id="620902001001", **given))[0]
    case = Case.objects.get(ref=filed["service_request_id"])
    (own,) = read(get(f"requests/{case.ref}", api_key=told))
    assert (own["description"], own["address"]) == (WORDS, "5 号楼 1 单元 301")
    assert own["address_id"] == case.grid.code == "620902001001-0101-05"
    photo = own["media_url"].removeprefix("http://testserver")
    assert b"".join(Client().get(photo).streaming_content)[:2] == b"\xff\xd8"
    for query in ({}, {"api_key": other}):
        (row,) = read(get(f"requests/{case.ref}", **query))
        assert [row[name] for name in ("description", "media_url")] == [None, None]
        assert [one for one in SECRETS if one in str(row)] == []


def test_the_answer_is_its_senders_once_it_has_been_verified(told, desk):
    read(post(told, service_code="lamp", address_string="5 号楼", description="灯不亮"))
    case = Case.objects.get()
    now = case.submitted_at
    desk.act(case, "accept", "clerk", now)
    desk.act(case, "assign", "clerk", now, person=desk.cast.grid_worker)
    desk.act(case, "sign", "grid_worker", now)
    desk.act(case, *RESULT[:2], now, **RESULT[2])
    assert "换了新灯" not in str(read(get(f"requests/{case.ref}", api_key=told)))
    desk.act(case, "verify_pass", "secretary", now)
    assert read(get(f"requests/{case.ref}", api_key=told))[0]["status_notes"] == "待评价。\n换了新灯。"
    assert read(get(f"requests/{case.ref}"))[0]["status_notes"] == "待评价。"


def test_who_is_signed_in_sees_no_more_here_than_anybody(told, desk, browse):
    case = desk.at("closed", description=WORDS, reporter_name="林阿姨")
    nobody = get(f"requests/{case.ref}").json()
    assert [browse(who).get(f"/open311/v2/requests/{case.ref}.json").json() for who in ("resident", "secretary")] == [
        nobody,
        nobody,
    ]


def test_photos_never_belong_to_passers_by(told, desk):
    case = desk.file()
    keep_photo(actor=desk.actor("resident"), upload=upload(picture()), owner_type="case", owner_id=case.pk)
    assert read(get("requests"))[0]["media_url"] is None
