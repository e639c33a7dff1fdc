"""Pages of a list that may be the whole history."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet


class LongPaginator(Paginator):
    """Counts and turns pages up to `most` rows, and says where there are `more`: counting sixteen years of cases for
    the first page of them would cost what the sixteen years cost. Whoever looks for an older one narrows the list."""

    most = 2000

    @cached_property
    def found(self) -> int:
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            # Without the order: nothing needs to be sorted to be counted.
            return rows.order_by()[: self.most + 1].count()
        return len(rows)

    @cached_property
    def count(self) -> int:
        return min(self.found, self.most)

    @property
    def more(self) -> bool:
        return self.found > self.most
