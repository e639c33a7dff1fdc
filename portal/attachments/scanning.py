"""A virus scanner, where the centre names one (setting CLAMD): clamd's INSTREAM over a socket.

What it has not passed is not opened: a scanner that does not answer keeps photos out, never words. Whoever writes is
told to send without the photo, and a telephone in the field simply tries again later.
"""

import logging
import socket
import struct

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.errors import Invalid

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
SECONDS = 10


class Infected(Invalid):
    code = "INFECTED"
    message = _("这个文件里查出了病毒，没有收下。请换一张照片，手机也该杀杀毒了。")


class ScannerDown(Invalid):
    """Not the sender's fault, and over in a while: 503, so that a machine tries again."""

    status = 503
    code = "SCANNER_DOWN"
    message = _("照片要先查毒，查毒的机器现在没有回应，照片没有收下。可以先不带照片送出，过一会儿再补。")


def scan(data: bytes) -> None:
    """Raises Infected or ScannerDown. Without a scanner everything passes."""
    if not settings.CLAMD:
        return
    try:
        said = ask(data)
    except OSError as error:
        log.warning("the virus scanner at %s does not answer: %r", settings.CLAMD, error)
        raise ScannerDown() from error
    if said.endswith("FOUND"):
        log.warning("a photo was refused by the virus scanner: %s", said)
        raise Infected()
    if not said.endswith("OK"):
        log.warning("the virus scanner at %s says %r", settings.CLAMD, said)
        raise ScannerDown()


def ask(data: bytes) -> str:
    """clamd's answer: "stream: OK", "stream: <name> FOUND", "… ERROR". Raises OSError where nobody answers."""
    with connect() as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(part)) + part)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        # It ends what it says with a NUL; one that says nothing for long is as good as gone.
        while not answer.endswith(b"\0") and len(answer) < 4096:
            got = line.recv(4096)
            if not got:
                break
            answer += got
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def connect() -> socket.socket:
    """unix:/run/clamav/clamd.ctl, or host:port."""
    if settings.CLAMD.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(settings.CLAMD.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = settings.CLAMD.rpartition(":")
    # A name without a port is nobody: said as what it is, not as a crash of the page.
    if not host or not port.isdigit():
        raise OSError(f"CLAMD is neither unix:/path nor host:port: {settings.CLAMD}")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
