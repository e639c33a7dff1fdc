"""The second factor: showing it, making it, and what to do without the phone. And a new password."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import demo, factors, sessions
from portal.accounts.actors import Actor
from portal.accounts.policy import signed_in
from portal.errors import Refusal
from portal.requests import user_of
from portal.signin import services
from portal.signin.adapter import home_of
from portal.signin.forms import EnrolForm, NameForm, NewPasswordForm, SecondFactorForm
from portal.ui.links import safe_next

# A secret that an app is just reading; it becomes the account's only when its first digits come back.
SECRET = "enrolling"


class AtSignIn(AuthenticateView):
    """Between password and page: allauth's stage, our form and words."""

    template_name = "portal/signin/second_factor.html"

    def get_context_data(self, **kwargs: object) -> dict:
        shown = demo.current_codes().get(self.stage.login.user.username, "")
        given = super().get_context_data(**kwargs) | {"shown": shown, "after": "", "action": ""}
        given.pop("site", None)  # allauth's is an address; every page has ours, with the community's name and telephone
        return given

    def form_invalid(self, form: SecondFactorForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """For somebody signed in who works here: show the second factor, or make one if there is none."""
    after = safe_next(request, request.POST.get("next") or request.GET.get("next"), otherwise="")
    if sessions.is_verified(request):
        return HttpResponseRedirect(after or home_of(request))
    if factors.has_second_factor(user_of(request).pk):
        return _show(request, after)
    return _enrol(request, after)


def _show(request: HttpRequest, after: str) -> HttpResponse:
    form = SecondFactorForm(request.POST or None, user=user_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        return HttpResponseRedirect(after or home_of(_met_anew(request)))
    shown = demo.current_codes().get(request.user.username, "")
    context = {"form": form, "after": after, "shown": shown, "action": request.path}
    return render(request, "portal/signin/second_factor.html", context, status=422 if form.is_bound else 200)


def _enrol(request: HttpRequest, after: str) -> HttpResponse:
    if request.method == "GET" or SECRET not in request.session:
        request.session.setdefault(SECRET, generate_totp_secret())
    secret = request.session[SECRET]
    form = EnrolForm(request.POST or None, secret=secret)
    if request.method == "POST" and form.is_valid():
        codes = services.enrol_factor(actor=Actor.of(user_of(request)), user=user_of(request), secret=secret)
        del request.session[SECRET]
        sessions.mark_verified(request, user_of(request))
        shown: dict[str, Any] = {"codes": codes, "after": after or home_of(_met_anew(request))}
        return render(request, "portal/signin/recovery_codes.html", shown)
    context: dict[str, Any] = {
        "form": form,
        "after": after,
        "uri": get_adapter().build_totp_url(request.user, secret),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "shown": factors.code_now(secret) if settings.DEMO else "",
    }
    return render(request, "portal/signin/enrol.html", context, status=422 if form.is_bound else 200)


def _met_anew(request: HttpRequest) -> HttpRequest:
    """The request, with the actor read again: the mark has just given them their reach."""
    request.actor = sessions.actor_of(request)  # type: ignore[attr-defined]
    return request


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once, to whoever shows their second factor again."""
    if not factors.has_second_factor(user_of(request).pk):
        return redirect("second_factor")
    form = SecondFactorForm(request.POST or None, user=user_of(request))
    if request.method == "POST" and form.is_valid():
        codes = services.renew_recovery_codes(actor=Actor.of(user_of(request)), user=user_of(request))
        return render(request, "portal/signin/recovery_codes.html", {"codes": codes, "after": home_of(request)})
    context = {"form": form, "left": factors.recovery_codes_left(user_of(request).pk)}
    return render(request, "portal/signin/renew_codes.html", context, status=422 if form.is_bound else 200)


@signed_in
@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password, for those who have one. Other browsers are signed out by it."""
    if not user_of(request).has_usable_password():
        raise Refusal(_("您是用手机验证码登录的，没有密码要改。"), code="NO_PASSWORD", status=404)
    form = NewPasswordForm(request.POST or None, user=user_of(request))
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["new"]
        services.change_password(actor=Actor.of(user_of(request)), user=user_of(request), password=new)
        update_session_auth_hash(request, user_of(request))
        messages.success(request, _("密码改好了。别的地方登录着的，都退出了。"))
        return redirect(home_of(request))
    return render(request, "portal/signin/password.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """How the person wants to be called."""
    form = NameForm(request.POST)
    if form.is_valid():
        services.rename(actor=Actor.of(user_of(request)), user=user_of(request), name=form.cleaned_data["name"])
        messages.success(request, _("记下了。"))
    else:
        messages.error(request, str(form.errors["name"][0]))
    return redirect("my")
