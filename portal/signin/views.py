"""Signing in and out. One page for everybody: a phone and six digits; staff by name and password, then their app."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout as end_session
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import demo
from portal.accounts.policy import anyone
from portal.errors import Refusal, TooMany
from portal.notifications.channels import NotSent
from portal.phones import masked
from portal.signin import services
from portal.signin.adapter import home_of
from portal.signin.forms import CodeForm, PasswordForm, PhoneForm
from portal.ui.links import safe_next

# What the session knows of a phone whose code is still to come.
PENDING = "sign_in"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@anyone
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The one page. A POST carries a phone (residents) or a name and a password (staff)."""
    after = safe_next(request, request.POST.get("next") or request.GET.get("next"), otherwise="")
    if request.user.is_authenticated:
        return HttpResponseRedirect(after or home_of(request))
    if request.method == "POST" and "username" in request.POST:
        return _by_password(request, after)
    if request.method == "POST":
        return _by_phone(request, after)
    fill = _demo_person(request.GET.get("as", ""))
    phone = {"phone": fill.phone.removeprefix("+86")} if fill and not demo.is_staff(fill) else None
    staff = {"username": fill.username, "password": demo.PASSWORD} if fill and demo.is_staff(fill) else None
    return _page(request, after, PhoneForm(initial=phone), PasswordForm(initial=staff))


def _by_phone(request: HttpRequest, after: str) -> HttpResponse:
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            return _send(request, form.cleaned_data["phone"], after)
        except Refusal as refused:
            form.add_error("phone", str(refused.message))
            return _page(request, after, form, PasswordForm(), status=refused.status)
    return _page(request, after, form, PasswordForm(), status=422)


def _by_password(request: HttpRequest, after: str) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            record_authentication(request, user, method="password")
            return perform_login(request, user, redirect_url=after or None)
        form.add_error("password", _("用户名或密码不对。连着错五次，要等半小时再试。"))
    return _page(request, after, PhoneForm(), form, status=422)


def _page(
    request: HttpRequest, after: str, phone_form: PhoneForm, password_form: PasswordForm, status: int = 200
) -> HttpResponse:
    context = {
        "phone_form": phone_form,
        "password_form": password_form,
        "staff_open": password_form.is_bound or bool(password_form.initial),
        "after": after,
        "demo_people": _demo_people(after),
        "demo_password": demo.PASSWORD if settings.DEMO else "",
        "providers": list(settings.SIGN_IN_PROVIDERS),
    }
    return render(request, "portal/signin/login.html", context, status=status)


def _send(request: HttpRequest, phone: str, after: str) -> HttpResponse:
    """Text a code and go to where it is typed in. Raises Refusal where none went out."""
    pending = {"phone": phone, "next": after}
    try:
        code = services.issue_code(phone=phone, origin=get_adapter().get_client_ip(request))
    except TooMany as refused:
        if refused.code != "TOO_SOON":
            raise
        # Pressed twice, or came back: the text is on its way, so lead to where its digits go.
        request.session[PENDING] = (request.session.get(PENDING) or {}) | pending
        messages.warning(request, str(refused.message))
        return redirect("account_confirm_login_code")
    try:
        get_adapter().send_verification_code_sms(user=None, phone=phone, code=code)
    except NotSent as error:
        services.withdraw_code(phone=phone, code=code)
        raise Refusal(_("短信没发出去。请过一会儿再试，或打电话给社区。"), code="NOT_SENT") from error
    except Exception:
        # Whether it went out nobody knows: the digits stay good, and the person is told to look.
        messages.warning(request, _("短信可能要晚一点才到。等一分钟还没有，就重发一次。"))
    if settings.DEMO:
        pending["shown"] = code
    request.session[PENDING] = pending
    return redirect("account_confirm_login_code")


@anyone
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Six digits from the text; whoever has them is in, and has an account if the phone had none."""
    pending = request.session.get(PENDING)
    if request.user.is_authenticated or not pending:
        return redirect(home_of(request) if request.user.is_authenticated else "account_login")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.spend_code(phone=pending["phone"], code=form.cleaned_data["code"])
                return _enter(request, pending)
            except services.WrongCode as refused:
                form.add_error("code", str(refused.message))
    context = {"form": form, "phone": masked(pending["phone"]), "shown": pending.get("shown", "")}
    return render(request, "portal/signin/confirm.html", context, status=status)


def _enter(request: HttpRequest, pending: dict[str, Any]) -> HttpResponse:
    user, is_new = services.open_account(phone=pending["phone"])
    del request.session[PENDING]
    user.backend = BACKEND
    record_authentication(request, user, method="code")
    return perform_login(request, user, redirect_url=pending["next"] or None, signup=is_new)


@anyone
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Another text to the same phone."""
    pending = request.session.get(PENDING)
    if not pending:
        return redirect("account_login")
    try:
        response = _send(request, pending["phone"], pending["next"])
    except Refusal as refused:
        messages.error(request, str(refused.message))
        return redirect("account_confirm_login_code")
    if request.session[PENDING].get("shown") != pending.get("shown") or not settings.DEMO:
        messages.success(request, _("又发了一条，请看短信。"))
    return response


@anyone
@never_cache
@require_http_methods(["GET", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """Asks before it lets go: the link is easily touched by mistake."""
    if not request.user.is_authenticated:
        return redirect(resolve_url(settings.LOGOUT_REDIRECT_URL))
    if request.method == "POST":
        end_session(request)
        return redirect(resolve_url(settings.LOGOUT_REDIRECT_URL))
    return render(request, "portal/signin/logout.html")


@anyone
def inactive(request: HttpRequest) -> HttpResponse:
    """The code or the password was right, but the account has been closed."""
    return render(request, "portal/signin/inactive.html", status=403)


# ---------------------------------------------------------------- the demo
def _demo_person(username: str) -> demo.DemoPerson | None:
    if not settings.DEMO:
        return None
    return next((person for person in demo.SIGN_INS if person.username == username), None)


def _demo_people(after: str) -> list[dict[str, Any]]:
    """Who can sign in here, with what their app shows now. Empty outside the demo."""
    if not settings.DEMO:
        return []
    codes = demo.current_codes()
    return [{"person": person, "code": codes.get(person.username, "")} for person in demo.SIGN_INS]
