"""What the tests of surveys share: one in each state, and sheets that are easy to write. It is Friday 18 September."""

import datetime as dt
from typing import Any

from django.utils import timezone

from centres.rooms.models import Centre
from centres.surveys.answering import Reply, answer, enter_paper
from centres.surveys.enums import Event
from centres.surveys.lifecycle import flow
from centres.surveys.models import Survey, SurveyAnswer
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import User
from tests.cast import Cast
from tests.centres.rooms.people import NOW

TODAY = timezone.localdate(NOW)
# One of each kind, as (kind, text, options).
QUESTIONS = (
    ("one", "午饭在哪里吃？", ("自己做", "食堂", "外卖")),
    ("several", "还想要什么？", ("送餐", "量血压", "陪诊")),
    ("agree", "楼里该装电梯。", ()),
    ("text", "还有什么想说的？", ()),
)


def days(first: int = 0, last: int = 10) -> dict[str, dt.date]:
    return {"opens_on": TODAY + dt.timedelta(days=first), "closes_on": TODAY + dt.timedelta(days=last)}


def a_centre(grid: Any) -> Centre:
    return Centre.objects.get_or_create(grid=grid, name=f"{grid.name}党群服务中心")[0]


def a_survey(
    cast: Cast, state: str = "open", title: str = "午饭和电梯", questions: Any = QUESTIONS, **given: Any
) -> Survey:
    """Written by the clerk and brought to a state."""
    clerk, grid = cast.actor("clerk"), given.pop("grid", cast.place.community)
    actor = SYSTEM if grid != cast.place.community else clerk
    survey = flow.begin(
        Survey(centre=a_centre(grid), title=title, why="明年的钱先花在哪里。", **(days() | given)),
        event=Event.WRITE,
        actor=actor,
        now=NOW,
    )
    for order, (kind, text, options) in enumerate(questions):
        survey.questions.create(order=order, kind=kind, text=text, options=list(options))
    if state == "discarded":
        flow.fire(survey.pk, event=Event.DISCARD, actor=actor, now=NOW)
    elif state != "draft":
        flow.fire(survey.pk, event=Event.OPEN, actor=actor, now=NOW)
    if state == "closed":
        close(survey)
    survey.refresh_from_db()
    return survey


def close(survey: Survey) -> Survey:
    flow.fire(survey.pk, event=Event.CLOSE, actor=SYSTEM, now=NOW)
    survey.refresh_from_db()
    return survey


def sheet(survey: Survey, *said: Any) -> dict[Any, Reply]:
    """sheet(survey, 0, (1, 2), 5, "…") → the replies in the order of the questions; None is left blank."""
    replies = {}
    for question, value in zip(survey.questions.all(), said, strict=False):
        if value is None:
            continue
        if isinstance(value, str):
            replies[question.pk] = Reply(text=value)
        else:
            replies[question.pk] = Reply(tuple(value) if isinstance(value, tuple) else (value,))
    return replies


def people(number: int) -> list[Actor]:
    users = [User(username=f"neighbour-{n}", name=f"邻居{n}") for n in range(number)]
    return [Actor.of(user) for user in User.objects.bulk_create(users)]


def say(survey: Survey, actor: Actor, *said: Any) -> None:
    answer(actor=actor, survey_id=survey.pk, replies=sheet(survey, *said), now=NOW)


def say_on_paper(cast: Cast, survey: Survey, *said: Any, who: str = "clerk") -> None:
    enter_paper(actor=cast.actor(who), survey_id=survey.pk, replies=sheet(survey, *said), now=NOW)


def fill(survey: Survey, *sheets: tuple[Any, ...], paper: int = 0) -> None:
    """Sheets written at once, where how they came in does not matter; the last `paper` of them on paper."""
    rows = [
        SurveyAnswer(question_id=question, choices=list(reply.choices), text=reply.text)
        for said in sheets
        for question, reply in sheet(survey, *said).items()
        if not reply.is_blank
    ]
    SurveyAnswer.objects.bulk_create(rows)
    Survey.objects.filter(pk=survey.pk).update(online=len(sheets) - paper, paper=paper)
    survey.refresh_from_db()
