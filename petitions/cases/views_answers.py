"""答复模板: how a secretary has the answers of the community worded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.tree import queries as tree
from grids.tree.enums import Level
from petitions.cases import answers
from petitions.cases.desk_forms import AnswerForm
from petitions.cases.models import AnswerTemplate
from portal.accounts.policy import roles
from portal.errors import Refusal
from portal.once.services import once_form
from portal.ui.words import spoken

keepers = roles(*answers.KEEPERS)


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@keepers
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    rows = list(answers.kept_by(_actor(request).reach))
    in_use = sum(row.is_active for row in rows)
    context = {"rows": rows, "in_use": in_use, "spoken": spoken(in_use)}
    return render(request, "petitions/cases/templates.html", context)


@keepers
@once_form
@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, template_id: UUID | None = None) -> HttpResponse:
    """One template, new or known."""
    actor = _actor(request)
    known = answers.template_for(actor.reach, template_id) if template_id else None
    places = tree.under(actor.reach.paths(*answers.KEEPERS), Level.COMMUNITY)
    form = AnswerForm(request.POST or None, communities=[(str(node.pk), node.label) for node in places], template=known)
    if request.method == "GET":
        return page(request, form, known)
    if not form.is_valid():
        return page(request, form, known, 422)
    try:
        answers.save_template(actor=actor, template=known, **form.template_data())
    except Refusal as refused:
        form.refused(refused)
        return page(request, form, known, refused.status)
    messages.success(request, _("记下了。写答复的时候就能选。"))
    return redirect("answer-templates")


def page(request: HttpRequest, form: AnswerForm, known: AnswerTemplate | None, status: int = 200) -> HttpResponse:
    return render(request, "petitions/cases/template.html", {"form": form, "template": known}, status=status)


@keepers
@require_POST
def switch(request: HttpRequest, template_id: UUID) -> HttpResponse:
    actor = _actor(request)
    found = answers.template_for(actor.reach, template_id)
    on = request.POST.get("on") == "1"
    try:
        answers.switch_template(actor=actor, template=found, on=on)
    except Refusal as refused:
        messages.warning(request, str(refused.message))
    else:
        said = _("“%(title)s”又能选了。") if on else _("“%(title)s”停掉了，写答复时不再出现。")
        messages.success(request, said % {"title": found.title})
    return redirect("answer-templates")
