from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.displays.enums import Kind
from centres.displays.services import LONGEST_TEXT
from portal.ui.forms import DateInput, Form


class ContentForm(Form):
    """What hangs: its words, who looks after it, how often."""

    title = forms.CharField(label=gettext_lazy("标题"), min_length=2, max_length=40)
    text = forms.CharField(
        label=gettext_lazy("内容"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("把上面写的抄下来，在家也看得到。别写居民的姓名、门牌和电话。"),
    )
    responsible = forms.ChoiceField(label=gettext_lazy("谁管"))
    interval_days = forms.IntegerField(
        label=gettext_lazy("多少天看一次"),
        min_value=1,
        max_value=730,
        initial=90,
        widget=forms.NumberInput(attrs={"class": "in-s", "inputmode": "numeric"}),
        error_messages={"min_value": gettext_lazy("至少一天。"), "max_value": gettext_lazy("最多两年，七百三十天。")},
    )

    def __init__(self, *args: Any, people: Mapping[UUID, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = [(str(key), user.get_full_name() or user.username) for key, user in people.items()]
        self.fields["responsible"].choices = names  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["responsible"] = UUID(data["responsible"])
        return data


class PutUpForm(ContentForm):
    """Something that was not listed before: where, which kind, since when."""

    place = forms.CharField(
        label=gettext_lazy("在哪里"),
        min_length=2,
        max_length=40,
        help_text=gettext_lazy("像对邻居说的那样：一楼大厅进门左手。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("哪一种"), choices=Kind.choices, widget=forms.RadioSelect)
    put_up_on = forms.DateField(label=gettext_lazy("哪天挂的"), widget=DateInput)

    field_order = ("place", "kind", "title", "text", "put_up_on", "interval_days", "responsible")


def take_errors(form: Form, errors: Mapping[str, list[str]]) -> None:
    """What the service found wrong, at the field it is about."""
    for name, sentences in errors.items():
        form.add_error(name if name in form.fields else None, sentences or [_("这里填得不对。")])
