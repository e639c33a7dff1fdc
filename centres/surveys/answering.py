"""Answering without a name: what is written, what is not, and why nobody can put it together again afterwards.

One transaction: lock the survey, take the ticket, mix the new answers in among the old, count the sheet. The line in
the trail names no one. No once-key either (portal.once): it holds account, address and time; the ticket does its work.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.surveys import rules
from centres.surveys.enums import AGREEMENT, Kind, SurveyState
from centres.surveys.models import Question, Survey, SurveyAnswer, SurveyTicket
from centres.surveys.services import desk_survey
from centres.surveys.tickets import holder_of
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound

MOST_TEXT = 200
# So many rows are written anew with each sheet: the crowd a new answer disappears in. Bounds what a sheet costs.
MIXED = 600


class Answered(Conflict):
    code = "ANSWERED"
    message = _("您已经答过了，谢谢。每人一份，答了就不能改：我们也不知道哪一份是您的。")


class NotAsking(Conflict):
    code = "NOT_ASKING"
    message = _("这份调研现在不收了。结果出来会写在这一页。")


@dataclass(frozen=True)
class Reply:
    """What stands on the sheet for one question: places of options, one value of 1 to 5, or a sentence."""

    choices: tuple[int, ...] = ()
    text: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.choices and not self.text


Replies = Mapping[UUID, Reply]


def answer(*, actor: Actor, survey_id: UUID, replies: Replies, now: dt.datetime | None = None) -> None:
    """One account's answers, once. Raises Answered, NotAsking (409), Invalid with the questions that are wrong."""
    if actor.id is None:
        raise Forbidden(_("先登录再答，这样每人只答一份。答案里不记是谁。"))
    account = actor.id

    def work() -> None:
        survey = hold(survey_id)
        if not rules.takes_answers(survey, timezone.localdate(now)):
            raise NotAsking()
        rows = _rows(survey, replies, complete=True)
        _ticket, is_new = SurveyTicket.objects.get_or_create(survey=survey, holder=holder_of(survey_id, account))
        if not is_new:
            raise Answered()
        mix(survey, rows)
        Survey.objects.filter(pk=survey.pk).update(online=F("online") + 1)
        # That an answer came in, not from whom: the trail keeps account and second.
        record(actor=Actor(channel=actor.channel), verb="survey.answer", target=survey)

    in_one_transaction(work)


def enter_paper(*, actor: Actor, survey_id: UUID, replies: Replies, now: dt.datetime | None = None) -> None:
    """A sheet that was filled in by hand, typed in at the desk; questions may be blank. Open until the results are out.

    Raises NotFound, Forbidden for who does not run the centre, NotAsking, Invalid.
    """

    desk_survey(actor, survey_id)

    def work() -> None:
        survey = hold(survey_id)
        if not rules.runs(actor, survey):
            raise Forbidden()
        if survey.state != SurveyState.OPEN or survey.opens_on > timezone.localdate(now):
            raise NotAsking(_("这份调研现在不收了，纸上的也录不进来。"))
        mix(survey, _rows(survey, replies, complete=False))
        Survey.objects.filter(pk=survey.pk).update(paper=F("paper") + 1)
        record(actor=actor, verb="survey.enter_paper", target=survey, path=survey.centre.grid.path)

    in_one_transaction(work)


def hold(survey_id: UUID) -> Survey:
    """Lock the survey: whoever answers waits for whoever answers or closes."""
    locked = Survey.objects.with_centre().select_for_update(of=("self",), no_key=True).filter(pk=survey_id)
    survey = locked.shown().first()
    if survey is None:
        raise NotFound()
    return survey


def mix(survey: Survey, rows: list[SurveyAnswer]) -> None:
    """Write new answers in among old ones: all of them leave and come back in an order of chance, with new ids.

    Else the newest row, or the row of the same transaction (xmin), would be the sheet of whoever was last seen to
    answer. One statement, so that no reader ever sees the answers missing.
    """
    given = ", ".join(["(%s::uuid, %s::smallint[], %s::text)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH drawn AS (SELECT a.id FROM centres_surveyanswer a JOIN centres_question q ON q.id = a.question_id "
            "WHERE q.survey_id = %s ORDER BY random() LIMIT %s), "
            "gone AS (DELETE FROM centres_surveyanswer WHERE id IN (SELECT id FROM drawn) "
            "RETURNING question_id, choices, text), "
            f"fresh (question_id, choices, text) AS (VALUES {given}) "
            "INSERT INTO centres_surveyanswer (id, question_id, choices, text) "
            "SELECT gen_random_uuid(), question_id, choices, text FROM "
            "(SELECT * FROM gone UNION ALL SELECT * FROM fresh) AS sheets ORDER BY random()",
            [survey.pk, MIXED, *(value for row in rows for value in (row.question_id, row.choices, row.text))],
        )


# ---------------------------------------------------------------- reading a sheet
def _rows(survey: Survey, replies: Replies, *, complete: bool) -> list[SurveyAnswer]:
    """The rows of a sheet. complete: whoever sits before the screen can answer what must be answered."""
    errors: dict[str, list[str]] = {}
    rows: list[SurveyAnswer] = []
    for question in survey.questions.all():
        reply = replies.get(question.pk, Reply())
        text = " ".join(reply.text.replace("\0", "").split())
        reply = Reply(tuple(sorted(set(reply.choices))), text)
        if said := _wrong(question, reply, complete):
            errors[str(question.pk)] = [said]
        elif not reply.is_blank:
            rows.append(SurveyAnswer(question=question, choices=list(reply.choices), text=reply.text))
    if errors:
        raise Invalid(errors=errors)
    if not rows:
        raise Invalid(_("一道都没答，还不能送出。"))
    return rows


def _wrong(question: Question, reply: Reply, complete: bool) -> str:
    if reply.is_blank:
        return _("这道还没答。") if complete and is_required(question) else ""
    if question.kind == Kind.TEXT:
        return _("短一点，两百个字以内。") if len(reply.text) > MOST_TEXT or reply.choices else ""
    most = len(question.options) if question.kind == Kind.SEVERAL else 1
    possible = set(AGREEMENT) if question.kind == Kind.AGREE else set(range(len(question.options)))
    if reply.text or len(reply.choices) > most or not set(reply.choices) <= possible:
        return _("这一项选不了，请从列出来的里面选。")
    return ""


def is_required(question: Question) -> bool:
    """One choice and agreement. Of several none may fit, and a sentence is a gift."""
    return question.kind in (Kind.ONE, Kind.AGREE)
