"""What is kept of a photo, and what is not kept at all."""

import hashlib
import io

import pytest
from PIL import Image

from portal.accounts.actors import Actor
from portal.attachments.drawing import redraw
from portal.attachments.models import Attachment
from portal.attachments.services import keep_photo
from portal.errors import Invalid
from tests.portal.attachments.files import PAGE, REFUSED, a_zip, picture, taken_at_home, upload


def kept(cast, data: bytes, name: str = "a.jpg") -> tuple[Attachment, bytes]:
    found = keep_photo(actor=cast.actor("resident"), upload=upload(data, name))
    with found.file.open("rb") as file:
        return found, file.read()


def test_a_phones_photo_keeps_no_place_no_camera_no_name(cast):
    """Guardrail 11."""
    taken = taken_at_home()
    # It is a real one: another program would find the place in it.
    assert Image.open(io.BytesIO(taken)).getexif().get_ifd(0x8825)[2] == (35.0, 43.0, 12.5)
    found, data = kept(cast, taken)
    image = Image.open(io.BytesIO(data))
    assert dict(image.getexif()) == {}
    assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Exif" not in data
    assert "林秀英".encode() not in data
    assert (found.width, found.height) == image.size == (30, 40)  # and it stands upright


@pytest.mark.parametrize("tail", [a_zip(), PAGE, a_zip() + PAGE], ids=["zip", "html", "both"])
def test_a_second_file_behind_the_photo_stays_outside(tail):
    data = redraw(picture() + tail).data
    assert b"stowaway" not in data
    assert b"PK\x03\x04" not in data
    assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_other_formats_become_jpeg(cast):
    for format in ("PNG", "WEBP", "GIF", "MPO"):
        found, data = kept(cast, picture(format, colour="blue"), "a.png")
        assert (found.content_type, data[:2]) == ("image/jpeg", b"\xff\xd8")
        assert hashlib.sha256(data).hexdigest() == found.sha256
        assert len(data) == found.size


def test_a_large_photo_is_kept_small():
    drawn = redraw(picture(size=(6000, 3000)))
    assert (drawn.width, drawn.height) == (2000, 1000)


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_told_what_to_do(what):
    data, code, said = REFUSED[what]
    with pytest.raises(Invalid) as refused:
        keep_photo(actor=Actor(), upload=upload(data))
    assert refused.value.code == code
    assert said in str(refused.value.message)


# ---------------------------------------------------------------- once
def test_the_same_photo_of_the_same_person_is_kept_once(cast):
    first, _data = kept(cast, picture())
    again, _data = kept(cast, picture())
    other, _data = kept(cast, picture(colour="blue"))
    assert again.pk == first.pk
    assert other.pk != first.pk
    assert Attachment.objects.count() == 2


def test_the_same_photo_of_two_people_is_two(cast):
    one = keep_photo(actor=cast.actor("resident"), upload=upload(picture()))
    two = keep_photo(actor=cast.actor("neighbour"), upload=upload(picture()))
    assert one.pk != two.pk


def test_nobodys_drafts_share_no_photo(cast):
    one, two = (keep_photo(actor=Actor(), upload=upload(picture())) for _draft in range(2))
    assert one.pk != two.pk
