from typing import Self

from django.db.models import QuerySet

from petitions.bridge.enums import KEEPERS, Stage
from petitions.cases import queries as cases
from portal.accounts.reach import Reach


class TicketQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Tickets whose case this person opens, for those who work at the bridge."""
        return self.filter(cases.visible_through("case", reach)) if reach.holds(*KEEPERS) else self.none()

    def unknown(self) -> Self:
        """Their category's code means nothing here yet."""
        return self.filter(category_unknown=True)


class ProblemQuerySet(QuerySet):
    def open(self) -> Self:
        return self.filter(settled_at=None)

    def visible_to(self, reach: Reach) -> Self:
        """On the ground of the system, or about a ticket whose case this person opens."""
        if not reach.holds(*KEEPERS):
            return self.none()
        return self.filter(reach.q("system__grid__path", *KEEPERS) | cases.visible_through("ticket__case", reach))


class UpdateQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(cases.visible_through("ticket__case", reach)) if reach.holds(*KEEPERS) else self.none()

    def dead(self) -> Self:
        return self.filter(stage=Stage.DEAD)
