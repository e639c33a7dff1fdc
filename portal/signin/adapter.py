"""Where allauth asks us: whose phone is this, how is a code sent, where does somebody go after signing in."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_login_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.accounts import queries, sessions
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.notifications.channels import sms_backend
from portal.signin import services
from portal.signin.fields import PhoneField
from portal.ui.navigation import nav


class AccountAdapter(DefaultAccountAdapter):
    """An account's phone lives on the account; a code is texted at once, not queued: people wait for it."""

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        return queries.by_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        services.set_phone(actor=Actor.of(user), user=user, phone=phone, verified=verified)

    def set_phone_verified(self, user: User, phone: str) -> None:
        if user.phone == phone and not user.phone_verified:
            services.set_phone_verified(user=user)

    def send_verification_code_sms(self, user: User | None, phone: str, code: str, **kwargs: Any) -> None:
        """Raises NotSent where the gateway refused; any other exception means nobody knows."""
        minutes = int(services.VALID.total_seconds() // 60)
        text = _("家门口验证码 %(code)s，%(minutes)d 分钟内有效。谁问您要都别给，我们也不会问。")
        sms_backend().send(phone=phone, text=text % {"code": code, "minutes": minutes}, key=f"code:{phone}:{code}")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # a phone that proves itself is an account; there is no other form to fill

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        # The request began as nobody's; what asks from here on meets the person.
        request.actor = SimpleLazyObject(lambda: sessions.actor_of(request))  # type: ignore[attr-defined]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if request.actor.lacks_factor:  # type: ignore[attr-defined]
            after = get_login_redirect_url(request, kwargs.get("redirect_url"))
            response["Location"] = second_factor_url(after)
        return response


def home_of(request: HttpRequest) -> str:
    """Where somebody's day begins: the first word of their masthead for staff, their own page for everybody else."""
    if request.actor.reach.scopes:  # type: ignore[attr-defined]
        return next((link.url for link in nav(request)), settings.LOGIN_REDIRECT_URL)
    return settings.LOGIN_REDIRECT_URL


def second_factor_url(after: str = "") -> str:
    """The page where a second factor is shown, or made; `after`: where to go then."""
    url = reverse("second_factor")
    return f"{url}?{urlencode({'next': after})}" if after and after != settings.LOGIN_REDIRECT_URL else url


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are encrypted in the database, under a key that is not in it."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise RuntimeError("a second factor was encrypted under a SECRET_KEY that is no longer listed") from error

    def get_totp_issuer(self) -> str:
        return "家门口"


class SocialAdapter(DefaultSocialAccountAdapter):
    """微信 and 钉钉 open an account that was linked before; they never make one, and their profile is not kept."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        # They send a nickname, a portrait, a gender, a city. Only the id is needed to know them again.
        sociallogin.account.extra_data = {}

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [hashlib.sha256(b"jiamenkou.second-factor:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
