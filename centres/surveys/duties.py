"""What falls due for surveys."""

from datetime import datetime

from centres.surveys import notices, queries
from centres.surveys.enums import Event, SurveyState
from centres.surveys.lifecycle import LAPSE, flow
from portal.accounts.actors import SYSTEM
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(LAPSE)
def lapse(row: DueRow, now: datetime) -> str | None:
    """Its days are over, the paper ones are in. Somebody closed it before: nothing to do."""
    survey = queries.survey_by_id(row.subject_id)
    if survey is None or survey.state != SurveyState.OPEN:
        return "skipped"
    flow.fire(survey.pk, event=Event.LAPSE, actor=SYSTEM, now=now)
    notices.tell_it_is_over(survey, now)
    return None
