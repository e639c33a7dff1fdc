"""Whatever is sent to the API: a problem document that says so, never an error page."""

import json

import pytest
from django.core.exceptions import BadRequest
from django.test import Client

from grids.visits.models import VisitRound
from portal.api import not_read
from tests.portal.attachments.files import picture

pytestmark = pytest.mark.django_db


def problem(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert {"type", "title", "status", "code", "detail"} <= set(said)
    assert said["status"] == response.status_code
    return response.status_code, said["code"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[" * 5000, (400, "PARSE_ERROR")),
        ('{"a":' * 3000, (400, "PARSE_ERROR")),
        ("null", (422, "INVALID")),
        (json.dumps({"reply_by": "\ud800"}), (422, "INVALID")),
    ],
)
def test_json_that_cannot_be_is_refused_in_chinese(cast, call, body, said):
    answer = call("resident").post("/api/v1/cases/", body, content_type="application/json")
    assert problem(answer) == said
    assert "No data" not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nothing/", (404, "NOT_FOUND")),
        ("bookings/abc/", (404, "NOT_FOUND")),
        ("wishes/?state=nonsense", (422, "INVALID")),
        ("cases/?state=nonsense", (422, "INVALID")),
        ("cases/?view=lat", (422, "INVALID")),
        ("residents/?cursor=cD0lMDA%3D", (404, "NOT_FOUND")),  # p=NUL
        ("cases/?cursor=cD1hYmM%3D", (404, "NOT_FOUND")),  # p=abc
        ("bookings/?cursor=cD1hYmM%3D", (404, "NOT_FOUND")),
    ],
)
def test_address_that_cannot_be_is_a_problem_too(cast, call, path, said):
    assert problem(call("secretary").get(f"/api/v1/{path}")) == said


def test_what_is_refused_before_any_view_is_a_problem_below_api_and_a_page_elsewhere(rf):
    for path, kind in (("/api/v1/rooms/", "application/problem+json"), ("/rooms/", "text/html")):
        answer = not_read(rf.get(path), BadRequest())
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (400, kind)


def test_press_without_the_pages_secret_is_told_in_chinese(cast, settings):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.resident, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/api/v1/cases/", {"title": "楼道灯不亮"}, content_type="application/json")
    assert problem(answer) == (403, "CSRF")
    assert "CSRF" not in answer.json()["detail"]


@pytest.mark.parametrize("charset", ["rot13", "zlib", "idna"])
def test_charset_that_is_none_breaks_no_page(cast, client, call, charset):
    address = "/search/?q=%E7%81%AF"
    assert "灯" in client.get(address, content_type=f"text/plain; charset={charset}").content.decode()
    asked = call("resident").post("/api/v1/cases/", "{}", content_type=f"application/json; charset={charset}")
    assert problem(asked)[0] == 422


def test_json_in_gbk_is_read_as_such(cast, call):
    body = json.dumps({"title": "楼道灯不亮", "description": "三楼"}, ensure_ascii=False).encode("gbk")
    answer = call("resident").post("/api/v1/cases/", body, content_type="application/json; charset=gbk")
    assert answer.status_code == 201
    assert call("resident").get("/api/v1/cases/").json()["results"][0]["title"] == "楼道灯不亮"


@pytest.mark.parametrize("path", ["/search/?q=%00", "/certificates/%00/", "/grids/map/shapes.json?at=%00"])
def test_page_that_is_asked_for_a_nul_answers(cast, client, path):
    assert client.get(path).status_code in (200, 404)


def test_photo_sent_again_with_its_key_is_the_first_one(cast, call):
    def send(boundary: str, photo: bytes):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'.encode()
        body = head + photo + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return call("resident").generic("POST", "/api/v1/attachments/", body, kind, headers={"Idempotency-Key": "k"})

    first, again = send("one", picture()), send("other", picture())
    assert (first.status_code, again.json()) == (201, first.json())
    assert problem(send("one", picture(colour="blue"))) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_long_keys_that_begin_alike_are_two(cast, call):
    for end in "ab":
        key = {"Idempotency-Key": "k" * 80 + end}
        assert call("resident").post("/api/v1/cases/", {"title": f"楼道灯不亮{end}"}, headers=key).status_code == 201


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/community/", {"code": "\0"}),
        (
            "/grid/rounds/",
            {"name": "敲门", "starts_on": "2026-09-18", "ends_on": "9999-12-31", "purposes": ["needs"], "per_day": 9},
        ),
    ],
)
def test_form_that_no_column_takes_is_a_refusal_and_writes_nothing(cast, browse, path, form):
    answer = browse("secretary").post(path, form | {"grid": cast.place.community.pk})
    assert answer.status_code == 422
    assert not VisitRound.objects.exists()
