from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts import factors, sessions
from portal.accounts.models import User
from portal.signin import lockout
from portal.signin.fields import CodeField, PhoneField
from portal.ui.forms import Form

WRONG_FACTOR = _("动态码不对，或者已经用过了。等它跳到下一个，再填一遍。")


class PhoneForm(Form):
    phone = PhoneField(label=_("手机号"), help_text=_("11 位，中间空着也行"))


class CodeForm(Form):
    code = CodeField(label=_("短信里的六个数字"), error_messages={"required": _("请填短信里的六个数字。")})

    def clean_code(self) -> str:
        """Refused here, a number that broke off half-way costs none of the five tries."""
        code = str(self.cleaned_data["code"])
        if len(code) != 6:
            raise ValidationError(
                _("要六个数字，您填了 %(count)s 个。请照短信再填一遍，这次不算。"), params={"count": len(code)}
            )
        return code


class PasswordForm(Form):
    """For staff. One answer for a wrong name and a wrong password."""

    username = forms.CharField(
        label=_("用户名"), max_length=64, widget=forms.TextInput({"autocomplete": "username", "class": "in-s"})
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        # Shown back only where we filled it ourselves: the demo's one password, which is public.
        widget=forms.PasswordInput({"autocomplete": "current-password", "class": "in-s"}, render_value=True),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["password"].widget.render_value = False


class SecondFactorForm(Form):
    """Six digits of the app, or one recovery code. allauth's stage shows it and calls save()."""

    code = CodeField(label=_("手机 App 上的六个数字"), error_messages={"required": _("请填 App 上的六个数字。")})

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        if lockout.is_locked(context.request, self.user.username):
            raise ValidationError(WRONG_FACTOR)
        self.authenticator = factors.use_code(user=self.user, code=self.cleaned_data["code"])
        if self.authenticator is None:
            lockout.count_failure(context.request, self.user.username)
            raise ValidationError(WRONG_FACTOR)
        return self.cleaned_data["code"]

    def save(self) -> None:
        # Not allauth's own: that would also note on the account when it was last used (guardrail 2).
        record_authentication(
            context.request, self.user, "mfa", type=self.authenticator.type if self.authenticator else ""
        )
        sessions.mark_verified(context.request, self.user)


class EnrolForm(Form):
    """The first six digits of an app that has just read the QR code."""

    code = CodeField(label=_("App 上现在的六个数字"), error_messages={"required": _("请填 App 上的六个数字。")})

    def __init__(self, *args: Any, secret: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.secret = secret

    def clean_code(self) -> str:
        if factors.matching_counter(self.secret, self.cleaned_data["code"]) is None:
            raise ValidationError(_("这六个数字对不上。请等它跳到下一个再填；还不对，就重新扫一次。"))
        return self.cleaned_data["code"]


class NameForm(Form):
    name = forms.CharField(label=_("怎么称呼您"), max_length=40, widget=forms.TextInput({"autocomplete": "name"}))


class NewPasswordForm(Form):
    old = forms.CharField(
        label=_("现在的密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(label=_("新密码"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}))
    again = forms.CharField(
        label=_("新密码，再写一遍"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean_old(self) -> str:
        if lockout.is_locked(context.request, self.user.username):
            raise ValidationError(_("现在的密码不对。"))
        if not self.user.check_password(self.cleaned_data["old"]):
            lockout.count_failure(context.request, self.user.username)
            raise ValidationError(_("现在的密码不对。"))
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("两遍写的不一样。"))
        return given
