"""What people fill in at the bridge."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.bridge.models import ExternalSystem
from petitions.bridge.outbox import LONGEST_ANSWER
from portal.ui.forms import Form


class MapForm(Form):
    category = forms.ChoiceField(label=_("是我们的哪一类"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, categories: Iterable[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        kinds = list(categories)
        field.choices = [(one.code, one.name) for one in kinds]
        field.choice_hints = {one.code: one.hint for one in kinds if one.hint}


class ResendForm(Form):
    answer = forms.CharField(
        label=_("送给对方的答复"),
        help_text=_("只改送给对方的字，居民看到的答复不变。"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, has_answer: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not has_answer:
            del self.fields["answer"]


class GiveUpForm(Form):
    reason = forms.CharField(
        label=_("为什么不再送"), max_length=200, help_text=_("比如：打电话说过了，对方已经手工改了。")
    )


class ImportForm(Form):
    system = forms.ChoiceField(label=_("哪个系统的工单"))
    file = forms.FileField(
        label=_("表格"),
        help_text=_(
            "表格软件存的文件就行。要有“工单号”和“内容”两列；题目、类别、地点、网格、姓名、电话、收到时间、要求办完，有就写。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, systems: Iterable[ExternalSystem], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = [(one.code, one.name) for one in systems]  # type: ignore[attr-defined]
