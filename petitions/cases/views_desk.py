"""The counter: one field for everything, intake in under a minute, and what waits."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.registry import queries as registry
from petitions.cases import queries, services, staff_words, verdicts, words
from petitions.cases.forms import IntakeForm
from petitions.cases.models import Case
from portal import phones
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.policy import roles
from portal.errors import Refusal
from portal.once.services import once_form
from portal.ui.words import spoken_ref

at_desk = roles(*COMMUNITY, Role.GRID_WORKER)
FEW = 8


@dataclass(frozen=True)
class Hit:
    """Somebody or something the one field found."""

    title: str
    note: str
    url: str
    action: str
    tag: str = ""


@at_desk
@once_form
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        form = IntakeForm(request.POST, categories=queries.categories())
        if form.is_valid():
            try:
                case = take_down(actor, form.cleaned_data)
            except Refusal as refused:
                form.refused(refused)
                return page(request, form, status=refused.status)
            return redirect(f"{reverse('desk')}?slip={case.ref}")
        return page(request, form, status=422)
    return page(request, IntakeForm(initial=prefill(actor, request), categories=queries.categories()))


def take_down(actor: Actor, given: dict[str, Any]) -> Case:
    """File what was said. A person chosen from the register brings their number and their door along, unseen."""
    resident = registry.resident_for(actor.reach, given["resident"]) if given["resident"] else None
    phone = given["phone"] or ((resident.phone or "") if resident else "")
    return services.submit(
        actor=actor,
        description=given["text"],
        category=queries.category_by_code(given["category"]),
        grid=resident.household.building if resident and not given["address"] else None,
        address=given["address"]
        or (f"{resident.household.building.label} {resident.household.door_label}" if resident else ""),
        contact_phone=phone,
        reporter_name=given["name"] or (resident.name if resident else ""),
        reporter=resident.user if resident else None,
        channel=given["channel"],
    )


def prefill(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """The intake form for whoever was found, or for the number that was typed and is nobody's yet."""
    chosen = request.GET.get("for", "")
    if chosen:
        try:
            resident = registry.resident_for(actor.reach, UUID(chosen))
        except ValueError:
            resident = None
        if resident is not None:
            household = resident.household
            return {
                "resident": resident.pk,
                "name": resident.name,
                "address": f"{household.building.label} {household.door_label}",
            }
    text = queries.printable(request.GET.get("q", ""))
    try:
        return {"phone": phones.e164(text).removeprefix("+86")} if len(text) >= 7 else {}
    except phones.NotAPhone:
        return {}


def _case_hit(case: Case) -> Hit:
    note = f"{spoken_ref(case.ref)} · {staff_words.who_has(case)}".rstrip(" ·")
    return Hit(case.title, note, case.get_absolute_url(), _("打开"), verdicts.short(case))


def hits(actor: Actor, text: str) -> tuple[list[Hit], bool]:
    """Cases and people the text may mean; and whether it was too short to look for."""
    if not text:
        return [], False
    found = [_case_hit(case) for case in queries.search(actor.reach, text, FEW)]
    people = registry.find(actor.reach, text, limit=FEW)
    for resident in people.residents:
        note = f"{resident.household.code} · {phones.masked(resident.phone)}".strip(" ·")
        found.append(Hit(resident.name, note, f"?for={resident.pk}#intake", _("替他记一件")))
    return found, people.too_short and not found


def page(request: HttpRequest, form: IntakeForm, status: int = 200) -> HttpResponse:
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    text = queries.printable(request.GET.get("q", ""))
    found, too_short = hits(actor, text)
    chosen = form.initial.get("resident") or form.data.get("resident")
    slip = queries.find(actor.reach, request.GET.get("slip", "")) if request.GET.get("slip") else None
    accept, assign = queries.to_accept(actor.reach), queries.to_assign(actor.reach)
    verify, mine = queries.to_verify(actor.reach), queries.in_hand(actor.reach)
    context: dict[str, Any] = {
        "form": form,
        "q": text,
        "hits": found,
        "too_short": too_short,
        "chosen": form.initial.get("name", "") if chosen else "",
        "slip": slip,
        "promise": words.promise(slip, now) if slip else "",
        "queues": [
            (code, heading, staff_words.rows(rows[:FEW], now), total)
            for code, heading, rows, total in (
                ("accept", _("待受理"), accept, accept.count()),
                ("assign", _("待分派"), assign, assign.count()),
                ("verify", _("等您核查"), verify, verify.count()),
                ("mine", _("在我手里"), mine, mine.count()),
            )
        ],
    }
    context["waiting"] = sum(total for _code, _heading, _rows, total in context["queues"])
    return render(request, "petitions/cases/desk.html", context, status=status)
