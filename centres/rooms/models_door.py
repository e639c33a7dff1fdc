"""What hangs at a room's door: addresses that open without signing in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centres.rooms.enums import LinkKind
from portal.rows import Row


class RoomLink(Row):
    """The secret part of one address of a room. Raising `number` makes every address given before worthless."""

    room = models.ForeignKey("centres.Room", models.CASCADE, related_name="links", verbose_name=_("活动室"))
    kind = models.CharField(_("做什么用"), max_length=8, choices=LinkKind.choices)
    number = models.PositiveIntegerField(default=1)
    # Taken back: the row stays, so that the next address has the next number and the old ones stay dead.
    is_on = models.BooleanField(_("有效"), default=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = _("房间的地址")
        constraints = [
            # Two rows of one kind would let an address live on that somebody believes to be replaced.
            models.UniqueConstraint(fields=["room", "kind"], name="room_link_once"),
            models.CheckConstraint(name="room_link_kind", condition=Q(kind__in=LinkKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
