import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from centres.rooms.closures import Closure
from centres.rooms.models import Centre, Room
from portal.errors import Invalid
from portal.ui.forms import DateInput, Form, TimeInput

SHUT, HOURS = "shut", "hours"


class ClosureForm(Form):
    """A house or one room of it, from day to day: shut, or open other hours; and why."""

    where = forms.ChoiceField(label=_("哪里"), required=False)
    first_day = forms.DateField(label=_("从哪天"), widget=DateInput({"class": "in-s"}))
    last_day = forms.DateField(label=_("到哪天"), required=False, widget=DateInput({"class": "in-s"}))
    kind = forms.ChoiceField(
        label=_("怎么改"),
        widget=forms.RadioSelect,
        choices=[(SHUT, _("不开")), (HOURS, _("改时间"))],
        initial=SHUT,
    )
    opens = forms.TimeField(label=_("几点开"), required=False, widget=TimeInput({"class": "in-s", "step": "900"}))
    closes = forms.TimeField(label=_("几点关"), required=False, widget=TimeInput({"class": "in-s", "step": "900"}))
    reason = forms.CharField(
        label=_("为什么"), max_length=40, help_text=_("一句话，大家都看得到，像：停水、布展、检修。")
    )

    def __init__(self, *args: Any, centre: Centre, rooms: list[Room], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.centre, self.rooms = centre, {str(room.pk): room for room in rooms}
        where: Any = self.fields["where"]
        where.choices = [("", _("整个中心")), *((key, room.name) for key, room in self.rooms.items())]
        kind: Any = self.fields["kind"]
        kind.choice_hints = {SHUT: _("这几天约好的都取消"), HOURS: _("装不下的才取消")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == HOURS:
            for name in ("opens", "closes"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("改时间就要写几点。"))
        return data

    @property
    def closure(self) -> Closure:
        data = self.cleaned_data
        hours: bool = data["kind"] == HOURS
        first: dt.date = data["first_day"]
        return Closure(
            centre=self.centre,
            first_day=first,
            last_day=data["last_day"] or first,
            reason=data["reason"].strip(),
            room=self.rooms.get(data["where"]),
            opens=data["opens"] if hours else None,
            closes=data["closes"] if hours else None,
        )

    def show(self, refused: Invalid) -> None:
        """What the service found wrong, at the field it is about."""
        for name, lines in refused.extra.get("errors", {}).items():
            for line in lines:
                self.add_error(name if name in self.fields else None, line)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was said so far, as hidden fields of the next step."""
        data = self.cleaned_data
        shown = {name: f"{data[name]:%H:%M}" for name in ("opens", "closes") if data[name]}
        return [(name, str(value)) for name, value in (data | shown).items() if value]


def ids_of(values: list[str]) -> list[str]:
    """The ids that were sent back, those that are none left out."""
    found = []
    for value in values:
        try:
            found.append(str(UUID(value)))
        except ValueError:
            continue
    return found
