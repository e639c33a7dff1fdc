"""What each event does to a survey while the engine holds its lock, and what falls due after it."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.surveys.enums import Event
from centres.surveys.models import Survey, SurveyRecord
from centres.surveys.transitions import TABLE
from portal.errors import IllegalTransition, Refusal
from portal.flow import due
from portal.flow.engine import Flow, Step

LAPSE = "survey.lapse"
# After the last day the desk still types in what lies in the box; nobody answers online any more.
PAPER_TIME = dt.timedelta(days=3)

flow: Flow[Survey] = Flow(
    room="survey",
    model=Survey,
    record=SurveyRecord,
    table=TABLE,
    path_of=lambda survey: survey.centre.grid.path,
)


@flow.on(Event.OPEN)
def _ready(step: Step[Survey]) -> None:
    survey = step.subject
    if not survey.questions.exists():
        raise Refusal(_("还没有问题，问不了。先加一道，再开始问。"), code="NO_QUESTIONS")
    if survey.closes_on < timezone.localdate(step.now):
        raise Refusal(_("“问到哪天”已经过了。先把日子改一改，再开始问。"), code="OVER")


@flow.on(Event.LAPSE)
def _is_over(step: Step[Survey]) -> None:
    if step.now < last_moment(step.subject):
        raise IllegalTransition()


@flow.on(Event.CLOSE, Event.LAPSE)
def _close(step: Step[Survey]) -> None:
    """Nobody can answer again, so nothing needs to remember who did."""
    step.subject.closed_at = step.now
    step.subject.tickets.all().delete()


@flow.after
def _clock(step: Step[Survey]) -> None:
    survey = step.subject
    if step.row.event == Event.OPEN:
        due.schedule(key=f"survey:{survey.pk}:lapse", kind=LAPSE, subject_id=survey.pk, due_at=last_moment(survey))
    elif step.row.event == Event.CLOSE:
        due.cancel(subject_id=survey.pk, kinds=(LAPSE,))


def last_moment(survey: Survey) -> dt.datetime:
    """When it closes by itself: a midnight, the time for the paper ones included."""
    return timezone.make_aware(dt.datetime.combine(survey.closes_on + dt.timedelta(days=1) + PAPER_TIME, dt.time.min))
