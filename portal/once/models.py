from django.db import models
from django.utils import timezone
from rest_framework.utils.encoders import JSONEncoder


class OnceKey(models.Model):
    """The first answer to a request that creates something, kept for whoever sends the same request again.

    `who` is the account, or the session of someone without one; the same key of another person is another key.
    """

    who = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True, encoder=JSONEncoder)
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "key"], name="once_key")]
        indexes = [models.Index(fields=["at"], name="once_at")]

    def __str__(self) -> str:
        return f"{self.key} → {self.status}"
