from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.registry.queries import known_of, resident_for
from grids.tree.queries import current_community
from petitions.wishes import queries, rules, services, words
from petitions.wishes.enums import Event, WishState
from petitions.wishes.forms import ConsentForm, EventForm, WishForm
from petitions.wishes.lifecycle import terms_for
from petitions.wishes.models import Wish
from petitions.wishes.offers import FORMS, offers
from petitions.wishes.places import place_to_write_for
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import anyone, roles, signed_in
from portal.attachments.queries import of_owner
from portal.errors import Forbidden, NotFound, Refusal
from portal.once.services import once_form
from portal.ui.forms import Known
from portal.ui.words import spoken_ref
from volunteers.service.queries import capacities_of

PER_PAGE = 30


# ---------------------------------------------------------------- the wall
@anyone
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Slips that wait for somebody; `?show=taken|fulfilled` the others; `?within=reach` the places one works for."""
    actor = request.actor  # type: ignore[attr-defined]
    here = current_community(request)
    path = here.path if here else "-"
    by_reach = request.GET.get("within") == "reach" and bool(actor.reach.paths())
    show = request.GET.get("show", "open")
    slips = queries.shown(show, path, actor if by_reach else None)
    page = Paginator(slips, PER_PAGE).get_page(request.GET.get("page"))
    is_first = show == "open" and page.number == 1 and not by_reach
    context = {
        "page": page,
        "show": show,
        "here": here,
        "by_reach": by_reach,
        "counts": None if by_reach else queries.counts_under(path),
        "done": queries.lately_fulfilled(path, timezone.now()) if is_first else [],
        "waiting": queries.to_review(actor).count() if actor.holds(*COMMUNITY) else 0,
        "me": actor.id,
    }
    return render(request, "petitions/wishes/wall.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def new(request: HttpRequest) -> HttpResponse:
    """Write a wish: one's own, or as a worker at the door or the counter a neighbour's (`?resident=`)."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = _uuid(request.GET.get("resident"))
    resident = resident_for(actor.reach, asked) if asked else None
    grid = place_to_write_for(actor, resident, lambda: current_community(request))
    if grid is None:
        raise NotFound()
    for_others = rules.may_write_for_others(actor, grid)
    names = (actor.user.name, *([resident.name] if resident else []))
    initial = {"contact_name": resident.name if resident else ""}
    reuse = {} if for_others else _own_contact(actor)
    form = WishForm(request.POST or None, for_others=for_others, names=names, initial=initial, reuse=reuse)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("text", "consent", "contact_name", "contact_phone")}
        on_behalf = form.on_behalf
        wish = services.submit_wish(
            actor=actor, grid=grid, on_behalf=on_behalf, resident=resident if on_behalf else None, **given
        )
        messages.success(request, _("收到了，编号 %(ref)s。") % {"ref": spoken_ref(wish.ref)})
        return redirect(wish)
    context = {"form": form, "resident": resident, "grid": grid, "for_others": for_others}
    return render(request, "petitions/wishes/new.html", context, status=422 if form.is_bound else 200)


def _own_contact(actor: Actor) -> dict[str, Known]:
    return known_of(actor.user).reuse(name="contact_name", phone="contact_phone")


