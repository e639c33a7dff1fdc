"""Behind the counter: writing a survey, opening and closing it, typing in paper ones, reading what came out."""

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.rooms.queries import centres_run_by
from centres.surveys import answering, queries, rules, services
from centres.surveys.enums import SurveyState
from centres.surveys.forms import AnswerForm, FollowUpForm, QuestionForm, SurveyForm, survey_initial
from centres.surveys.models import Question, Survey
from centres.surveys.querysets import READERS
from centres.surveys.results import options_of, results_of
from centres.surveys.sheets import workbook_of
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Conflict, Invalid, NotFound, Refusal
from portal.once.services import once_form
from portal.requests import whole_number
from portal.ui.forms import Form

PER_PAGE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@roles(*READERS)
@require_GET
def surveys(request: HttpRequest) -> HttpResponse:
    """Every survey within reach, the newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    page = Paginator(queries.for_desk(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_write": actor.holds(*COMMUNITY)}
    context["asking"] = sum(1 for one in page if one.state == SurveyState.OPEN)
    return render(request, "centres/surveys/desk.html", context)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def new(request: HttpRequest) -> HttpResponse:
    """Begin a survey: what, why, from when to when. The questions come next."""
    actor = request.actor  # type: ignore[attr-defined]
    centres = {str(one.pk): one for one in centres_run_by(actor)}
    if not centres:
        raise NotFound(_("您管的地方还没有党群服务中心，先请管理员建一个。"))
    form = SurveyForm(request.POST or None, centres=centres, initial=survey_initial(None, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_survey(actor=actor, centre=form.centre_chosen, **form.given)
        except Invalid as invalid:
            _take(form, invalid)
        else:
            return redirect(made.desk_url)
    return _form(request, form, _("问大家一件什么事？"), None, _("下一步：写问题"))


@roles(*READERS)
@require_GET
def survey(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """One survey as the community has it."""
    found = services.desk_survey(request.actor, survey_id)  # type: ignore[attr-defined]
    return _desk(request, found)


def _desk(request: HttpRequest, found: Survey, followup: FollowUpForm | None = None) -> HttpResponse:
    questions = [{"question": one, "options": options_of(one)} for one in found.questions.all()]
    context: dict[str, Any] = {
        "survey": found,
        "questions": questions,
        "may_write": rules.runs(request.actor, found),  # type: ignore[attr-defined]
        "followup": followup or FollowUpForm(initial={"followup": found.followup}),
        "results": results_of(found, inside=True) if found.state == SurveyState.CLOSED else None,
        "days_left": (found.closes_on - timezone.localdate()).days,
    }
    return render(request, "centres/surveys/desk_survey.html", context, status=422 if followup else 200)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Words and days of a draft."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.desk_survey(actor, survey_id)
    if found.state != SurveyState.DRAFT:
        raise Conflict(_("已经开始问了，不能再改。"), code="FROZEN")
    form = SurveyForm(request.POST or None, centres={"": found.centre}, initial=survey_initial(found, found.opens_on))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_survey(actor=actor, survey_id=survey_id, **form.given)
        except Invalid as invalid:
            _take(form, invalid)
        else:
            return redirect(found.desk_url)
    return _form(request, form, _("改一改"), found, _("存好"))


@roles(*COMMUNITY)
@require_POST
def act(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Begin to ask, close early, or give up a draft."""
    version = whole_number(request.POST.get("version"))
    event = request.POST.get("event", "")
    try:
        moved = services.act(actor=request.actor, survey_id=survey_id, event=event, version=version)  # type: ignore[attr-defined]
    except Refusal as refused:
        if refused.code not in ("NO_QUESTIONS", "OVER"):
            raise
        messages.error(request, str(refused.message))
        return redirect("desk-survey", survey_id)
    if moved.state == SurveyState.DISCARDED:
        messages.success(request, _("作废了，谁也没有问。"))
        return redirect("desk-surveys")
    said = _("开始问了。") if moved.state == SurveyState.OPEN else _("收了。请写一句接下来做什么。")
    messages.success(request, said)
    return redirect(moved.desk_url)


@roles(*COMMUNITY)
@require_POST
def followup(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """What the centre will do with what it heard."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.desk_survey(actor, survey_id)
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, form)
    services.say_followup(actor=actor, survey_id=survey_id, text=form.cleaned_data["followup"])
    messages.success(request, _("写好了，大家在结果那一页看得到。"))
    return redirect(found.desk_url)


# ---------------------------------------------------------------- its questions
@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def question_new(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = services.desk_survey(actor, survey_id)
    form = QuestionForm(request.POST or None, initial={"kind": "one"})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_question(actor=actor, survey_id=survey_id, **form.given)
        except Invalid as invalid:
            _take(form, invalid)
        else:
            return redirect(found.desk_url)
    return _form(request, form, _("再问一道"), found, _("加上"))


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, survey_id: UUID, question_id: UUID) -> HttpResponse:
    """Change a question of a draft; `do=raise` one place up, `do=drop` away with it."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.desk_survey(actor, survey_id)
    one = services.question_of(found, question_id)
    whose = {"actor": actor, "survey_id": survey_id, "question_id": question_id}
    if request.method == "POST" and (do := DO.get(request.POST.get("do", ""))):
        do(**whose)
        return redirect(f"{found.desk_url}#questions")
    form = QuestionForm(request.POST or None, initial=_question_initial(one))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_question(**whose, **form.given)
        except Invalid as invalid:
            _take(form, invalid)
        else:
            return redirect(f"{found.desk_url}#questions")
    return _form(request, form, _("改这道题"), found, _("存好"))


DO: dict[str, Any] = {"raise": services.raise_question, "drop": services.drop_question}


def _question_initial(one: Question) -> dict[str, Any]:
    return {"text": one.text, "kind": one.kind, "options": "\n".join(one.options)}


# ---------------------------------------------------------------- on paper, and what came out
@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def paper(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Type in a sheet that somebody filled in by hand; the next one follows."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.desk_survey(actor, survey_id)
    form = AnswerForm(request.POST or None, questions=list(found.questions.all()), complete=False)
    if request.method == "POST" and form.is_valid():
        try:
            answering.enter_paper(actor=actor, survey_id=survey_id, replies=form.replies)
        except Invalid as invalid:
            form.take_errors(invalid.extra.get("errors", {}))
        else:
            messages.success(request, _("录好了。接着录下一份。"))
            return redirect("survey-paper", survey_id)
    context = {"survey": found, "form": form, "takes": found.state == SurveyState.OPEN}
    return render(request, "centres/surveys/paper.html", context, status=422 if form.errors else 200)


@roles(*READERS)
@require_GET
def export(request: HttpRequest, survey_id: UUID) -> HttpResponseBase:
    """The results as a spreadsheet, hidden as on the page."""
    found = services.desk_survey(request.actor, survey_id)  # type: ignore[attr-defined]
    if found.state != SurveyState.CLOSED:
        raise Conflict(_("还在问。收了以后再导出。"), code="STILL_OPEN")
    book, name = io.BytesIO(workbook_of(found, results_of(found))), f"survey-{found.closes_on:%Y%m%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)


def _form(request: HttpRequest, form: Form, heading: str, found: Survey | None, submit: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "survey": found, "submit": submit}
    return render(request, "centres/surveys/form.html", context, status=422 if form.errors else 200)


def _take(form: Form, invalid: Invalid) -> None:
    """What the service found wrong, at the field it is about."""
    for name, sentences in invalid.extra.get("errors", {}).items():
        form.add_error(name if name in form.fields else None, sentences)
