"""POST requests: what it needs, where it lands, once; nothing half-written whatever is sent."""

from urllib.parse import urlencode

import pytest

from petitions.cases.models import Case, CaseRecord, Category, Remark
from petitions.open311.models import Open311Filing
from portal.attachments.models import Attachment
from portal.audit.models import AuditEntry
from tests.petitions.open311.people import EXAMPLE, V2, a_key, get, post, read
from tests.portal.attachments.files import REFUSED, TWENTY_MB, picture, upload

LAMP = {"service_code": "lamp", "address_string": "文昌花园社区 5 号楼", "description": "灯不亮"}


def filed(told: str, **given) -> Case:
    answer = post(told, **LAMP | given)
    assert answer.status_code == 201, answer.content.decode()
    return Case.objects.get(ref=read(answer)[0]["service_request_id"])


# ---------------------------------------------------------------- what it needs
WRONG = [
    ({"service_code": None}, 400, "service_code"),
    ({"service_code": "nothing"}, 404, "service_code"),
    ({"service_code": "la\x00mp\x07", "address_string": "\x00"}, 400, "address_string"),
    ({"address_string": None}, 400, "address_string"),
    ({"address_string": None, "lat": "35.7"}, 400, "lat"),
    ({"lat": "135.7", "long": "107"}, 400, "lat"),
    ({"lat": "nan", "long": "inf"}, 400, "lat"),
    ({"address_id": "nowhere"}, 404, "address_id"),
    ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id"),
    ({"description": "长" * 4001}, 400, "4000"),
    ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
    ({"media_url": "http://["}, 400, "media_url"),
    ({"attribute[reply_by]": "pigeon"}, 400, "reply_by"),
    ({"attribute[reply_by]": "call"}, 400, "phone"),
    ({"api_key": None}, 403, "api_key"),
    ({"api_key": "xyz"}, 403, "api_key"),
]


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_what_is_missing_or_wrong_is_told_and_nothing_is_filed(told, fmt):
    for change, status, said in WRONG:
        answer = post(told, fmt, **LAMP | change)
        assert answer.status_code == status, change
        assert said in read(answer)[0]["description"]
    assert not Case.objects.exists()


def test_all_that_is_wrong_is_told_at_once(told):
    errors = read(post(told))
    assert [error["code"] for error in errors] == [400, 400]
    errors = read(post(told, service_code="nothing", media_url="x"))
    assert [error["code"] for error in errors] == [404, 400, 400]


def test_a_bad_photo_is_told_and_nothing_is_filed(told):
    for what, (data, _code, said) in REFUSED.items():
        for fmt in ("json", "xml"):
            answer = post(told, fmt, media=upload(data), **LAMP)
            assert answer.status_code == 400, what
            assert said in read(answer)[0]["description"]
    assert not Case.objects.exists()
    assert not Attachment.objects.exists()