# ---------------------------------------------------------------- one wish
@anyone
@require_GET
def wish(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    return _page(request, wish_id)


def _page(
    request: HttpRequest,
    wish_id: UUID,
    *,
    sent: EventForm | None = None,
    consent: ConsentForm | None = None,
    refused: Refusal | None = None,
    contact: services.Contact | None = None,
) -> HttpResponse:
    """The page of a wish as this person may see it, with what was sent and refused in its place."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_wish(actor, wish_id)
    side = words.side_of(actor, found)
    inside = rules.is_party(actor, found)
    claim = found.live_claim or found.claims.with_claimant().filter(outcome="fulfilled").first()
    may_contact = rules.may_see_contact(actor, found)
    if contact is None and side == words.HELPER and may_contact:
        contact = services.reveal_contact(actor=actor, wish_id=wish_id)
    shows_evidence = claim is not None and claim.handed_in_at is not None and (inside or side == words.HELPER)
    context = {
        "wish": found,
        "side": side,
        "inside": inside,
        "standing": words.standing(found, side, elder=bool(request.elder)),  # type: ignore[attr-defined]
        "history": words.history(list(found.records.all()), side),
        "offers": offers(actor, found, side, sent),
        "may_claim": found.state == WishState.OPEN and not rules.is_own(actor, found) and side != words.WISHER,
        "claim": claim,
        "contact": contact,
        "masked": found.contact_phone if may_contact and contact is None else "",
        "photos": of_owner(claim.pk) if shows_evidence and claim is not None else [],
        "shows_evidence": shows_evidence,
        "may_consent": rules.speaks_for_wisher(actor, found) and found.state not in services.CLOSED,
        "consent_form": consent or _consent_form(actor, found),
        "consent_open": consent is not None,
        "refused": refused,
        "refused_links": queries.alternatives(found) if refused is not None and refused.code == "TAKEN" else [],
    }
    status = refused.status if refused else 422 if sent is not None or consent is not None else 200
    response = render(request, "petitions/wishes/wish.html", context, status=status)
    if contact is not None:
        response["Cache-Control"] = "no-store"  # the back button must not show a telephone that is no longer there
    return response


@signed_in
@require_POST
@once_form
def act(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """Fire an event from one of the small forms; what is refused is said on the same page."""
    actor, event = request.actor, request.POST.get("event", "")  # type: ignore[attr-defined]
    form = FORMS.get(event, EventForm)(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, wish_id, sent=form)
    given = {name: value for name, value in form.cleaned_data.items() if name != "event"}
    try:
        _fire(event, actor=actor, wish_id=wish_id, **given)
    except Refusal as refused:
        if refused.status == 404:
            raise
        for field, sentences in refused.extra.get("errors", {}).items():
            form.add_error(field if field in form.fields else None, sentences)
        return _page(request, wish_id, sent=form, refused=None if form.errors else refused)
    messages.success(request, words.thanks(event))
    return redirect("wish", wish_id)


def _fire(event: str, **given: Any) -> Wish:
    services_of: dict[Event, Callable[..., Wish]] = {
        Event.APPROVE: services.approve,
        Event.RESUBMIT: services.resubmit,
        Event.HAND_IN: services.hand_in,
    }
    if event in services_of:
        return services_of[Event(event)](**given)
    return services.act(event=event, **given)


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def claim(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """我来: in whose name, until when, and the one button."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_wish(actor, wish_id)
    if rules.is_claimant(actor, found):
        return redirect(found)
    if rules.is_own(actor, found):
        raise Forbidden(_("自己的心愿请别人来圆。"))
    capacities = capacities_of(actor.id)
    if not capacities:
        # Whoever would rather not must not be sent round: back to the wish, not to its claim.
        return redirect(f"{reverse('volunteer-join')}?next={request.path}&back={found.get_absolute_url()}")
    if request.method == "POST":
        try:
            services.claim(actor=actor, wish_id=wish_id, capacity=request.POST.get("capacity", ""))
        except services.Taken as taken:
            if taken.extra.get("mine"):
                return redirect(found)
            return _page(request, wish_id, refused=taken)
        messages.success(request, _("谢谢您，这个心愿交给您了。"))
        return redirect(found)
    if found.state != WishState.OPEN:
        return _page(request, wish_id, refused=services.Taken())
    context = {"wish": found, "capacities": capacities, "hours": terms_for(found).claim_hours}
    context["until"] = queries.claim_until(found, timezone.now())
    return render(request, "petitions/wishes/claim.html", context)


@signed_in
@require_POST
def contact(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """Show the telephone to the community or to who wrote the wish down; the look is recorded."""
    shown = services.reveal_contact(actor=request.actor, wish_id=wish_id)  # type: ignore[attr-defined]
    return _page(request, wish_id, contact=shown)


def _consent_form(actor: Actor, found: Wish, sent: Any = None) -> ConsentForm:
    """The wisher is not asked what their account says; whoever speaks for somebody else is."""
    reuse = _own_contact(actor) if rules.is_own(actor, found) else {}
    return ConsentForm(sent, initial={"contact_name": found.contact_name, "contact_phone": ""}, reuse=reuse)


@signed_in
@require_POST
@once_form
def consent(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """The wisher leaves a telephone for whoever helps, or takes it back."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.POST.get("agreed") != "yes":
        services.set_consent(actor=actor, wish_id=wish_id, agreed=False)
        messages.success(request, _("收走了，认领的人看不到电话了。"))
        return redirect("wish", wish_id)
    form = _consent_form(actor, services.visible_wish(actor, wish_id), request.POST)
    if not form.is_valid():
        return _page(request, wish_id, consent=form)
    services.set_consent(actor=actor, wish_id=wish_id, agreed=True, **form.cleaned_data)
    messages.success(request, _("记下了，只有认领的人看得到。"))
    return redirect("wish", wish_id)


# ---------------------------------------------------------------- the community's list
@roles(*COMMUNITY)
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """What waits for the community's nod, and what waits for a wisher's that the community may give."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    page = Paginator(queries.to_review(actor), PER_PAGE).get_page(request.GET.get("page"))
    for one in page:
        setattr(one, "is_late", one.due_at is not None and one.due_at < now)  # noqa: B010 (a mark for the template)
    context = {"page": page, "confirming": queries.to_confirm_for(actor)[:PER_PAGE]}
    return render(request, "petitions/wishes/review.html", context)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
