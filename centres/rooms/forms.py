import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.rooms import words
from centres.rooms.dayview import Wanted
from centres.rooms.hours import QUARTER, on_day
from centres.rooms.models import Room
from centres.rooms.spans import Span
from portal.requests import whole_number
from portal.ui.forms import Form
from portal.ui.words import clock, clock12

OWN, OTHER = "centre", "neighbour"


# ---------------------------------------------------------------- what the visitor looks for
class WantedForm(Form):
    """The three questions above the day. Anything unreadable is as good as not asked."""

    part = forms.ChoiceField(
        label=gettext_lazy("什么时候"),
        required=False,
        choices=[
            ("", gettext_lazy("全天")),
            ("morning", gettext_lazy("上午")),
            ("afternoon", gettext_lazy("下午")),
            ("evening", gettext_lazy("晚上")),
        ],
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("用多久"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("多久都行"))],
    )
    people = forms.TypedChoiceField(
        label=gettext_lazy("多少人"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("几人都行"))],
    )

    PARTS = {
        "morning": (None, dt.time(12)),
        "afternoon": (dt.time(12), dt.time(18)),
        "evening": (dt.time(18), None),
    }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._add("minutes", [(n, words.length(n)) for n in (60, 120, 180)])
        self._add("people", [(n, words.persons(n)) for n in (10, 20, 30, 50)])

    def _add(self, name: str, choices: list[tuple[int, str]]) -> None:
        one: Any = self.fields[name]
        one.choices = [*one.choices, *((str(value), label) for value, label in choices)]

    @property
    def wanted(self) -> Wanted:
        self.is_valid()
        said = self.cleaned_data if self.is_bound else {}
        since, until = self.PARTS.get(said.get("part", ""), (None, None))
        return Wanted(since, until, said.get("minutes") or 0, said.get("people") or 0)


def read_date(text: str | None, today: dt.date) -> dt.date:
    """The date of a query string within a year of today; today where it is none."""
    try:
        found = parse_date(text or "")
    except ValueError:
        found = None
    if found is None or abs((found - today).days) > 366:
        return today
    return found


def read_time(text: str | None) -> dt.time | None:
    try:
        return parse_time(text or "")
    except ValueError:
        return None


# ---------------------------------------------------------------- one booking
class SlotForm(Form):
    """Start and length within a free span; what it is for. Shown with the choices of that span, read without them."""

    date = forms.DateField(widget=forms.HiddenInput)
    start = forms.TimeField(label=gettext_lazy("从几点"), widget=forms.Select)
    minutes = forms.IntegerField(label=gettext_lazy("用多久"), widget=forms.Select, min_value=1, max_value=1440)

    def __init__(self, *args: Any, room: Room, span: Span | None = None, elder: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.room = room
        starts: Any = self.fields["start"].widget
        lengths: Any = self.fields["minutes"].widget
        starts.choices = self._starts(span, elder) if span else []
        lengths.choices = self._lengths(span)

    def _starts(self, span: Span, elder: bool) -> list[tuple[str, str]]:
        local = timezone.localtime(span.starts_at)
        last = span.ends_at - dt.timedelta(minutes=self.room.min_minutes)
        found = []
        while local <= last:
            found.append((f"{local:%H:%M}", clock12(local) if elder else clock(local)))
            local += QUARTER
        return found

    def _lengths(self, span: Span | None) -> list[tuple[int, str]]:
        most = min(self.room.max_minutes, span.minutes if span else self.room.max_minutes)
        step = 30 if self.room.min_minutes % 30 == 0 else 15
        found = list(range(self.room.min_minutes, most + 1, step))
        # An alternative may be a quarter longer or shorter than the steps: what was offered can be chosen.
        asked: Any = self.data.get("minutes") if self.is_bound else self.initial.get("minutes")
        chosen = whole_number(asked)
        if chosen is not None and self.room.min_minutes <= chosen <= most and chosen not in found:
            found.append(chosen)
        return [(n, words.length(n)) for n in sorted(found)]

    @property
    def starts_at(self) -> dt.datetime:
        return on_day(self.cleaned_data["date"], self.cleaned_data["start"])

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.cleaned_data["minutes"])


