from django.db import models
from django.utils import timezone

from portal.phones import tail


class PhoneCode(models.Model):
    """Six digits that were texted to a phone. Kept an hour at most, so that tries and texts can be limited; then gone.

    In the database, not in the session or the cache: whoever throws the cookie away has not won new tries, and a lost
    broker neither shuts people out nor lets guessing in.
    """

    phone = models.CharField(max_length=16)
    # Keyed hash: a copy of the table opens nothing.
    digest = models.CharField(max_length=64)
    # Keyed hash of the network address that asked, to limit how many texts one place can send.
    origin = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["phone", "-sent_at"], name="phonecode_phone"),
            models.Index(fields=["origin", "-sent_at"], name="phonecode_origin"),
        ]

    def __str__(self) -> str:
        return f"{tail(self.phone)} @ {self.sent_at:%F %T}"
