"""The counter: one field for everything, intake in under a minute, and what waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.registry import queries as registry
from petitions.cases import (
    answers,
    callbacks,
    intake,
    merging,
    queries,
    routing,
    services,
    staff_words,
    verdicts,
    words,
)
from petitions.cases.enums import State
from petitions.cases.forms import IntakeForm
from petitions.cases.models import Case
from portal import phones
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.policy import roles
from portal.errors import Refusal, TooMany
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
    caller = caller_of(actor, request)
    return page(request, IntakeForm(initial=prefill(caller), categories=queries.categories()), caller=caller)


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


def caller_of(actor: Actor, request: HttpRequest) -> intake.Caller | None:
    """Who is on the telephone or at the counter: chosen from the register, or known by the number typed."""
    if chosen := request.GET.get("for", ""):
        try:
            return intake.of_resident(actor.reach, UUID(chosen))
        except ValueError:
            return None
    return intake.caller(actor.reach, queries.printable(request.GET.get("q", "")))


def prefill(caller: intake.Caller | None) -> dict[str, Any]:
    """The intake form for whoever it is: what is known is not asked again."""
    if caller is None:
        return {}
    # The number of somebody in the register comes along unseen.
    phone = "" if caller.resident else caller.phone.removeprefix("+86")
    return {"resident": caller.resident, "name": caller.name, "address": caller.door, "phone": phone}


def _case_hit(case: Case) -> Hit:
    note = f"{spoken_ref(case.ref)} · {staff_words.who_has(case)}".rstrip(" ·")
    return Hit(case.title, note, case.get_absolute_url(), _("打开"), verdicts.short(case))


def spelled(ref: str) -> str:
    """WC-1124-0067-3 as it is read out: "W C，1 1 2 4，0 0 6 7，3"."""
    return "，".join(" ".join(part) for part in ref.split("-"))


@dataclass(frozen=True)
class Hits:
    """What the one field found. `more`: people or doors are left out, the register lists them all."""

    rows: tuple[Hit, ...] = ()
    too_short: bool = False
    more: bool = False


def hits(actor: Actor, text: str) -> Hits:
    """Cases, people and doors the text may mean."""
    if not text:
        return Hits()
    found = [_case_hit(case) for case in queries.search(actor.reach, text, FEW)]
    register = registry.find(actor.reach, text, limit=FEW)
    for resident in register.residents:
        note = f"{resident.household.code} · {phones.masked(resident.phone)}".strip(" ·")
        found.append(Hit(resident.name, note, f"?for={resident.pk}#intake", _("替他记一件")))
    for door in register.households:
        found.append(Hit(door.code, door.building.label, reverse("household", args=[door.pk]), _("看看谁住")))
    return Hits(tuple(found), register.too_short and not found, register.more)


def resume(actor: Actor, text: str, now: datetime) -> dict[str, Any]:
    """A number with the tail of its telephone: what to read out, exactly what the slip itself would say."""
    try:
        asked, case = intake.resumed(actor, text)
    except TooMany as refused:
        return {"asked": True, "refused": str(refused.message)}
    if case is None:
        return {"asked": asked}
    if case.state == State.MERGED:
        sentence = merging.sentence(queries.target_of(case), now)
    else:
        sentence = words.sentence(case, now)
    mine = queries.may_see(actor, case.pk)
    return {"asked": True, "case": case, "mine": mine, "sentence": sentence.replace("|", "")}


def page(
    request: HttpRequest, form: IntakeForm, status: int = 200, caller: intake.Caller | None = None
) -> HttpResponse:
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    text = queries.printable(request.GET.get("q", ""))
    resumed = resume(actor, text, now) if text else {}
    found = Hits() if resumed.get("asked") or (caller and not caller.shared) else hits(actor, text)
    chosen = form.initial.get("resident") or form.data.get("resident")
    slip = queries.find(actor.reach, request.GET.get("slip", "")) if request.GET.get("slip") else None
    if caller is not None:
        # Known or not, the next thing typed is what they say.
        form.fields["text"].widget.attrs["autofocus"] = True
    accept, assign = queries.to_accept(actor.reach), queries.to_assign(actor.reach)
    verify, mine = queries.to_verify(actor.reach), queries.in_hand(actor.reach)
    context: dict[str, Any] = {
        "form": form,
        "q": text,
        "hits": found,
        "chosen": form.initial.get("name", "") if chosen else "",
        "caller": caller if caller and (caller.name or caller.cases or caller.shared) else None,
        "theirs": staff_words.rows(caller.cases, now) if caller else [],
        "unknown": caller is not None and not (caller.name or caller.cases or caller.shared),
        "resumed": resumed,
        "spoken": spelled(slip.ref) if slip else "",
        "tail": phones.tail(slip.contact_phone) if slip else "",
        "follow_ups": callbacks.to_call(actor.reach, now).count() if actor.holds(*COMMUNITY) else None,
        "keeps_rules": actor.holds(*routing.KEEPERS),
        "keeps_templates": actor.holds(*answers.KEEPERS),
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
