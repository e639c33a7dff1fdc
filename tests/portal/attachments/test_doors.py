"""The ways in (page, API, raw bytes) and the way out: nothing is a 500, and what is served is a JPEG and no more."""

import hashlib
import io

from PIL import Image

from petitions.bridge import importing
from portal.attachments.models import Attachment
from portal.attachments.services import MAX_BYTES, keep_photo
from tests.portal.attachments.files import PAGE, REFUSED, TWENTY_MB, a_zip, picture, taken_at_home, upload

TEXT = "三单元的灯坏了一周了，晚上看不见台阶。"


def test_page_says_it_and_keeps_the_words(cast, browse):
    for what, (data, _code, said) in REFUSED.items():
        page = browse().post("/report/", {"text": TEXT, "photos": upload(data)})
        assert page.status_code == 422, what
        assert not data or said in page.content.decode(), what
        assert TEXT in page.content.decode()
    assert not Attachment.objects.exists()


def test_api_says_it_in_a_problem_document(cast, call):
    client = call("resident")
    for what, (data, code, said) in REFUSED.items():
        # A key has the body looked at before it is parsed: that must not trip over its size either.
        for key in {"Idempotency-Key": what}, {}:
            answer = client.post("/api/v1/attachments/", {"file": upload(data)}, format="multipart", headers=key)
            assert answer["Content-Type"] == "application/problem+json"
            assert (answer.status_code, answer.json()["code"]) == (422, code), what
            assert said in answer.json()["detail"]


def test_a_file_is_cut_off_while_it_comes(cast, browse):
    """However long: what reaches the service is one byte more than a photo may have."""
    response = browse().post("/report/", {"text": TEXT, "photos": [upload(TWENTY_MB), upload(picture())]})
    assert [file.size for file in response.wsgi_request.FILES.getlist("photos")] == [MAX_BYTES + 1, len(picture())]
    assert Attachment.objects.count() == 1  # the good one is kept


def test_many_large_files_are_cut_off_together(monkeypatch, rf):
    monkeypatch.setattr("portal.attachments.uploads.MAX_TOTAL", 100_000)
    files = rf.post("/", {"photos": [upload(b"x" * 60_000) for _n in range(3)]}).FILES.getlist("photos")
    assert [file.size for file in files] == [60_000, 40_000, 0]


def test_a_table_that_was_cut_off_is_too_large_for_its_form():
    assert importing.MAX_BYTES < MAX_BYTES


def test_a_body_that_is_too_large_is_told_before_it_is_read(cast, call):
    client, body = call("grid_worker"), b"x" * (13 * 1024 * 1024)
    for path, kind in (("/api/v1/cases/", "application/json"), ("/api/v1/attachments/", "text/plain")):
        answer = client.generic("POST", path, body, content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
        assert "10 MB" in answer.json()["detail"]


def test_a_form_that_is_too_large_is_a_page_and_no_crash(cast, browse, error_log):
    page = browse().post(
        "/report/", "text=" + "x" * (13 * 1024 * 1024), content_type="application/x-www-form-urlencoded"
    )
    assert page.status_code == 400
    assert "没看懂" in page.content.decode()
    assert "RequestDataTooBig" in "".join(error_log.take())


# ---------------------------------------------------------------- out
def served(browse, who: str, found: Attachment):
    response = browse(who).get(f"/photos/{found.pk}/")
    data = b"".join(response.streaming_content) if response.streaming else b""
    response.close()
    return response, data


def test_what_is_served_is_the_new_drawing(cast, browse):
    found = keep_photo(actor=cast.actor("resident"), upload=upload(taken_at_home() + a_zip() + PAGE, "a.html"))
    response, data = served(browse, "resident", found)
    assert hashlib.sha256(data).hexdigest() == found.sha256
    assert b"stowaway" not in data
    assert dict(Image.open(io.BytesIO(data)).getexif()) == {}
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == f'inline; filename="{found.pk}.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=3600"


def test_a_file_that_is_lost_is_not_there(cast, browse):
    found = keep_photo(actor=cast.actor("resident"), upload=upload(picture()))
    found.file.storage.delete(found.file.name)
    assert browse("resident").get(f"/photos/{found.pk}/").status_code == 404
