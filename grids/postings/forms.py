import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import phones
from portal.errors import Refusal
from portal.ui.forms import DateInput, Form, PhoneInput


def beginning(day: dt.date) -> dt.datetime:
    """Work of today begins now, work of a later day with that day."""
    return timezone.now() if day == timezone.localdate() else _midnight(day)


def ending(day: dt.date) -> dt.datetime:
    """The last day is worked to its end."""
    return _midnight(day + dt.timedelta(days=1))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class Days(Form):
    """From a day to a day, neither behind today."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        today = timezone.localdate()
        for name in ("first_day", "last_day"):
            day = data.get(name)
            if day and day < today:
                self.add_error(name, _("这一天已经过去了，请从今天起写。"))
            elif day and day.year > today.year + 20:
                self.add_error(name, _("这一天太远了，请看看年份。"))
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first and not self.errors:
            self.add_error("last_day", _("到哪天要在从哪天以后。"))
        return data

    def show(self, refused: Refusal) -> None:
        """What the service said no to, in its words."""
        self.add_error(None, str(refused.message))


class AppointForm(Days):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40, widget=forms.TextInput({"class": "in-s"}))
    phone = forms.CharField(
        label=gettext_lazy("本人登录用的手机号"),
        max_length=30,
        widget=PhoneInput({"autocomplete": "off"}),
        help_text=gettext_lazy("姓名和号码都要和账号对得上，免得把门开给别人。"),
    )
    title = forms.CharField(
        label=gettext_lazy("怎么称呼"), max_length=30, required=False, widget=forms.TextInput({"class": "in-s"})
    )
    public_phone = forms.CharField(
        label=gettext_lazy("公示的电话"),
        max_length=20,
        required=False,
        widget=PhoneInput({"autocomplete": "off"}),
        help_text=gettext_lazy("写办公电话，贴在公示牌上，人人看得见。"),
    )
    first_day = forms.DateField(label=gettext_lazy("从哪天"), widget=DateInput({"class": "in-s"}))
    last_day = forms.DateField(label=gettext_lazy("到哪天"), required=False, widget=DateInput({"class": "in-s"}))

    def clean_phone(self) -> str:
        try:
            return phones.e164(self.cleaned_data["phone"])
        except phones.NotAPhone as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class StandInForm(Days):
    who = forms.ChoiceField(label=gettext_lazy("谁来替"))
    first_day = forms.DateField(label=gettext_lazy("从哪天"), widget=DateInput({"class": "in-s"}))
    last_day = forms.DateField(label=gettext_lazy("到哪天"), widget=DateInput({"class": "in-s"}))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.choices = [("", _("请选一位同事")), *people]


class EndForm(Days):
    last_day = forms.DateField(
        label=gettext_lazy("最后一天"),
        widget=DateInput({"class": "in-s"}),
        help_text=gettext_lazy("这一天还归他管，夜里 12 点起不归他管。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("为什么"), max_length=100, required=False, help_text=gettext_lazy("只记在记录里，不公示。")
    )