class BookForm(SlotForm):
    """`counter`: whoever works in this house also says for whom, and may set a rule aside with a reason."""

    people = forms.IntegerField(
        label=gettext_lazy("多少人"), required=False, min_value=1, widget=forms.NumberInput(attrs={"class": "in-s"})
    )
    purpose = forms.CharField(
        label=gettext_lazy("做什么用"),
        max_length=60,
        help_text=gettext_lazy("一句话，像：练书法、给孩子过生日。只有您和社区看得到。"),
    )
    guardian = forms.BooleanField(label=gettext_lazy("有大人全程陪着孩子"))
    whose = forms.ChoiceField(
        label=gettext_lazy("谁用"),
        widget=forms.RadioSelect,
        choices=[(OTHER, gettext_lazy("替居民约")), (OWN, gettext_lazy("中心自己用"))],
        initial=OTHER,
    )
    who = forms.CharField(
        label=gettext_lazy("哪一位"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("姓名、手机号或后四位。中心自己用就不填。"),
    )
    on_behalf_of = forms.UUIDField(required=False, widget=forms.RadioSelect, label=gettext_lazy("是哪一位"))
    override_reason = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    walk_in = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # The seat or the stall; without it the first free one.
    part = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, counter: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.counter = counter
        if self.room.capacity:
            self.fields["people"].help_text = _("%(room)s坐得下 %(n)s 人。") % {
                "room": self.room.name,
                "n": self.room.capacity,
            }
        for name in self._not_asked():
            del self.fields[name]
        if counter:
            self.fields["purpose"].help_text = _("一句话。中心自己用的，大家都看得到。")

    def _not_asked(self) -> list[str]:
        gone = [] if self.room.guardian_required else ["guardian"]
        gone += [] if self.room.by_place else ["part"]
        return gone if self.counter else [*gone, "whose", "who", "on_behalf_of", "override_reason", "walk_in"]

    def clean_people(self) -> int | None:
        people: int | None = self.cleaned_data["people"]
        if people and self.room.capacity and people > self.room.capacity:
            raise forms.ValidationError(_("坐不下，这间最多 %(n)s 人。") % {"n": self.room.capacity})
        return people

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.counter and data.get("whose") == OTHER and not data.get("who") and not data.get("on_behalf_of"):
            self.add_error("who", _("说一声是哪一位。"))
        return data

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Several answer to what was typed: let the counter point at one."""
        picks: Any = self.fields["on_behalf_of"].widget
        picks.choices = people

    def show(self, other: "BookForm") -> None:
        """What was wrong with the same form without its choices, and whom it offered."""
        self._errors = other.errors
        if self.counter:
            self.offer(list(getattr(other.fields["on_behalf_of"].widget, "choices", ())))

    @property
    def several(self) -> bool:
        return self.counter and bool(getattr(self.fields["on_behalf_of"].widget, "choices", None))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was said so far, as hidden fields of the next step."""
        data = self.cleaned_data | {"start": f"{self.cleaned_data['start']:%H:%M}"}
        return [(name, "1" if value is True else str(value)) for name, value in data.items() if value]

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        said = {"starts_at": self.starts_at, "ends_at": self.ends_at, "purpose": data["purpose"]}
        said["people"] = data.get("people")
        if data.get("part"):
            said["part"] = data["part"]
        if self.counter:
            said["override_reason"] = data.get("override_reason", "")
            said["walk_in"] = bool(data.get("walk_in"))
        return said


class WaitForm(BookForm):
    """A time that somebody has: any start of the day, any length the room allows."""


class MoveForm(SlotForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


# ---------------------------------------------------------------- what is done with one
class EventForm(Form):
    """approve, decline, cancel, check_in: which one, the version it was seen at, and a reason where one is owed."""

    event = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=200)
    at_request = forms.BooleanField(required=False)
    code = forms.CharField(required=False, max_length=40)
