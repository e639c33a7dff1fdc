"""Photos in, safely: measured, scanned, drawn anew as JPEG. What belongs to nothing after a day goes again."""

import hashlib
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.attachments.drawing import Drawn, redraw
from portal.attachments.models import Attachment
from portal.attachments.scanning import scan
from portal.errors import Invalid
from portal.flow import due

MAX_BYTES = 10 * 1024 * 1024
LOOSE_FOR = timedelta(days=1)


def keep_photo(
    *,
    actor: Actor,
    upload: BinaryIO,
    owner_type: str = "",
    owner_id: UUID | None = None,
) -> Attachment:
    """Re-encode an uploaded photo and keep it; the same photo of the same person for the same thing is kept once.

    Raises Invalid (422): PHOTO_TOO_BIG, NOT_A_PHOTO, PHOTO_BROKEN, INFECTED; SCANNER_DOWN (503).
    """
    data = upload.read(MAX_BYTES + 1)
    check_size(data)
    # Before anything opens it: the decoder is what a crafted file aims at.
    scan(data)
    drawn = redraw(data)
    digest = hashlib.sha256(drawn.data).hexdigest()
    attachment = _same(actor, digest, owner_type, owner_id) or _keep(actor, drawn, digest, owner_type, owner_id)
    if attachment.owner_id is None:
        key, until = f"attachment:{attachment.pk}:loose", timezone.now() + LOOSE_FOR
        due.schedule(key=key, kind="attachment.loose", subject_id=attachment.pk, due_at=until)
    return attachment


def check_size(data: bytes) -> None:
    """Raises Invalid PHOTO_TOO_BIG. For bytes that were read up to MAX_BYTES + 1."""
    if len(data) > MAX_BYTES:
        raise Invalid(_("照片太大了，一张最多 10 MB。可以先截个图再传。"), code="PHOTO_TOO_BIG")


def _same(actor: Actor, digest: str, owner_type: str, owner_id: UUID | None) -> Attachment | None:
    """This very picture, sent before. Never somebody else's: two strangers' drafts must not share one row."""
    if owner_id is not None:
        return Attachment.objects.filter(owner_id=owner_id, owner_type=owner_type, sha256=digest).first()
    if actor.user is None:
        return None
    return Attachment.objects.filter(uploaded_by=actor.user, owner_id=None, sha256=digest).first()


def _keep(actor: Actor, drawn: Drawn, digest: str, owner_type: str, owner_id: UUID | None) -> Attachment:
    attachment = Attachment(
        sha256=digest,
        content_type="image/jpeg",
        width=drawn.width,
        height=drawn.height,
        size=len(drawn.data),
        uploaded_by=actor.user,
        owner_type=owner_type,
        owner_id=owner_id,
    )
    attachment.file.save(f"{attachment.id}.jpg", ContentFile(drawn.data), save=False)
    attachment.save(force_insert=True)
    return attachment


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


def forget_loose(*, attachment_id: UUID) -> bool:
    """Delete a photo that nothing took, row and file; False where it has an owner or is gone. Twice changes nothing."""
    with transaction.atomic():
        # Locked: whoever attaches it at this moment waits, and then finds that it is gone, or this finds it taken.
        loose = Attachment.objects.select_for_update().filter(pk=attachment_id, owner_id=None).first()
        if loose is None:
            return False
        storage, name = loose.file.storage, str(loose.file.name)
        loose.delete()
        # Only once it is certain: a file cannot be rolled back.
        transaction.on_commit(lambda: storage.delete(name))
        return True


def forget_owned(*, owner_ids: list[UUID], uploaded_by: UUID | None) -> int:
    """An erasure: the photos of what was somebody's are deleted, rows and files; those they sent for others are only
    nobody's any more. Returns how many rows were changed."""
    with transaction.atomic():
        owned = list(Attachment.objects.select_for_update().filter(owner_id__in=owner_ids))
        files = [(one.file.storage, str(one.file.name)) for one in owned]
        Attachment.objects.filter(pk__in=[one.pk for one in owned]).delete()
        left = Attachment.objects.filter(uploaded_by_id=uploaded_by).update(uploaded_by=None) if uploaded_by else 0

        def gone() -> None:
            for storage, name in files:
                storage.delete(name)

        # Only once it is certain: a file cannot be rolled back.
        transaction.on_commit(gone)
        return len(owned) + left
