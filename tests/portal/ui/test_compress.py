"""What is words goes compressed; what is compressed already goes as it is."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from portal.ui.middleware import CompressMiddleware

WORDS = "家门口 " * 200


def answer(kind: str, **headers: str) -> HttpResponse:
    made = HttpResponse(WORDS, content_type=kind, headers=headers)
    request = RequestFactory().get("/", HTTP_ACCEPT_ENCODING="gzip")
    return CompressMiddleware(lambda _request: made)(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/css", "text/javascript", "application/json"])
def test_words_are_compressed(kind):
    said = answer(kind)
    assert said["Content-Encoding"] == "gzip"
    assert gzip.decompress(said.content).decode() == WORDS


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf", "application/octet-stream"])
def test_pictures_and_files_are_not(kind):
    assert "Content-Encoding" not in answer(kind)


def test_part_of_a_file_is_not():
    assert "Content-Encoding" not in answer("text/css", **{"Content-Range": "bytes 0-9/100"})


@pytest.mark.django_db
def test_page_and_style_come_compressed(client):
    for url in ("/accounts/login/", "/static/portal/components.css"):
        response = client.get(url, HTTP_ACCEPT_ENCODING="gzip")
        assert response["Content-Encoding"] == "gzip", url
        response.close()
