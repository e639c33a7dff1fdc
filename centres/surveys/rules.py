"""Who may do what with a survey, and when it takes answers. Pure predicates; a failure denies."""

from datetime import date
from typing import TYPE_CHECKING

from centres.surveys.enums import SurveyState
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY

if TYPE_CHECKING:
    from centres.surveys.models import Survey


def runs(actor: Actor, survey: "Survey") -> bool:
    """The clerk and the secretary of the centre's community."""
    return actor.reach.covers(survey.centre.grid.path, *COMMUNITY)


def nobody(actor: Actor, survey: "Survey") -> bool:
    """The system's own steps."""
    return False


def takes_answers(survey: "Survey", today: date) -> bool:
    return survey.state == SurveyState.OPEN and survey.opens_on <= today <= survey.closes_on
