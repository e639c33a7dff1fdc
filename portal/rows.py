"""Bases every room's tables stand on."""

import uuid
from collections.abc import Sequence
from typing import Any

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


def count_each(asked: Sequence["models.QuerySet[Any]"]) -> list[int]:
    """How many rows each of these has, of whatever tables they are: one query. They must not be sliced."""
    counted = [
        rows.order_by().annotate(which=models.Value(n)).values_list("which").annotate(n=models.Count("pk"))
        for n, rows in enumerate(asked)
    ]
    # What has no rows has no line either.
    found = dict(counted[0].union(*counted[1:], all=True)) if counted else {}
    return [found.get(n, 0) for n in range(len(asked))]
