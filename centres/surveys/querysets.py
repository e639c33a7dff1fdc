from datetime import date
from typing import Self

from django.db.models import Q, QuerySet

from centres.surveys.enums import NOT_ASKED, SurveyState
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, STREET

# Who reads the community's own page of a survey; only the community writes.
READERS = (*COMMUNITY, *STREET)


class SurveyQuerySet(QuerySet):
    def shown(self) -> Self:
        """What was ever asked in public."""
        return self.exclude(state__in=NOT_ASKED)

    def asking(self, today: date) -> Self:
        """Those that take answers today."""
        return self.filter(state=SurveyState.OPEN, opens_on__lte=today, closes_on__gte=today)

    def closed(self) -> Self:
        return self.filter(state=SurveyState.CLOSED)

    def of_place(self, path: str) -> Self:
        return self.filter(centre__grid__path__startswith=path)

    def within(self, actor: Actor) -> Self:
        """Those of the centres this person looks after, or whose community lies in their street; none given up."""
        return self.exclude(state=SurveyState.DISCARDED).filter(actor.reach.q("centre__grid__path", *READERS))

    def run_by(self, actor: Actor) -> Self:
        return self.filter(actor.reach.q("centre__grid__path", *COMMUNITY))

    def visible_to(self, actor: Actor) -> Self:
        """What is asked or was asked is for everybody; what is still being written, for those at work on it."""
        at_work = Q(state=SurveyState.DRAFT) & actor.reach.q("centre__grid__path", *READERS)
        return self.filter(~Q(state__in=NOT_ASKED) | at_work)

    def with_centre(self) -> Self:
        return self.select_related("centre__grid")
