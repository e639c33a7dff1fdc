from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.rows import Row


class Attachment(Row):
    """A photo that came with something. Re-encoded on arrival, so that no place, no name and no stowaway stays in it.

    `owner_type`/`owner_id` name the row it belongs to; the room of that row decides who may see it
    (`portal.attachments.queries.shown_by`). Until it is attached only its uploader may.
    """

    file = models.FileField(_("文件"), upload_to="attachments/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(_("字节"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    owner_type = models.CharField(max_length=24, blank=True)
    owner_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner_id"], name="attachment_owner")]
