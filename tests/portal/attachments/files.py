"""Files as they come: photos with a place in them, bombs, stowaways, and what is no photo at all."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

PAGE = b"<html><script>alert('stowaway')</script></html>"


def picture(format: str = "JPEG", size: tuple[int, int] = (40, 30), colour: str = "red", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format, **options)
    return out.getvalue()


def taken_at_home() -> bytes:
    """As a phone writes it: lying on its side, with camera, owner, words and the place it was taken."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make], exif[Base.Model], exif[Base.Artist] = "Phone", "P-1", "林秀英"
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (35.0, 43.0, 12.5),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (107.0, 38.0, 30.1),
        }
    )
    return picture(exif=exif, comment="林秀英家门口", icc_profile=b"not a profile")


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("stowaway.html", PAGE)
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few dozen bytes that says it is `side` pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def upload(data: bytes, name: str = "a.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


TWENTY_MB = picture() + b"\0" * (20 * 1024 * 1024)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64
# what it is → the bytes, the code, words of the answer that say what to do
REFUSED = {
    "20 MB": (TWENTY_MB, "PHOTO_TOO_BIG", "最多 10 MB"),
    "zip": (a_zip(), "NOT_A_PHOTO", "请选手机相册里的图片"),
    "svg": (SVG, "NOT_A_PHOTO", "请选手机相册里的图片"),
    "html": (PAGE, "NOT_A_PHOTO", "请选手机相册里的图片"),
    "empty": (b"", "NOT_A_PHOTO", "请选手机相册里的图片"),
    "heic": (HEIC, "NOT_A_PHOTO", "兼容性最佳"),
    "half": (picture(size=(900, 900), quality=95)[:-900], "PHOTO_BROKEN", "请再选一次"),
    "crc": (picture("PNG")[:60] + b"\0" * 40, "PHOTO_BROKEN", "请再选一次"),
    "bomb": (bomb(8000), "PHOTO_TOO_BIG", "尺寸太大"),
    "bomb that Pillow warns of": (bomb(11000), "PHOTO_TOO_BIG", "尺寸太大"),
    "bomb that Pillow refuses": (bomb(60000), "PHOTO_TOO_BIG", "尺寸太大"),
}
