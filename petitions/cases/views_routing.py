"""分派规则: the settings page, one rule, and what the rules would have done with the cases of the last weeks."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from petitions.cases import routing
from petitions.cases.desk_forms import RoutingForm
from petitions.cases.enums import SendTo
from petitions.cases.models import RoutingRule
from portal.accounts.policy import roles
from portal.errors import Refusal
from portal.once.services import once_form
from portal.ui.words import spoken

keepers = roles(*routing.KEEPERS)
SHOWN = 60
SPANS = ("30", "month")


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@keepers
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule of one's ground, in the order in which they are tried."""
    reach = _actor(request).reach
    own = [row_of(rule) for rule in routing.kept_by(reach)]
    above, in_use = [row_of(rule) for rule in routing.above(reach)], sum(row["rule"].is_active for row in own)
    context = {"rows": own, "above": above, "in_use": in_use, "spoken": spoken(in_use)}
    return render(request, "petitions/cases/rules.html", context)


def row_of(rule: RoutingRule) -> dict[str, Any]:
    """One line of the list."""
    return {
        "rule": rule,
        "about": routing.about(rule),
        "team": rule.team.label if rule.team else SendTo.GRID.label,
        "gone": rule.team is not None and not rule.team.is_active,
    }


@keepers
@once_form
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, rule_id: UUID | None = None) -> HttpResponse:
    """One rule, new or known. 试一试 shows what it would have done and saves nothing."""
    actor = _actor(request)
    known = routing.rule_for(actor.reach, rule_id) if rule_id else None
    form = RoutingForm(request.POST or None, reach=actor.reach, rule=known)
    if request.method == "GET":
        return page(request, form, known)
    if not form.is_valid():
        return page(request, form, known, status=422)
    if "try" in request.POST:
        return page(request, form, known, draft=form.draft())
    try:
        routing.save_rule(actor=actor, rule=known, **form.rule_data())
    except Refusal as refused:
        form.refused(refused)
        return page(request, form, known, status=refused.status)
    messages.success(request, _("记下了。从下一件起，受理时照着提议。"))
    return redirect("routing-rules")


def page(
    request: HttpRequest,
    form: RoutingForm,
    known: RoutingRule | None,
    draft: RoutingRule | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "rule": known}
    if draft is not None:
        context |= trial(request, "30", draft)
    return render(request, "petitions/cases/rule.html", context, status=status)


@keepers
@require_POST
def switch(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    actor = _actor(request)
    found = routing.rule_for(actor.reach, rule_id)
    on = request.POST.get("on") == "1"
    try:
        routing.switch_rule(actor=actor, rule=found, on=on)
    except Refusal as refused:
        sentences = [one for several in (refused.extra.get("errors") or {}).values() for one in several]
        messages.warning(request, " ".join(sentences) or str(refused.message))
    else:
        said = _("这条规则又用上了，受理时照着提议。") if on else _("这条规则停掉了，受理时不再提议。")
        messages.success(request, said)
    return redirect("routing-rules")


@keepers
@require_GET
def dry_run(request: HttpRequest) -> HttpResponse:
    """The rules as they stand, on the cases of the last thirty days or of last month. Nothing is written."""
    span = request.GET.get("span", "")
    return render(request, "petitions/cases/rules_try.html", trial(request, span if span in SPANS else "30"))


def trial(request: HttpRequest, span: str, draft: RoutingRule | None = None) -> dict[str, Any]:
    since, until = period(span, timezone.now())
    found = routing.dry_run(_actor(request).reach, since, until, draft)
    return {"run": found, "trials": found.trials[:SHOWN], "shown": SHOWN, "span": span}


def period(span: str, now: datetime) -> tuple[datetime, datetime]:
    """The last thirty days, or the whole of last month."""
    if span == "30":
        return now - timedelta(days=30), now
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first - timedelta(days=1)).replace(day=1), first
