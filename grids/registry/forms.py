from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.registry.enums import Correctable, Relation
from portal.errors import Refusal
from portal.stored import source
from portal.ui.forms import Form

OTHER = "other"
REASONS = [
    (_("上门前先打个招呼")),
    (_("回复他提的事")),
    (_("核对登记的电话")),
    (_("有急事要找到人")),
]


def show_refusal(form: Form, refused: Refusal) -> None:
    """What the service found wrong, at the fields it is about."""
    for name, sentences in refused.extra.get("errors", {None: [str(refused.message)]}).items():
        form.add_error(name if name in form.fields else None, sentences)


class ReasonForm(Form):
    """Why a masked number is opened. Ready sentences, because a free field at a counter ends as a dot; kept in Chinese,
    whatever language the clerk reads, because it stands on the resident's own page."""

    reason = forms.ChoiceField(label=_("为什么要看"), widget=forms.RadioSelect)
    other = forms.CharField(label=_("写一句原因"), max_length=200, required=False, help_text=_("选了“别的原因”再写。"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(source(said), said) for said in REASONS] + [(OTHER, _("别的原因"))]  # type: ignore[attr-defined]

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


class CorrectionForm(Form):
    """One field and what it should be. Three inputs for the value, because a page without scripts cannot swap them."""

    field = forms.ChoiceField(label=_("哪一项不对"), choices=Correctable.choices, widget=forms.RadioSelect)
    value = forms.CharField(
        label=_("应该是什么"),
        max_length=80,
        required=False,
        help_text=_("改姓名、电话，写在这里；电话要去掉的话，留空。"),
    )
    relation = forms.ChoiceField(
        label=_("改关系的话，选这里"), choices=[("", _("不写关系")), *Relation.choices], required=False
    )
    reason = forms.CharField(
        label=_("怎么回事"), max_length=200, required=False, help_text=_("比如：换了号码、名字写错一个字。")
    )

    @property
    def asked(self) -> dict[str, str]:
        """What goes to the service."""
        data = self.cleaned_data
        value = data["relation"] if data["field"] == Correctable.RELATION else data["value"]
        return {"field": data["field"], "value": value, "reason": data["reason"]}


class DecisionForm(Form):
    reason = forms.CharField(
        label=_("给本人的话"), max_length=200, required=False, help_text=_("不改的话一定要写；本人看得到。")
    )


class RosterForm(Form):
    file = forms.FileField(
        label=_("名册文件"),
        help_text=_("电子表格就行，一行一个人：楼栋、户、姓名，有电话就带上。先预演，看过再写入。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
