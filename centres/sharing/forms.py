import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from centres.sharing.enums import ItemKind, Unit
from centres.sharing.models_drive import MOST
from portal.ui.forms import DateInput, Form

NOT_A_NUMBER = {
    "min_value": _("写一个大于零的整数。"),
    "max_value": _("太多了，看看是不是多打了几个零。"),
    "invalid": _("写一个整数，像 12。"),
}


def quantity_field(label: Any, *, least: int = 1, most: int = MOST, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"class": "in-s", "inputmode": "numeric"}),
        error_messages=NOT_A_NUMBER,
    )


class CodeForm(Form):
    """The six letters of a sticker."""

    code = forms.CharField(
        label=_("贴纸上的编码"),
        max_length=12,
        widget=forms.TextInput(attrs={"class": "in-code", "autocapitalize": "characters", "autocomplete": "off"}),
        help_text=_("六个字，像 K7M 2QP。大小写、空格都不要紧。"),
    )


class EventForm(Form):
    """What is done with a loan: which event, the version it was seen at, and how it looked when it came back."""

    event = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    condition = forms.CharField(required=False, max_length=200)


class ItemForm(Form):
    """Something new to lend."""

    kind = forms.ChoiceField(label=_("类型"), choices=ItemKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("叫什么"), max_length=40)
    contents = forms.CharField(
        label=_("里面有什么"), max_length=100, required=False, help_text=_("像：血压计、血糖仪、体温计。")
    )
    loan_days = forms.IntegerField(
        label=_("借几天"), min_value=1, max_value=90, initial=14, widget=forms.NumberInput(attrs={"class": "in-s"})
    )
    copies = forms.IntegerField(
        label=_("有几份"), min_value=1, max_value=20, initial=1, widget=forms.NumberInput(attrs={"class": "in-s"})
    )


# ---------------------------------------------------------------- drives
class InCommunity(Form):
    """A form that may ask for a community: not where there is only one."""

    community = forms.ChoiceField(label=_("哪个社区"))

    def __init__(self, *args: Any, communities: list[Any], here: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.communities = {str(one.pk): one for one in communities}
        field: Any = self.fields["community"]
        field.choices = [(key, one.name) for key, one in self.communities.items()]
        if here is not None and str(here.pk) in self.communities:
            field.initial = str(here.pk)
        if len(self.communities) == 1:
            del self.fields["community"]

    @property
    def place(self) -> Any:
        if "community" not in self.fields:
            return next(iter(self.communities.values()))
        return self.communities[self.cleaned_data["community"]]


class PledgeForm(InCommunity):
    quantity = quantity_field(_("要送来多少"))
    field_order = ("quantity", "community")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "community" in self.fields:
            self.fields["community"].label = str(_("送到哪个社区"))


class DonationForm(InCommunity):
    quantity = quantity_field(_("收到多少"))
    giver_name = forms.CharField(
        label=_("谁送来的"),
        max_length=20,
        required=False,
        help_text=_("写了才印在感谢卡上。只有窗口看得到，不公开，不导出。"),
    )
    field_order = ("quantity", "giver_name", "community")


class ConfirmForm(Form):
    quantity = quantity_field(_("实际收到多少"))


class CorrectForm(Form):
    quantity = quantity_field(
        _("应该是多少"), least=0, help_text=_("写 0 就是这一笔不算。原来的那一笔留着，另记一笔冲掉它。")
    )
    reason = forms.CharField(label=_("为什么改"), max_length=100)


class DriveForm(Form):
    """A new drive, for one of the places somebody works for."""

    title = forms.CharField(label=_("叫什么"), max_length=40, help_text=_("像：4·23 捐书。"))
    purpose = forms.CharField(label=_("做什么用"), max_length=120, required=False)
    grid = forms.ChoiceField(label=_("在哪里收"))
    unit = forms.ChoiceField(label=_("按什么数"), choices=Unit.choices, widget=forms.RadioSelect, initial=Unit.BOOKS)
    target = quantity_field(_("想收多少"), most=10_000_000)
    first_day = forms.DateField(label=_("从哪天"), widget=DateInput)
    last_day = forms.DateField(label=_("到哪天"), widget=DateInput)
    where = forms.CharField(label=_("送到哪里"), max_length=80, help_text=_("像：各社区党群服务中心一楼的书箱。"))

    def __init__(self, *args: Any, places: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.places = {str(one.pk): one for one in places}
        field: Any = self.fields["grid"]
        field.choices = [(key, one.name) for key, one in self.places.items()]
        if len(self.places) == 1:
            field.widget, field.initial = forms.HiddenInput(), next(iter(self.places))

    @property
    def given(self) -> dict[str, Any]:
        return self.cleaned_data | {"grid": self.places[self.cleaned_data["grid"]]}


def default_days(today: dt.date) -> dict[str, dt.date]:
    return {"first_day": today, "last_day": today + dt.timedelta(days=30)}
