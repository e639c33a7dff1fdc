import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.visits.entry import LONGEST_NOTE, LONGEST_PROMISE, PromiseEntry, VisitEntry
from grids.visits.enums import Outcome, Purpose
from grids.visits.models import Promise
from portal.ui.forms import DateInput, Form, TimeInput
from portal.workbench.registry import follow_ups

if TYPE_CHECKING:
    from grids.registry.models import Household, Resident

DAYS_AHEAD = 3


class VisitForm(Form):
    """Three taps: what came of it, save, next. Everything else is folded away and filled in already."""

    visit = forms.UUIDField(widget=forms.HiddenInput)
    door = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("门敲开了吗"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("点一下：见到了、没人在，还是改天来。")},
    )
    purposes = forms.MultipleChoiceField(
        label=_("这次来做什么"), choices=Purpose.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    kept = forms.MultipleChoiceField(label=_("办好了的"), widget=forms.CheckboxSelectMultiple, required=False)
    note = forms.CharField(
        label=_("记一句话"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("只写这次的事。病情、信仰、家里的矛盾，不写人。"),
    )
    promise = forms.CharField(label=_("答应了什么"), required=False, max_length=LONGEST_PROMISE)
    promise_on = forms.DateField(label=_("到哪天"), required=False, widget=DateInput)
    follow = forms.ChoiceField(label=_("转成一件事"), required=False, widget=forms.RadioSelect)
    follow_text = forms.CharField(
        label=_("是什么事"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    resident = forms.ChoiceField(label=_("是谁提的"), required=False)
    at = forms.TimeField(label=_("敲门的时间"), widget=TimeInput, help_text=_("按您记得的填就行。"))
    photo = forms.FileField(
        label=_("照片"), required=False, widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"})
    )

    def __init__(
        self,
        *args: Any,
        promises: list[Promise],
        people: "list[Resident]",
        now: datetime,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.now = timezone.localtime(now)
        self.choose("kept", [(str(one.pk), one.text) for one in promises])
        self.choose("resident", [(str(one.pk), one.name) for one in people])
        self.choose("follow", [("", _("不用转")), *((one.code, one.label) for one in follow_ups())])
        self.fields["at"].initial = self.now.strftime("%H:%M")
        self.fields["promise_on"].initial = self.now.date() + timedelta(days=DAYS_AHEAD)

    def choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("promise") and not data.get("promise_on"):
            self.add_error("promise_on", _("答应的事要有个日子。"))
        if data.get("follow") and not data.get("follow_text", "").strip():
            self.add_error("follow_text", _("要转的事还没写清楚。"))
        return data

    @property
    def photos(self) -> list[bytes]:
        upload = self.cleaned_data.get("photo")
        if not upload:
            return []
        upload.seek(0)
        return [upload.read()]

    def entry(self, door: "Household") -> VisitEntry:
        """What was filled in, as the service takes it."""
        data = self.cleaned_data
        promised = [PromiseEntry(data["promise"], data["promise_on"])] if data["promise"] else []
        wanted = [{"code": data["follow"], "text": data["follow_text"].strip()}] if data["follow"] else []
        return VisitEntry(
            household_id=door.pk,
            outcome=data["outcome"],
            visited_at=timezone.make_aware(datetime.combine(self.now.date(), data["at"])),
            purposes=tuple(data["purposes"]),
            note=data["note"],
            promises=tuple(promised),
            photos=tuple(hashlib.sha256(one).hexdigest() for one in self.photos),
            follow_ups=tuple(wanted),
            resident_id=data["resident"] or None,
        )


class RoundForm(Form):
    grid = forms.ChoiceField(label=_("敲哪里的门"))
    name = forms.CharField(label=_("叫什么"), max_length=40, help_text=_("比如：入冬敲门行动"))
    starts_on = forms.DateField(label=_("从哪天"), widget=DateInput)
    ends_on = forms.DateField(label=_("到哪天"), widget=DateInput)
    purposes = forms.MultipleChoiceField(
        label=_("做什么"), choices=Purpose.choices, widget=forms.CheckboxSelectMultiple
    )
    per_day = forms.IntegerField(label=_("每人每天几户"), min_value=1, max_value=200, initial=9)

    def __init__(self, *args: Any, grids: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["grid"].choices = [(str(grid.pk), grid.name) for grid in grids]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("结束要在开始以后。"))
        return data