def test_a_photo_sent_as_text_is_too_large_a_form(told, client, error_log):
    body = urlencode({"api_key": told, **LAMP}) + "&media=" + "x" * len(TWENTY_MB)
    answer = client.post(f"{V2}/requests.json", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "10 MB" in read(answer)[0]["description"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (b"api_key=%ff%fe&service_code=%00", "application/x-www-form-urlencoded"),
        (b'{"api_key": 1}', "application/json"),
        (b"a=1&" * 2000, "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
def test_what_cannot_be_read_is_no_crash(told, client, error_log, body, kind):
    answer = client.generic("POST", f"{V2}/requests.json", body, content_type=kind)
    assert answer.status_code in (400, 403)
    assert read(answer)[0]["description"]
    assert not Case.objects.exists()
    error_log.take()


# ---------------------------------------------------------------- where it lands
def test_the_place_is_found_by_id_by_name_by_jurisdiction(told, place):
    assert filed(told, address_id="620902001001-0102-06").grid == place.building_b
    assert filed(told).grid == place.building  # the community and the building its address names
    assert filed(told, address_string="南大街社区门口").grid == place.community_b
    assert filed(told, address_string="门口", jurisdiction_id="620902002001").grid == place.community_b
    assert filed(told, address_string="门口", jurisdiction_id="620902002").grid == place.community_b
    assert filed(told, address_string="门口").grid == place.community  # the portal's own
    case = filed(told, address_string=None, lat="35.72", long="107.64", jurisdiction_id="620902001001")
    assert (case.grid, case.address) == (place.community, "35.72000, 107.64000")


def test_a_key_for_one_street_files_there_only(desk, category, place):
    _key, told = a_key("街道的系统", grid=place.street_b)
    assert filed(told, address_string="门口").grid == place.community_b
    assert filed(told, address_id="620902002001-0101").grid == place.grid_c
    for change in ({"address_id": "620902001001-0101"}, {"jurisdiction_id": "620902001001"}):
        assert post(told, **LAMP | change).status_code == 404
    assert filed(told).grid == place.community_b  # 文昌花园 lies elsewhere: the words stay, the street looks


# ---------------------------------------------------------------- what becomes of it
def test_what_has_no_field_here_goes_along_as_a_word(told):
    case = filed(told, **EXAMPLE | {"jurisdiction_id": "620902001001"})
    assert Remark.objects.get().text.splitlines() == [
        "坐标：37.76524, -122.42120",
        "对方给的照片网址：http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg",
        "对方写的电话（不能直接拨）：111111111",
    ]
    assert (case.contact_phone, case.reply_by) == ("", "slip")
    kept = " ".join(str(value) for value in vars(case).values())
    for thing in ("smit333", "tt222111", "123456"):
        assert thing not in kept  # no use for it here, so it is not held


def test_a_chinese_name_a_telephone_and_how_to_answer(told):
    case = filed(told, first_name="秀英", last_name="林", phone="138 0000 2046", **{"attribute[reply_by]": "call"})
    assert (case.reporter_name, case.contact_phone, case.reply_by) == ("林秀英", "+8613800002046", "call")


def test_four_thousand_characters_are_all_kept(told):
    case = filed(told, description="一" * 2000 + "二" * 2000)
    assert (case.description, Remark.objects.get().text) == ("一" * 2000, "二" * 2000)


def test_without_words_the_kind_is_what_is_known(told):
    assert filed(told, description=None).description == "公共设施坏了"
    assert filed(told, description="灯").description == "公共设施坏了 灯"


def test_photos_come_along_drawn_anew(told):
    case = filed(told, media=[upload(picture() + b"stowaway"), upload(picture(colour="blue"))])
    rows = Attachment.objects.filter(owner_type="case", owner_id=case.pk)
    assert rows.count() == 2
    for row in rows:
        with row.file.open("rb") as file:
            assert b"stowaway" not in file.read()
    assert post(told, **LAMP, media=[upload(picture()) for _n in range(4)]).status_code == 400


def test_it_begins_as_every_case_does_and_the_trail_knows_the_key(told):
    case = filed(told)
    (record,) = CaseRecord.objects.filter(subject=case)
    assert (record.event, record.from_state, record.to_state, record.actor) == ("submit", "", "submitted", None)
    assert AuditEntry.objects.filter(verb="open311.file", object_id=str(Open311Filing.objects.get().key_id)).exists()
    assert set(AuditEntry.objects.values_list("channel", flat=True)) >= {"open311"}


def test_the_slip_is_handed_on_and_says_where_it_was_told(told, client):
    notice = read(post(told, **LAMP))[0]["service_notice"]
    assert "2026-09-24 14:20 前办完" in notice
    page = client.get(notice.partition("http://testserver")[2]).content.decode()
    assert "您在别处反映，转到我们这里了。" in page


def test_nothing_but_filing_is_possible(told, desk, client):
    case = desk.file()
    for method in ("post", "put", "patch", "delete"):
        for path in (f"requests/{case.ref}", "services", "services/lamp", f"tokens/{case.token}"):
            answer = getattr(client, method)(
                f"{V2}/{path}.json", {"api_key": told, "event": "accept", "status": "closed"}
            )
            assert answer.status_code == 405
    assert post(told, **LAMP, status="closed", state="closed", event="accept").status_code == 201
    assert set(Case.objects.values_list("state", "version")) == {("submitted", 1)}


# ---------------------------------------------------------------- once
@pytest.mark.parametrize(
    ("given", "headers"),
    [({"attribute[external_id]": "CT-1"}, None), ({}, {"Idempotency-Key": "k1"})],
    ids=["their number", "header"],
)
def test_sent_again_it_is_answered_the_same_and_filed_once(told, given, headers):
    sent = LAMP | given
    first = post(told, headers=headers, media=upload(picture()), **sent)
    again = post(told, headers=headers, media=upload(picture()), **sent)
    assert first.json() == again.json()
    assert Case.objects.count() == Attachment.objects.count() == 1
    for change in ({"description": "井盖松了"}, {"media": upload(picture(colour="blue"))}, {"phone": "13800002046"}):
        answer = post(told, headers=headers, **sent | change)
        assert answer.status_code == 409
        assert "单号" in read(answer)[0]["description"]
    assert Case.objects.count() == 1


def test_the_same_number_of_two_systems_is_two(told):
    _key, other = a_key("另一个系统")
    sent = LAMP | {"attribute[external_id]": "CT-1"}
    assert post(told, **sent).json() != post(other, **sent).json()
    assert Case.objects.count() == 2


def test_without_a_number_each_call_is_a_request_of_its_own(told):
    assert filed(told) != filed(told)


# ---------------------------------------------------------------- how often
def test_a_system_files_only_so_much_and_wrong_keys_are_counted(told, monkeypatch):
    monkeypatch.setattr("petitions.open311.views.FILED", 1)
    monkeypatch.setattr("petitions.open311.views.WRONG_KEYS", 2)
    assert [post(told, **LAMP).status_code for _n in range(2)] == [201, 429]
    assert [post("wrong", **LAMP).status_code for _n in range(3)] == [403, 403, 429]
    assert Case.objects.count() == 1


def test_a_category_that_was_switched_off_is_no_service_any_more(told):
    Category.objects.update(is_active=False)
    assert post(told, **LAMP).status_code == 404
    assert read(get("services")) == []
