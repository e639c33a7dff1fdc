import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.visits import rules
from grids.visits.entry import (
    LONGEST_ANSWER,
    LONGEST_NOTE,
    LONGEST_PROMISE,
    LONGEST_REASON,
    ErrandEntry,
    PromiseEntry,
    VisitEntry,
)
from grids.visits.enums import Outcome, Purpose
from grids.visits.models import Promise
from grids.visits.models_door import DoorSign
from grids.visits.models_errands import Errand, PolicyMaterial
from portal.ui.forms import DateInput, Form, TimeInput
from portal.ui.words import day as day_words
from portal.workbench.registry import follow_ups

if TYPE_CHECKING:
    from grids.registry.models import Household, Resident

DAYS_AHEAD = 3
# Chosen in place of a follow-up: what was noted becomes a promise.
AS_PROMISE = "promise"
# For the voice keyboards of phones: they write Chinese, do not capitalise, and close with 完成.
SPOKEN = {
    "autocapitalize": "off",
    "autocomplete": "off",
    "enterkeyhint": "done",
    "lang": "zh-CN",
    "spellcheck": "false",
}


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
        widget=forms.Textarea(attrs={"rows": 2, **SPOKEN}),
        help_text=_("只写这次的事。病情、信仰、家里的矛盾，不写人。住户看得到。"),
    )
    promise = forms.CharField(
        label=_("答应了什么"), required=False, max_length=LONGEST_PROMISE, widget=forms.TextInput(attrs=SPOKEN)
    )
    promise_on = forms.DateField(label=_("到哪天"), required=False, widget=DateInput)
    follow = forms.ChoiceField(label=_("转成一件事"), required=False, widget=forms.RadioSelect)
    follow_text = forms.CharField(
        label=_("是什么事"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, **SPOKEN}),
        help_text=_("空着，就用上面记的那句话。"),
    )
    resident = forms.ChoiceField(label=_("是谁提的"), required=False)
    at = forms.TimeField(label=_("敲门的时间"), widget=TimeInput, help_text=_("按您记得的填就行。"))
    errands = forms.MultipleChoiceField(
        label=_("别的部门托的，办了就点"), widget=forms.CheckboxSelectMultiple, required=False
    )
    errand_answer = forms.CharField(
        label=_("给托的人回一句"), required=False, max_length=LONGEST_ANSWER, widget=forms.TextInput(attrs=SPOKEN)
    )
    materials = forms.MultipleChoiceField(label=_("发了什么材料"), widget=forms.CheckboxSelectMultiple, required=False)
    quiet_reason = forms.CharField(
        label=_("为什么非去不可"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs=SPOKEN),
        help_text=_("这户请勿上门。只有应急的事能去，理由住户看得到。"),
    )
    photo = forms.FileField(
        label=_("照片"), required=False, widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"})
    )

    def __init__(
        self,
        *args: Any,
        promises: list[Promise],
        people: "list[Resident]",
        now: datetime,
        errands: list[Errand] | None = None,
        materials: list[PolicyMaterial] | None = None,
        sign: DoorSign | None = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.now = timezone.localtime(now)
        self.sign = sign if sign and sign.is_quiet(self.now.date()) else None
        asked = [
            (str(one.pk), _("%(who)s：%(what)s") % {"who": one.asker.name, "what": one.text}) for one in errands or []
        ]
        self.choose("errands", asked)
        self.choose("materials", [(str(one.pk), one.title) for one in materials or []])
        self.choose("kept", [(str(one.pk), one.text) for one in promises])
        self.choose("resident", [(str(one.pk), one.name) for one in people])
        becomes = [(one.code, one.label) for one in follow_ups() if set(one.fields) <= {"text"}]
        self.choose("follow", [("", _("不用转")), *becomes, (AS_PROMISE, _("记成答应他的事"))])
        self.fields["at"].initial = self.now.strftime("%H:%M")
        self.fields["promise_on"].initial = self.now.date() + timedelta(days=DAYS_AHEAD)

    def choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("promise") and not data.get("promise_on"):
            self.add_error("promise_on", _("答应的事要有个日子。"))
        if data.get("follow") and not self.said:
            self.add_error("follow_text", _("要转的事还没写清楚。"))
        if data.get("follow") == AS_PROMISE and not data.get("promise_on"):
            self.add_error("promise_on", _("答应的事要有个日子。"))
        if self.sign and not rules.is_excused(data.get("purposes", ()), data.get("quiet_reason", "")):
            until = day_words(self.sign.quiet_until or self.now.date())
            said = _("这户请勿上门，到%(day)s。只有应急的事能去：勾上“应急管理”，写一句为什么。") % {"day": until}
            self.add_error("quiet_reason", said)
        return data

    @property
    def said(self) -> str:
        """What is to become of the visit, in words: written for it, else the note. Nothing is typed twice."""
        data = self.cleaned_data
        return data.get("follow_text", "").strip() or data.get("note", "").strip()

    @property
    def extras(self) -> list[Any]:
        """What is asked at this door only: errands of others, why one knocks at a quiet one."""
        names = []
        if self.sign:
            names += ["quiet_reason"]
        if self.fields["errands"].choices:  # type: ignore[attr-defined]
            names += ["errands", "errand_answer"]
        return [self[name] for name in names]

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
        wanted = []
        if data["follow"] == AS_PROMISE:
            promised.append(PromiseEntry(self.said[:LONGEST_PROMISE], data["promise_on"]))
        elif data["follow"]:
            wanted = [{"code": data["follow"], "text": self.said}]
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
            kept=tuple(UUID(one) for one in data["kept"]),
            materials=tuple(UUID(one) for one in data["materials"]),
            errands=tuple(ErrandEntry(UUID(one), data["errand_answer"]) for one in data["errands"]),
            quiet_reason=data["quiet_reason"],
        )
