"""Bases every room's tables stand on."""

import uuid

import uuid_utils.compat
from django.db import models
from django.utils import timezone


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562 v7): index-friendly, and guessing one leads only to a 404."""
    return uuid_utils.compat.uuid7()


class Row(models.Model):
    """A table whose rows other systems name by UUID."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField("记下时间", default=timezone.now, editable=False)

    class Meta:
        abstract = True
