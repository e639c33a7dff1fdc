from datetime import date
from typing import Self

from django.db.models import QuerySet

from centres.displays.enums import STALE_AFTER
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, STREET

# Who reads the list behind the counter; only the community changes what hangs.
READERS = (*COMMUNITY, *STREET)


class DisplayQuerySet(QuerySet):
    def up(self) -> Self:
        """What hangs now."""
        return self.filter(taken_down_on=None)

    def due(self, today: date) -> Self:
        return self.up().filter(review_due__lte=today)

    def stale(self, today: date) -> Self:
        return self.up().filter(review_due__lte=today - STALE_AFTER)

    def of_place(self, path: str) -> Self:
        return self.filter(centre__grid__path__startswith=path)

    def visible_to(self, actor: Actor) -> Self:
        """Those of the centres within reach, with what hung there before. What hangs now is public by its text."""
        return self.filter(actor.reach.q("centre__grid__path", *READERS))

    def kept_by(self, actor: Actor) -> Self:
        return self.filter(actor.reach.q("centre__grid__path", *COMMUNITY))

    def with_people(self) -> Self:
        return self.select_related("centre__grid", "responsible")
