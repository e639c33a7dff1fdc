"""Reading the sums of 减负: a month form by form and field by field, and one sum day by day."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import IntegerField, Max, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from portal.once.burden import LIMITS
from portal.once.models import FormUse

BUCKETS = range(len(LIMITS) + 1)
_TIMES = {f"b{n}": Sum(Cast(KeyTextTransform(f"s{n}", "seconds"), IntegerField())) for n in BUCKETS}


@dataclass
class Sums:
    """asked: times it was put to somebody; reused: times what was known stood in. Of a whole form (field ""): times it
    was sent, and times something of it was known. times: how many took how long, bucket by bucket."""

    form: str = ""
    field: str = ""
    day: date | None = None
    label: str = ""
    asked: int = 0
    reused: int = 0
    times: list[int] = dataclasses.field(default_factory=list)

    @property
    def half(self) -> int | None:
        """The bucket by whose end half of them were done; None where no time is known."""
        total, so_far = sum(self.times), 0
        for bucket, many in enumerate(self.times):
            so_far += many
            if total and so_far * 2 >= total:
                return bucket
        return None


def _sums(rows: Any) -> list[Sums]:
    return [Sums(times=[row.pop(f"b{n}") or 0 for n in BUCKETS], **row) for row in rows]


def of_span(first: date, until: date) -> list[Sums]:
    """Every form, and every field of it, from `first` until before `until`. One query."""
    rows = FormUse.objects.filter(day__gte=first, day__lt=until).values("form", "field")
    # Named apart from the columns, which aggregates must not shadow.
    found = rows.annotate(words=Max("label"), a=Sum("asked"), r=Sum("reused"), **_TIMES).order_by("form", "field")
    return _sums(_named(found))


def by_day(form: str, field: str, first: date, until: date) -> list[Sums]:
    """One form (field "") or field, day by day, the newest first. One query."""
    rows = FormUse.objects.filter(form=form, field=field, day__gte=first, day__lt=until).values("day")
    return _sums(_named(rows.annotate(words=Max("label"), a=Sum("asked"), r=Sum("reused"), **_TIMES).order_by("-day")))


def _named(rows: Any) -> list[dict[str, Any]]:
    return [{"label": row.pop("words"), "asked": row.pop("a"), "reused": row.pop("r")} | row for row in map(dict, rows)]
