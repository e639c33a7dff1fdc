"""Forms of the order, step by step. Rules are read in lines.py; here only what cannot be typed at all is caught."""

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from centres.training import measures, words
from centres.training.capacity import Taken
from centres.training.enums import LineKind, Meal
from centres.training.lines import LONGEST, MOST_PEOPLE, Group, LineWish
from centres.training.queries import Shelf
from portal.ui.forms import DateInput, Form, PhoneInput

if TYPE_CHECKING:
    from centres.rooms.models import Room

FIRST_START, LAST_START = 7 * 60, 20 * 60 + 30
LENGTHS = (60, 90, 120, 150, 180, 240, 300, 360, 480)


def number(label: Any, **given: Any) -> forms.IntegerField:
    attrs = {"inputmode": "numeric", "class": "in-s"}
    return forms.IntegerField(label=label, widget=forms.NumberInput(attrs=attrs), **given)


class GroupForm(Form):
    """Step one: who comes. `sent`: of an order that is sent, whose it is stays."""

    organisation = forms.CharField(
        label=gettext_lazy("哪个单位"), max_length=60, help_text=gettext_lazy("像：临泽县沙河镇党委组织办。")
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=20,
        widget=PhoneInput,
        help_text=gettext_lazy("基地有事打这个电话，别人看不到。"),
    )
    people = number(gettext_lazy("一共多少人"), min_value=1, max_value=MOST_PEOPLE)
    first_day = forms.DateField(label=gettext_lazy("哪天来"), widget=DateInput)
    last_day = forms.DateField(label=gettext_lazy("哪天走"), widget=DateInput)
    wish = forms.CharField(
        label=gettext_lazy("想学什么、有什么要照顾的"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("像：多看现场，有两位吃清真，一位走路不便。"),
    )

    def __init__(self, *args: Any, sent: Group | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.sent = sent
        self.fields["people"].error_messages |= {
            "min_value": _("至少 1 人。"),
            "max_value": _("一次最多 %(most)s 人。人更多，请分几批来。") % {"most": MOST_PEOPLE},
            "invalid": _("写个数字，像 40。"),
        }
        for name in ("first_day", "last_day"):
            self.fields[name].error_messages["invalid"] = _("日子看不懂，像 2026-09-22。")
        if sent is not None:
            del self.fields["organisation"], self.fields["contact_phone"]

    @property
    def group(self) -> Group:
        given = self.cleaned_data
        organisation = self.sent.organisation if self.sent else given["organisation"]
        phone = self.sent.contact_phone if self.sent else given["contact_phone"]
        return Group(organisation, phone, given["people"], given["first_day"], given["last_day"], given["wish"])


def day_choices(group: Group, *, nights: bool = False) -> list[tuple[str, str]]:
    count = (group.last_day - group.first_day).days + (0 if nights else 1)
    dates = [group.first_day + dt.timedelta(days=n) for n in range(max(0, min(count, 31)))]
    return [(date.isoformat(), words.day(date)) for date in dates]


def start_choices() -> list[tuple[str, str]]:
    return [(f"{m // 60:02d}:{m % 60:02d}", f"{m // 60}:{m % 60:02d}") for m in range(FIRST_START, LAST_START + 1, 30)]


def room_choices(rooms: list["Room"], people: int) -> list[tuple[str, str]]:
    """Those that hold everybody first, the smallest of them at the top."""
    fitting = sorted(rooms, key=lambda room: ((room.capacity or 0) < people, room.capacity or 0))
    return [
        (str(room.pk), _("%(room)s（%(many)s）") % {"room": room.name, "many": words.persons(room.capacity)})
        if room.capacity
        else (str(room.pk), room.name)
        for room in fitting
    ]


class LineForm(Form):
    """One of the four small forms of step two; `wishes` is what it adds, and by itself it adds nothing."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.group = group
        self.fields["quantity"].initial = group.people
        self.fields["quantity"].error_messages |= {
            "min_value": _("至少 1 份。"),
            "max_value": _("一次最多 %(most)s 人。人更多，请分几批来。") % {"most": MOST_PEOPLE},
            "invalid": _("写个数字，像 40。"),
        }

    @property
    def wishes(self) -> list[LineWish]:
        return []


class InRoomForm(LineForm):
    day = forms.ChoiceField(label=gettext_lazy("哪天"))
    start = forms.ChoiceField(label=gettext_lazy("几点开始"), initial="09:00")
    room = forms.ChoiceField(label=gettext_lazy("在哪一间"))
    quantity = number(gettext_lazy("多少人"), min_value=1, max_value=MOST_PEOPLE)

    def __init__(self, *args: Any, rooms: list["Room"], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = day_choices(self.group)  # type: ignore[attr-defined]
        self.fields["start"].choices = start_choices()  # type: ignore[attr-defined]
        self.fields["room"].choices = room_choices(rooms, self.group.people)  # type: ignore[attr-defined]

    def wish(self, kind: str, **more: Any) -> LineWish:
        given = self.cleaned_data
        return LineWish(
            kind,
            dt.date.fromisoformat(given["day"]),
            given["quantity"],
            room=UUID(given["room"]),
            start=dt.time.fromisoformat(given["start"]),
            **more,
        )


class CourseForm(InRoomForm):
    course = forms.ChoiceField(label=gettext_lazy("哪门课"))
    field_order = ("course", "day", "start", "room", "quantity")

    def __init__(self, *args: Any, shelves: list[Shelf], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [  # type: ignore[attr-defined]
            (
                shelf.category.name,
                [(str(one.pk), f"{one.title} · {measures.length(one.minutes)}") for one in shelf.courses],
            )
            for shelf in shelves
        ]

    @property
    def wishes(self) -> list[LineWish]:
        return [self.wish(LineKind.COURSE, course=UUID(self.cleaned_data["course"]))]


class MeetingForm(InRoomForm):
    minutes = forms.TypedChoiceField(label=gettext_lazy("用多久"), coerce=int, initial=120)
    field_order = ("day", "start", "minutes", "room", "quantity")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        lengths = [(str(m), measures.length(m)) for m in LENGTHS if m <= LONGEST]
        self.fields["minutes"].choices = lengths  # type: ignore[attr-defined]

    @property
    def wishes(self) -> list[LineWish]:
        return [self.wish(LineKind.ROOM, minutes=self.cleaned_data["minutes"])]


class MealForm(LineForm):
    days = forms.MultipleChoiceField(label=gettext_lazy("哪几天"), widget=forms.CheckboxSelectMultiple)
    meals = forms.MultipleChoiceField(
        label=gettext_lazy("哪几餐"), widget=forms.CheckboxSelectMultiple, choices=Meal.choices
    )
    quantity = number(gettext_lazy("每餐几份"), min_value=1, max_value=MOST_PEOPLE)

    def __init__(self, *args: Any, left: Taken, **kwargs: Any):
        super().__init__(*args, **kwargs)
        days = self.fields["days"]
        days.choices = day_choices(self.group)  # type: ignore[attr-defined]
        hints = {}
        for value, _label in days.choices:  # type: ignore[attr-defined]
            date = dt.date.fromisoformat(value)
            least = min(left.left(date, meal) for meal in words.MEALS)
            hints[value] = ngettext("每餐还坐得下 %(n)s 人", "每餐还坐得下 %(n)s 人", least) % {"n": least}
        days.choice_hints = hints  # type: ignore[attr-defined]

    @property
    def wishes(self) -> list[LineWish]:
        given = self.cleaned_data
        dates = [dt.date.fromisoformat(value) for value in given["days"]]
        return [LineWish(LineKind.MEAL, day, given["quantity"], meal=meal) for day in dates for meal in given["meals"]]


def _beds_left(n: int) -> str:
    return ngettext("还有 %(n)s 张床", "还有 %(n)s 张床", n) % {"n": n}


class LodgingForm(LineForm):
    nights = forms.MultipleChoiceField(label=gettext_lazy("哪几晚"), widget=forms.CheckboxSelectMultiple)
    quantity = number(gettext_lazy("每晚几张床"), min_value=1, max_value=MOST_PEOPLE)

    def __init__(self, *args: Any, left: Taken, **kwargs: Any):
        super().__init__(*args, **kwargs)
        nights = self.fields["nights"]
        nights.choices = day_choices(self.group, nights=True)  # type: ignore[attr-defined]
        nights.choice_hints = {  # type: ignore[attr-defined]
            value: _beds_left(left.left(dt.date.fromisoformat(value)))
            for value, _label in nights.choices  # type: ignore[attr-defined]
        }

    @property
    def wishes(self) -> list[LineWish]:
        given = self.cleaned_data
        dates = [dt.date.fromisoformat(value) for value in given["nights"]]
        return [LineWish(LineKind.LODGING, day, given["quantity"]) for day in dates]


class EventForm(Form):
    """What is pressed on the page of an order, and the version it was seen at."""

    event = forms.CharField(widget=forms.HiddenInput, max_length=20)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    reason = forms.CharField(required=False, max_length=200)
    # 改到这里: which line, where to, when; from the refusal of a confirmation.
    pick = forms.CharField(required=False, max_length=200)

    @property
    def picked(self) -> dict[str, Any] | None:
        """{line_id, room, starts_at}, or None where the button was made up."""
        try:
            line, room, start = self.cleaned_data["pick"].split("|")
            starts_at = dt.datetime.fromisoformat(start)
            if starts_at.tzinfo is None:
                return None
            return {"line_id": UUID(line), "room": UUID(room), "starts_at": starts_at}
        except ValueError:
            return None
