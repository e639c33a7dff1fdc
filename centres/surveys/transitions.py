"""The table of a survey: from → event → to, who. Data, no ifs."""

from centres.surveys import rules
from centres.surveys.enums import Event, SurveyState
from portal.flow.table import Table, Transition, states

DRAFT, OPEN, CLOSED = SurveyState.DRAFT, SurveyState.OPEN, SurveyState.CLOSED

TABLE = Table(
    [
        Transition(event=Event.WRITE, target=DRAFT, who=rules.runs),
        Transition(event=Event.OPEN, source=states(DRAFT), target=OPEN, who=rules.runs),
        Transition(event=Event.CLOSE, source=states(OPEN), target=CLOSED, who=rules.runs),
        Transition(event=Event.DISCARD, source=states(DRAFT), target=SurveyState.DISCARDED, who=rules.runs),
        Transition(event=Event.LAPSE, source=states(OPEN), target=CLOSED, who=rules.nobody),
    ]
)
