from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.registry.care import LONGEST, Ground
from grids.registry.enums_care import BY_HAND, CareBasis, CareKind, Statute
from portal.accounts.models import User
from portal.ui.forms import Form, PhoneInput


class ReasonForm(Form):
    reason = forms.CharField(label=_("为什么要看"), max_length=200, help_text=_("本人在“我的信息”里看得到这句话。"))


class NeedForm(Form):
    """What help is needed, in words of help."""

    kind = forms.ChoiceField(label=_("哪一类"), choices=CareKind.choices, widget=forms.RadioSelect)
    need = forms.CharField(
        label=_("要人帮什么"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("只写要帮的事，比如“每周二陪着去买菜”。不写病，不写诊断，不写为什么。"),
    )


class GroundForm(Form):
    """On what it is written down."""

    basis = forms.ChoiceField(
        label=_("凭什么记"), choices=CareBasis.choices, widget=forms.RadioSelect, initial=CareBasis.CONSENT
    )
    statute = forms.ChoiceField(
        label=_("哪部法"),
        choices=[("", _("不是凭法律")), *Statute.choices],
        required=False,
        help_text=_("凭法律记的才选。"),
    )
    ref = forms.CharField(
        label=_("纸质单号或文号"), max_length=40, required=False, help_text=_("签了字的同意书写编号，口头同意空着。")
    )
    under_14 = forms.BooleanField(label=_("不满 14 岁，监护人同意的"), required=False)
    guardian_name = forms.CharField(label=_("监护人姓名"), max_length=40, required=False, help_text=_("孩子的事才写。"))
    guardian_phone = forms.CharField(label=_("监护人电话"), max_length=20, required=False, widget=PhoneInput())

    @property
    def ground(self) -> Ground:
        names = ("basis", "statute", "ref", "under_14", "guardian_name", "guardian_phone")
        return Ground(**{name: self.cleaned_data[name] for name in names})


class HandForm(Form):
    assignee = forms.ChoiceField(label=_("谁来照看"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, helpers: list[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [(str(one.pk), str(one)) for one in helpers]  # type: ignore[attr-defined]

    @property
    def assignee_id(self) -> UUID:
        return UUID(self.cleaned_data["assignee"])


class ConfirmForm(HandForm, GroundForm, NeedForm):
    """The whole of it, as the secretary writes it down."""

    field_order = (
        *("kind", "need", "assignee", "basis", "ref", "statute"),
        *("under_14", "guardian_name", "guardian_phone"),
    )

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "need": data["need"],
            "ground": self.ground,
            "assignee_id": self.assignee_id,
        }


class EndForm(Form):
    why = forms.ChoiceField(
        label=_("为什么结束"), choices=[(one.value, one.label) for one in BY_HAND], widget=forms.RadioSelect
    )
