"""Reading surveys; the door through which other rooms would."""

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from centres.surveys.enums import SurveyState
from centres.surveys.models import Survey
from centres.surveys.tickets import answered_of
from portal.accounts.actors import Actor


def asking_at(place: Any, today: date) -> QuerySet[Survey]:
    """What a community asks today, the first to end first."""
    return Survey.objects.asking(today).of_place(place.path).with_centre().order_by("closes_on", "id")


def shown_at(place: Any) -> QuerySet[Survey]:
    """Everything a community ever asked, the newest first."""
    return Survey.objects.shown().of_place(place.path).with_centre().order_by("-closes_on", "-id")


def for_desk(actor: Actor) -> QuerySet[Survey]:
    """Those within reach: what is written, asked, and over; with how many questions each has."""
    found = Survey.objects.within(actor).with_centre().annotate(asked=Count("questions"))
    return found.order_by("-closes_on", "-id")


def unanswered(actor: Actor, surveys: QuerySet[Survey]) -> Survey | None:
    """The first that this person has not answered yet."""
    found = list(surveys[:5])
    answered = answered_of(actor.id, [one.pk for one in found]) if found else set()
    return next((one for one in found if one.pk not in answered), None)


def has_answered(actor: Actor, survey_id: Any) -> bool:
    return survey_id in answered_of(actor.id, [survey_id])


def without_followup(actor: Actor) -> QuerySet[Survey]:
    """Closed, and nobody has said yet what comes of it."""
    closed = Survey.objects.run_by(actor).filter(state=SurveyState.CLOSED, followup="")
    return closed.with_centre().order_by("closed_at")


def survey_by_id(survey_id: Any) -> Survey | None:
    return Survey.objects.with_centre().filter(pk=survey_id).first()
