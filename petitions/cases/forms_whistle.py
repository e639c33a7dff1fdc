"""What a department answers and the street rates; and asking again where the power lies."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.cases.enums import CallEvent, Satisfaction
from petitions.cases.forms import Refusable
from petitions.cases.models import Case, WhistleCall
from petitions.cases.powers import LONGEST_NAME, LONGEST_WORDS
from portal.ui.forms import DateInput

AREA = {"rows": 4}


class CallForm(Refusable):
    """The version that was on the screen, so that nobody answers what has changed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, call: WhistleCall, **kwargs: Any):
        kwargs.setdefault("initial", {"version": call.version})
        super().__init__(*args, **kwargs)

    def event_data(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name == "rating"}


class ReportForm(CallForm):
    reason = forms.CharField(
        label=_("办了什么"),
        help_text=_("到了以后看到什么、做了什么、还剩什么。街道和经办人看得到。"),
        max_length=1000,
        widget=forms.Textarea(attrs=AREA),
    )


class RateForm(CallForm):
    rating = forms.ChoiceField(label=_("来得怎样"), choices=Satisfaction.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("还想说一句"), max_length=300, required=False, widget=forms.Textarea(attrs=AREA))


class CallOffForm(CallForm):
    reason = forms.CharField(label=_("为什么不用来了"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


FORMS: dict[str, type[CallForm]] = {
    CallEvent.ARRIVE: CallForm,
    CallEvent.REPORT: ReportForm,
    CallEvent.RATE: RateForm,
    CallEvent.CALL_OFF: CallOffForm,
}


class ChaseForm(Refusable):
    power = forms.CharField(
        label=_("这件事由谁决定"), max_length=LONGEST_NAME, help_text=_("写单位的名字，反映人看得到。")
    )
    asked_on = forms.DateField(label=_("哪天问的"), widget=DateInput)
    words = forms.CharField(
        label=_("问了谁，怎么说"),
        max_length=LONGEST_WORDS,
        help_text=_("一句话，反映人看得到。比如：打给审批科，说这周五上会。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any):
        kwargs.setdefault("initial", {"power": case.power, "asked_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
