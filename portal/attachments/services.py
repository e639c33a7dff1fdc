"""Photos in, safely: opened, turned upright, drawn anew as JPEG. What Pillow cannot draw is not a photo."""

import hashlib
import io
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.accounts.actors import Actor
from portal.attachments.models import Attachment
from portal.errors import Invalid

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONG_SIDE = 2000
# Photos of several pictures in one (MPO) open as JPEG; Pillow has no opener of that name and would raise KeyError.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def keep_photo(
    *,
    actor: Actor,
    upload: BinaryIO,
    owner_type: str = "",
    owner_id: UUID | None = None,
) -> Attachment:
    """Re-encode an uploaded photo and keep it. Raises Invalid (422) with code PHOTO_TOO_BIG or NOT_A_PHOTO."""
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Invalid(_("照片太大了，一张最多 10 MB。可以先截个图再传。"), code="PHOTO_TOO_BIG")
    picture = _redrawn(data)
    digest = hashlib.sha256(picture.getvalue()).hexdigest()
    with Image.open(picture) as image:
        width, height = image.size
    attachment = Attachment(
        sha256=digest,
        content_type="image/jpeg",
        width=width,
        height=height,
        size=len(picture.getvalue()),
        uploaded_by=actor.user,
        owner_type=owner_type,
        owner_id=owner_id,
    )
    attachment.file.save(f"{attachment.id}.jpg", ContentFile(picture.getvalue()), save=False)
    attachment.save(force_insert=True)
    return attachment


def _redrawn(data: bytes) -> io.BytesIO:
    refusal = Invalid(_("这个文件不是照片。请选手机相册里的图片。"), code="NOT_A_PHOTO")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            # Read the size before decoding: a few bytes can claim to be a picture of gigabytes.
            if image.width * image.height > MAX_PIXELS:
                raise Invalid(_("照片的尺寸太大了，请先截个图再传。"), code="PHOTO_TOO_BIG")
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as error:
        raise refusal from error
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    # Drawn on a new sheet: nothing but pixels comes along, no EXIF, no second file behind the first.
    sheet = Image.new("RGB", upright.size)
    sheet.paste(upright)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=82, optimize=True)
    out.seek(0)
    return out


def attach(
    *,
    actor: Actor,
    attachment_ids: list[UUID],
    owner_type: str,
    owner_id: UUID,
    forget_uploader: bool = False,
) -> int:
    """Give loose photos of this uploader an owner; returns how many were taken. Others' photos are left alone.

    forget_uploader: whoever asked not to be named is not to be found behind a photo either.
    """
    loose = Attachment.objects.filter(
        pk__in=attachment_ids,
        owner_id=None,
        uploaded_by=actor.user,
        uploaded_by__isnull=actor.user is None,
    )
    if forget_uploader:
        return loose.update(owner_type=owner_type, owner_id=owner_id, uploaded_by=None)
    return loose.update(owner_type=owner_type, owner_id=owner_id)
