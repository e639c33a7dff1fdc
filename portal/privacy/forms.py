from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import Form


class ReasonForm(Form):
    """Why somebody's whole page is printed: for whom, at whose wish."""

    reason = forms.CharField(
        label=_("为什么要看"),
        max_length=200,
        help_text=_("像：本人到窗口要看自己的信息。本人查得到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EraseForm(Form):
    reason = forms.CharField(
        label=_("想说的话"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class AnswerForm(Form):
    """A decision and what the person reads."""

    answer = forms.CharField(
        label=_("答复"),
        max_length=200,
        help_text=_("写给本人看的一句话。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ExportForm(Form):
    """What, of which place, what for. `choices`: "kind|path" of what this person may ask for."""

    what = forms.ChoiceField(label=_("导出什么"), widget=forms.Select)
    reason = forms.CharField(
        label=_("做什么用"),
        max_length=200,
        help_text=_("写在每一页上，名册里的每个人都查得到。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
