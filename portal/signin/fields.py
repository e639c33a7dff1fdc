from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.phones import NotAPhone
from portal.signin.rules import mobile
from portal.ui.forms import CodeInput, PhoneInput


class PhoneField(forms.CharField):
    """A mobile number as people write it: 138 0000 0001, +86-138…, full-width digits. Cleans to E.164."""

    widget = PhoneInput

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("error_messages", {"required": _("请写下手机号。")})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return mobile(text)
        except NotAPhone as error:
            raise ValidationError(str(error), code="invalid") from error


class CodeField(forms.CharField):
    """Digits from a text message or an app, however they were typed: "123 456", "１２３４５６"."""

    widget = CodeInput

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        # str.isdigit accepts "１" as well; int() turns it into 1.
        return "".join(str(int(char)) if char.isdecimal() else "" for char in text) or text
