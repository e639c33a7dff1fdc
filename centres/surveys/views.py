"""What everybody sees: the questions, the thank-you, the results, the sheet of paper."""

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from centres.surveys import answering, queries, rules, services
from centres.surveys.enums import SurveyState
from centres.surveys.forms import AnswerForm
from centres.surveys.models import Survey
from centres.surveys.results import options_of, results_of
from grids.tree.queries import current_community
from portal.accounts.policy import anyone
from portal.errors import Invalid

PER_PAGE = 20


@anyone
@require_GET
def surveys(request: HttpRequest) -> HttpResponse:
    """What the community asks just now, and what it asked before."""
    here, today = current_community(request), timezone.localdate()
    shown = queries.shown_at(here) if here else Survey.objects.none()
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.is_asking = rules.takes_answers(one, today)
    context = {"page": page, "here": here, "asking": sum(1 for one in page if one.is_asking)}
    return render(request, "centres/surveys/surveys.html", context)


@anyone
@require_GET
def survey(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """The questions while it is open; what came out, and what comes of it, when it is over."""
    found = services.visible_survey(request.actor, survey_id)  # type: ignore[attr-defined]
    if found.state == SurveyState.CLOSED:
        context = {"survey": found, "results": results_of(found)}
        return render(request, "centres/surveys/results.html", context)
    return _questions(request, found)


@anyone
@require_POST
def answer(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Send the answers. Not a `once_form`: its key would hold the account beside the second (see answering.py)."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_survey(actor, survey_id)
    if actor.id is None:
        return redirect_to_login(found.get_absolute_url())
    form = AnswerForm(request.POST, questions=list(found.questions.all()))
    if not form.is_valid():
        return _questions(request, found, form)
    try:
        answering.answer(actor=actor, survey_id=survey_id, replies=form.replies)
    except Invalid as invalid:
        form.take_errors(invalid.extra.get("errors", {}))
        return _questions(request, found, form)
    except answering.Answered:
        return _questions(request, found, status=409)
    return redirect("survey-thanks", survey_id)


def _questions(
    request: HttpRequest, found: Survey, form: AnswerForm | None = None, status: int | None = None
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    takes = rules.takes_answers(found, timezone.localdate())
    context = {
        "survey": found,
        "form": form or AnswerForm(questions=list(found.questions.all())),
        "takes": takes,
        "early": found.state == SurveyState.OPEN and timezone.localdate() < found.opens_on,
        "answered": queries.has_answered(actor, found.pk),
        "signed_in": actor.id is not None,
        "login": f"{reverse('account_login')}?next={found.get_absolute_url()}",
    }
    return render(request, "centres/surveys/survey.html", context, status=status or (422 if form else 200))


@anyone
@require_GET
def thanks(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """收到了，谢谢."""
    found = services.visible_survey(request.actor, survey_id)  # type: ignore[attr-defined]
    return render(request, "centres/surveys/thanks.html", {"survey": found})


@anyone
@require_GET
def sheet(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """The questions on paper, with a code that leads to the page."""
    found = services.visible_survey(request.actor, survey_id)  # type: ignore[attr-defined]
    questions = [{"question": one, "options": options_of(one)} for one in found.questions.all()]
    context = {"survey": found, "questions": questions, "address": request.build_absolute_uri(found.get_absolute_url())}
    return render(request, "centres/surveys/sheet.html", context)
