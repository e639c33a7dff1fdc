from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.registry.enums import Relation
from grids.registry.models import Resident
from portal.ui.forms import DateInput, Form, PhoneInput

AWAY, DOOR, NEW_DOOR = "away", "door", "new"


class DatedForm(Form):
    on = forms.DateField(label=_("哪天"), widget=DateInput, initial=timezone.localdate)


class MoveForm(DatedForm):
    """Who goes, and where to. One form for moving, splitting and joining: they differ by who goes and who is there."""

    people = forms.TypedMultipleChoiceField(label=_("谁"), coerce=str, widget=forms.CheckboxSelectMultiple)
    way = forms.ChoiceField(
        label=_("去哪里"),
        choices=[
            (DOOR, _("本社区的另一扇门")),
            (NEW_DOOR, _("另一扇门，还没登记过，现在登记")),
            (AWAY, _("搬出本社区")),
        ],
        widget=forms.RadioSelect,
        initial=DOOR,
    )
    to = forms.CharField(
        label=_("哪扇门"),
        max_length=40,
        required=False,
        help_text=_("写成“楼-单元-门”，比如 8-2-603。搬出去的不用写。"),
    )

    field_order = ("people", "way", "to", "on")

    def __init__(self, *args: Any, people: Iterable[Resident], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(one.pk), one.name) for one in people]  # type: ignore[attr-defined]
        self.fields["on"].help_text = _("最晚写到三十天以后；没到日子，登记先不变。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("way") in (DOOR, NEW_DOOR) and not data.get("to", "").strip():
            self.add_error("to", _("请写搬到哪扇门。"))
        return data


class ArriveForm(DatedForm):
    born = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[("", _("搬来的")), ("1", _("出生"))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    name = forms.CharField(label=_("姓名"), max_length=40)
    relation = forms.ChoiceField(
        label=_("与户主的关系"), choices=[("", _("不写关系")), *Relation.choices], required=False
    )
    phone = forms.CharField(label=_("电话"), max_length=20, required=False, widget=PhoneInput)

    field_order = ("born", "name", "relation", "phone", "on")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("哪天登记")

    @property
    def asked(self) -> dict[str, Any]:
        return self.cleaned_data | {"born": bool(self.cleaned_data["born"])}


class AnchorForm(Form):
    household = forms.CharField(label=_("哪一户"), max_length=40, help_text=_("写成“楼-单元-门”，比如 8-2-603。"))
    circle = forms.CharField(label=_("叫什么"), max_length=40, help_text=_("比如：银杏树下中心户。"))
    agreed_on = forms.DateField(
        label=_("哪天答应的"), widget=DateInput, help_text=_("这一户自己答应的那天；没答应，不登记。")
    )
    starts_on = forms.DateField(label=_("从哪天起"), widget=DateInput, initial=timezone.localdate)
    members = forms.IntegerField(
        label=_("有几位成员"),
        min_value=0,
        max_value=500,
        required=False,
        help_text=_("这一户自己说的数；只记几位，不记是谁。"),
    )


class HomesForm(Form):
    codes = forms.CharField(
        label=_("联系哪几户"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("门牌之间空一格，比如 8-2-603 8-2-604。"),
    )


class MembersForm(Form):
    members = forms.IntegerField(label=_("有几位成员"), min_value=0, max_value=500, required=False)


class EndForm(Form):
    ends_on = forms.DateField(label=_("到哪天止"), widget=DateInput, initial=timezone.localdate)
