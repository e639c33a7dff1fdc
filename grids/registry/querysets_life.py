from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.reach import Reach

# Who writes down what happens at a door.
AT_THE_DOOR = (Role.GRID_WORKER, *COMMUNITY)


class LifeQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """By the door somebody is at now: whoever looked after an earlier one has no more to do with them."""
        return self.filter(reach.q("resident__household__building__path", *AT_THE_DOOR))

    def planned(self) -> Self:
        """The day has not come, and nobody has called it off."""
        return self.filter(done_at__isnull=True, undoes__isnull=True)

    def with_undone(self) -> Self:
        return self.annotate(undone=Exists(self.model._base_manager.filter(undoes=OuterRef("pk"))))


class MergeQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(reach.q("kept__household__building__path", *COMMUNITY))

    def gone_into(self, kept_ids: Iterable[UUID]) -> list[UUID]:
        """The rows that were merged into these and have not been taken apart, and those merged into them before."""
        ids = list(kept_ids)
        if not ids:
            return []
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            # UNION, not UNION ALL: whatever the rows say, it ends.
            cursor.execute(
                "WITH RECURSIVE same(id) AS ("
                f" SELECT gone_id FROM {table} WHERE kept_id = ANY(%s::uuid[]) AND undone_at IS NULL UNION"
                f" SELECT gone_id FROM {table} JOIN same ON kept_id = same.id WHERE undone_at IS NULL"
                ") SELECT id FROM same ORDER BY id",
                [ids],
            )
            return [row[0] for row in cursor.fetchall()]


class AnchorQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(reach.q("household__building__path", *COMMUNITY))
