"""The virus scanner: a small clamd of the tests' own answers over a real socket."""

import socket
import struct
import threading
from contextlib import contextmanager

import pytest

from portal.attachments.models import Attachment
from portal.attachments.scanning import Infected, ScannerDown, scan
from portal.attachments.services import keep_photo
from tests.portal.attachments.files import picture, upload

VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


def exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        got = line.recv(count - len(data))
        if not got:
            break
        data += got
    return data


@contextmanager
def clamd(listener: socket.socket, answer: bytes | None = None):
    """Serves one INSTREAM; yields the list its bytes arrive in. answer: said whatever comes; b"" hangs up."""
    heard: list[bytes] = []

    def serve() -> None:
        line, _address = listener.accept()
        with line:
            assert exactly(line, 10) == b"zINSTREAM\0"
            while size := struct.unpack("!I", exactly(line, 4))[0]:
                heard.append(exactly(line, size))
            found = VIRUS in b"".join(heard)
            said = answer if answer is not None else b"stream: Eicar FOUND\0" if found else b"stream: OK\0"
            line.sendall(said)

    with listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield heard
        thread.join(timeout=10)
        assert not thread.is_alive()


@pytest.fixture
def listener(settings):
    found = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD = f"127.0.0.1:{found.getsockname()[1]}"
    return found


def test_what_was_sent_is_scanned_as_it_came_and_passes(listener, cast):
    data = picture(size=(900, 900), quality=95) + b"\0" * 150_000
    with clamd(listener) as heard:
        keep_photo(actor=cast.actor("resident"), upload=upload(data))
    assert b"".join(heard) == data
    assert len(heard) > 2


def test_by_a_unix_socket_too(settings, tmp_path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "c"))
    listener.listen()
    settings.CLAMD = f"unix:{tmp_path / 'c'}"
    with clamd(listener) as heard:
        scan(b"clean")
    assert heard == [b"clean"]


def test_a_virus_in_a_good_photo_is_refused(listener, cast):
    with clamd(listener), pytest.raises(Infected):
        keep_photo(actor=cast.actor("resident"), upload=upload(picture() + VIRUS))
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"?"])
def test_an_answer_that_is_none_keeps_the_photo_out(listener, answer):
    with clamd(listener, answer), pytest.raises(ScannerDown):
        scan(b"anything")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nowhere/clamd", "clamd", ":3310"])
def test_a_scanner_that_is_not_there_keeps_photos_out(settings, cast, address):
    settings.CLAMD = address
    with pytest.raises(ScannerDown):
        keep_photo(actor=cast.actor("resident"), upload=upload(picture()))
    assert not Attachment.objects.exists()


def test_without_a_scanner_photos_pass(settings, cast):
    settings.CLAMD = ""
    keep_photo(actor=cast.actor("resident"), upload=upload(picture()))


def test_while_it_is_down_words_go_through_and_the_page_says_what_to_do(settings, cast, browse, call, error_log):
    settings.CLAMD = "127.0.0.1:1"
    page = browse().post("/report/", {"text": "路灯不亮了，晚上看不见。", "photos": upload(picture())})
    assert page.status_code == 422
    assert "可以先不带照片送出" in page.content.decode()
    assert browse().post("/report/", {"text": "路灯不亮了，晚上看不见。"}).status_code == 302
    answer = call("resident").post("/api/v1/attachments/", {"file": upload(picture())}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (503, "SCANNER_DOWN")
    assert error_log.take()  # Django's own line for a 503: whoever keeps the place is to see it
