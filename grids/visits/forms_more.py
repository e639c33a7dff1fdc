"""Forms beside the one at the door: rounds, signs on doors, promises, errands, leaflets, notes of one's own day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.visits.enums import PartOfDay, Purpose, RoundTarget
from portal.ui.forms import DateInput, Form


class RoundForm(Form):
    grid = forms.ChoiceField(label=_("敲哪里的门"))
    name = forms.CharField(label=_("叫什么"), max_length=40, help_text=_("比如：入冬敲门行动"))
    starts_on = forms.DateField(label=_("从哪天"), widget=DateInput)
    ends_on = forms.DateField(label=_("到哪天"), widget=DateInput)
    purposes = forms.MultipleChoiceField(
        label=_("做什么"), choices=Purpose.choices, widget=forms.CheckboxSelectMultiple
    )
    per_day = forms.IntegerField(label=_("每人每天几户"), min_value=1, max_value=200, initial=9)
    target = forms.ChoiceField(
        label=_("敲哪些门"),
        choices=[one for one in RoundTarget.choices if one[0] != RoundTarget.LEFT],
        widget=forms.RadioSelect,
        initial=RoundTarget.ALL,
        help_text=_("只按地方和来没来过挑，不按住的是什么人挑。"),
        required=False,
    )
    buildings = forms.MultipleChoiceField(
        label=_("哪几栋楼"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("选了“挑几栋楼”才用挑。")
    )
    unvisited_days = forms.IntegerField(
        label=_("多少天没见到"), min_value=1, max_value=730, required=False, help_text=_("选了“有一阵没见到的”才用填。")
    )

    def __init__(self, *args: Any, grids: list[Any], buildings: list[Any] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [(str(grid.pk), grid.name) for grid in grids]  # type: ignore[attr-defined]
        self.fields["buildings"].choices = [(str(one.pk), one.name) for one in buildings or []]  # type: ignore[attr-defined]
        if not buildings:
            # A street does not pick among a thousand buildings.
            del self.fields["buildings"]
            target: Any = self.fields["target"]
            target.choices = [one for one in target.choices if one[0] != RoundTarget.BUILDINGS]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("结束要在开始以后。"))
        if data.get("target") == RoundTarget.BUILDINGS and not data.get("buildings"):
            self.add_error("buildings", _("挑几栋楼，至少一栋。"))
        if data.get("target") == RoundTarget.UNVISITED and not data.get("unvisited_days"):
            self.add_error("unvisited_days", _("写上多少天没见到。"))
        data["target"] = data.get("target") or RoundTarget.ALL.value
        return data


class NextRoundForm(Form):
    """The round that takes over what another left."""

    starts_on = forms.DateField(label=_("从哪天"), widget=DateInput)
    ends_on = forms.DateField(label=_("到哪天"), widget=DateInput)


class SignForm(Form):
    likes = forms.MultipleChoiceField(
        label=_("什么时候来好"), choices=PartOfDay.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    quiet_from = forms.DateField(
        label=_("请勿上门，从哪天"),
        widget=DateInput,
        required=False,
        help_text=_("不用说为什么。两个日子都空着，就是可以来。"),
    )
    quiet_until = forms.DateField(label=_("到哪天"), widget=DateInput, required=False)


class MoveForm(Form):
    due_on = forms.DateField(label=_("改到哪天"), widget=DateInput, help_text=_("只能改一次。"))
    reason = forms.CharField(label=_("为什么改"), max_length=200, help_text=_("住户看得到这句话。"))


class ErrandForm(Form):
    asker = forms.ChoiceField(label=_("谁托的"))
    place = forms.ChoiceField(label=_("哪个社区"))
    code = forms.CharField(label=_("哪一户"), max_length=40, help_text=_("写成 5-1-301 这样：楼、单元、门牌。"))
    text = forms.CharField(
        label=_("请顺路办什么"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("只写事。病情、信仰、家里的矛盾，不写人。"),
    )
    until = forms.DateField(label=_("到哪天前"), widget=DateInput)

    def __init__(self, *args: Any, askers: list[Any], places: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["asker"].choices = [(str(one.pk), one.name) for one in askers]  # type: ignore[attr-defined]
        self.fields["place"].choices = [(one.code, one.name) for one in places]  # type: ignore[attr-defined]


class MaterialForm(Form):
    grid = forms.ChoiceField(label=_("哪里用"))
    title = forms.CharField(label=_("名称"), max_length=60, help_text=_("比如：家庭教育促进法小册子"))
    about = forms.CharField(label=_("讲什么"), max_length=200, required=False)
    review_on = forms.DateField(
        label=_("哪天要再看一遍"), widget=DateInput, help_text=_("政策会变，到时候提醒您看还对不对。")
    )

    def __init__(self, *args: Any, grids: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [(str(one.pk), one.name) for one in grids]  # type: ignore[attr-defined]


class NoteForm(Form):
    day = forms.DateField(label=_("哪天"), widget=DateInput)
    text = forms.CharField(
        label=_("做了什么"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("自己记，写事不写人。这里不记您走过哪里。"),
    )
    half_hours = forms.TypedChoiceField(
        label=_("大约多久"),
        coerce=int,
        choices=[(1, _("半小时")), (2, _("1 小时")), (4, _("2 小时")), (8, _("半天")), (16, _("一天"))],
    )


class DoorCodeForm(Form):
    place = forms.ChoiceField(label=_("哪个社区"))
    digits = forms.CharField(
        label=_("来人手机上的六个数字"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "in-code"}),
        help_text=_("请来人念给您听，不用开门。"),
    )

    def __init__(self, *args: Any, places: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(one.code, one.name) for one in places]  # type: ignore[attr-defined]
