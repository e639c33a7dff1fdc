"""A photo drawn anew: opened, turned upright, painted on a fresh sheet. What Pillow cannot draw is not a photo.

Nothing but pixels reaches the new file: no place, no camera, no name, and none of a second file that hid behind the
first (a JPEG with a ZIP or a page of HTML at its end is a fine JPEG to every viewer).
"""

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.errors import Invalid

MAX_PIXELS = 50_000_000
LONG_SIDE = 2000
# Photos of several pictures in one (MPO) open as JPEG; Pillow has no opener of that name and would raise KeyError.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# What iPhones write unless told otherwise; bytes 8 to 12 of the file. Pillow cannot open it.
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


@dataclass(frozen=True)
class Drawn:
    """A JPEG of ours and its size in pixels."""

    data: bytes
    width: int
    height: int


def redraw(data: bytes) -> Drawn:
    """Raises Invalid: NOT_A_PHOTO, PHOTO_BROKEN (half of it, or damaged) or PHOTO_TOO_BIG (too many pixels)."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        said = _("这是苹果手机的 HEIC 照片，这里打不开。请截个图再传，或者在手机的相机设置里选“兼容性最佳”重拍一张。")
        raise Invalid(said, code="NOT_A_PHOTO")
    try:
        upright = _opened(data)
    except Invalid:
        raise
    except UnidentifiedImageError as error:
        raise Invalid(_("这个文件不是照片。请选手机相册里的图片。"), code="NOT_A_PHOTO") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    # Decoders trip over damaged files in ways they do not list: struct, zlib, index and key errors among them.
    except Exception as error:
        said = _("照片没有传全，或者坏了。请再选一次，还不行就截个图再传。")
        raise Invalid(said, code="PHOTO_BROKEN") from error
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    sheet = Image.new("RGB", upright.size)
    sheet.paste(upright)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=82, optimize=True)
    return Drawn(out.getvalue(), sheet.width, sheet.height)


def _opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        # Read the size before decoding: a few bytes can claim to be a picture of gigabytes.
        if image.width * image.height > MAX_PIXELS:
            raise _too_many_pixels()
        # A JPEG is decoded no larger than it is kept: a quarter of the memory, or less.
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        return ImageOps.exif_transpose(image).convert("RGB")


def _too_many_pixels() -> Invalid:
    return Invalid(_("照片的尺寸太大了，请先截个图再传。"), code="PHOTO_TOO_BIG")
