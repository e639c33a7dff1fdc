"""催办记录: whoever holds the case writes down that they asked again where the power lies."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from petitions.cases import powers, promises, rules
from petitions.cases.forms_whistle import ChaseForm
from petitions.cases.views import case_or_404, colleagues
from portal.errors import Forbidden, Refusal
from portal.once.services import once_form


@colleagues
@once_form
@require_http_methods(["GET", "POST"])
def chase(request: HttpRequest, ref: str) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = case_or_404(request, ref)
    if not rules.may_chase(actor, found):
        raise Forbidden()
    form = ChaseForm(request.POST or None, case=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                powers.chase(actor=actor, case_id=found.pk, **form.cleaned_data)
            except Refusal as refused:
                form.refused(refused)
                status = refused.status
            else:
                messages.success(request, _("记下了，反映人看得到您问过。"))
                return redirect(found)
    context = {"case": found, "form": form, "power": promises.power(found, timezone.now())}
    return render(request, "petitions/cases/chase.html", context, status=status)
