from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.registry import anchors
from grids.registry.forms import show_refusal
from grids.registry.forms_life import AnchorForm, EndForm, HomesForm, MembersForm
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Conflict, Invalid, NotFound
from portal.once.services import once_form
from portal.ui.paging import LongPaginator

PER_PAGE = 40
FORMS: dict[str, Any] = {"homes": HomesForm, "members": MembersForm, "end": EndForm}


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def listing(request: HttpRequest) -> HttpResponse:
    """中心户: which there are, and what is missing to thirty homes; one more is written down below."""
    actor = request.actor  # type: ignore[attr-defined]
    form = AnchorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = anchors.agree(actor=actor, **form.cleaned_data)
        except (Invalid, Conflict) as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("记下了，接着写它联系哪几户。"))
            return redirect(made)
    page = LongPaginator(anchors.anchors(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form}
    return render(request, "grids/registry/life/anchors.html", context, status=422 if form.errors else 200)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def one(request: HttpRequest, anchor_id: UUID) -> HttpResponse:
    """One anchor household: its homes, how many they are, and its end."""
    actor, word = request.actor, request.POST.get("word", "")  # type: ignore[attr-defined]
    anchor = anchors.within(actor, anchor_id)
    forms = {name: form(request.POST if word == name else None) for name, form in FORMS.items()}
    if request.method == "POST":
        try:
            if _act(actor, anchor_id, word, request, forms):
                messages.success(request, _("改好了。"))
                return redirect("anchor", anchor_id=anchor_id)
        except (Invalid, Conflict) as refused:
            show_refusal(forms.get(word, forms["homes"]), refused)
    wrong = any(form.errors for form in forms.values() if form.is_bound)
    forms["members"].initial = {"members": anchor.members}
    context = {"anchor": anchor, "homes": anchors.homes_of(anchor), "forms": forms}
    return render(request, "grids/registry/life/anchor.html", context, status=422 if wrong else 200)


def _act(actor: Any, anchor_id: UUID, word: str, request: HttpRequest, forms: dict[str, Any]) -> bool:
    if word == "drop":
        anchors.let_go(actor=actor, anchor_id=anchor_id, household_id=_uuid(request.POST.get("home", "")))
        return True
    form = forms.get(word)
    if form is None or not form.is_valid():
        return False
    if word == "homes":
        anchors.look_after(actor=actor, anchor_id=anchor_id, **form.cleaned_data)
    elif word == "members":
        anchors.say_members(actor=actor, anchor_id=anchor_id, **form.cleaned_data)
    else:
        anchors.end(actor=actor, anchor_id=anchor_id, on=form.cleaned_data["ends_on"])
    return True


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error
