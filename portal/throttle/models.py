from django.db import models


class Tries(models.Model):
    """How often something was tried within a window: in the database, so that a lost cache opens no door."""

    key = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
