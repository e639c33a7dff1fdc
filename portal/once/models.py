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


class FormUse(models.Model):
    """How often a form (field "") or one of its fields was put to somebody on a day, and how often what was known
    stood in. Sums only: nobody's row can be told from another's.

    `shard`: eight rows for one sum, so that two who send the same form do not wait for each other.
    `seconds`: how long filling took, as {bucket: times}; of the form alone.
    """

    form = models.CharField(max_length=60)
    field = models.CharField(max_length=60, blank=True)
    day = models.DateField()
    shard = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80, blank=True)
    asked = models.PositiveIntegerField(default=0)
    reused = models.PositiveIntegerField(default=0)
    seconds = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "field", "day", "shard"], name="form_use_sum")]
        indexes = [models.Index(fields=["day"], name="form_use_day")]

    def __str__(self) -> str:
        return f"{self.form} {self.field} {self.day}"
