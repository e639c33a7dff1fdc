from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import Form

OTHER = "other"
REASONS = [
    (_("上门前先打个招呼")),
    (_("回复他提的事")),
    (_("核对登记的电话")),
    (_("有急事要找到人")),
]


class ReasonForm(Form):
    """Why a masked number is opened. Ready sentences, because a free field at a counter ends as a dot."""

    reason = forms.ChoiceField(label=_("为什么要看"), widget=forms.RadioSelect)
    other = forms.CharField(label=_("写一句原因"), max_length=200, required=False, help_text=_("选了“别的原因”再写。"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(str(said), said) for said in REASONS] + [(OTHER, _("别的原因"))]  # type: ignore[attr-defined]

    @property
    def said(self) -> str:
        """The sentence that goes into the trail."""
        chosen = self.cleaned_data["reason"]
        return self.cleaned_data["other"] if chosen == OTHER else chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("reason") == OTHER and not data.get("other", "").strip():
            self.add_error("other", _("请写一句为什么要看，本人查得到。"))
        return data


class UnlinkForm(Form):
    reason = forms.CharField(label=_("为什么解除"), max_length=200)
