import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.activities import words
from centres.activities.enrolling import Child
from centres.activities.enums import Enrols, Kind
from centres.activities.models import Activity, Session
from centres.activities.planning import Plan
from centres.rooms.queries import rooms_of
from grids.registry.queries import residents_of
from portal.ui.forms import DateInput, Form, PhoneInput, TimeInput

SELF, CHILD = "self", "child"
# Who looks: (lowest, highest age).
AGES = {"0": (0, 3), "4": (4, 6), "7": (7, 12), "13": (13, 17), "18": (18, 59), "60": (60, 120)}


class LookForm(Form):
    """The two questions above the week. Anything unreadable is as good as not asked."""

    kind = forms.ChoiceField(
        label=gettext_lazy("哪一类"), required=False, choices=[("", gettext_lazy("都看看")), *Kind.choices]
    )
    age = forms.ChoiceField(
        label=gettext_lazy("谁去"),
        required=False,
        choices=[
            ("", gettext_lazy("谁去都行")),
            ("0", gettext_lazy("3 岁以下的孩子")),
            ("4", gettext_lazy("4 到 6 岁的孩子")),
            ("7", gettext_lazy("7 到 12 岁的孩子")),
            ("13", gettext_lazy("13 到 17 岁的孩子")),
            ("18", gettext_lazy("大人")),
            ("60", gettext_lazy("60 岁以上")),
        ],
    )

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data if self.is_bound else {}


# ---------------------------------------------------------------- enrolling
class EnrolForm(Form):
    """Who comes, which date, and for a child: name, birthday, the guardian's word."""

    session = forms.UUIDField(label=gettext_lazy("哪一场"), widget=forms.RadioSelect)
    counter = forms.CharField(
        label=gettext_lazy("替谁报"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("姓名、手机号或后四位。自己报就不填。"),
    )
    person = forms.UUIDField(label=gettext_lazy("是哪一位"), required=False, widget=forms.RadioSelect)
    who = forms.ChoiceField(label=gettext_lazy("谁来"), widget=forms.RadioSelect)
    child_name = forms.CharField(label=gettext_lazy("孩子的名字"), required=False, max_length=20)
    born = forms.DateField(
        label=gettext_lazy("出生日期"),
        required=False,
        widget=DateInput(attrs={"class": "in-s"}),
        help_text=gettext_lazy("只用来算开始那天多大，算完不留。"),
    )
    consent = forms.BooleanField(label=gettext_lazy("我同意"), help_text=words.CONSENT, required=False)

    def __init__(self, *args: Any, activity: Activity, user: Any, others: bool, sessions: list[Session], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.activity, self.others = activity, others
        now = timezone.localtime()
        if activity.by_session:
            self._choices("session", [(str(s.pk), words.slot(s.starts_at, s.ends_at, now)) for s in sessions])
        else:
            del self.fields["session"]
        for name in () if others else ("counter", "person"):
            del self.fields[name]
        self._who(user)

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        widget: Any = self.fields[name].widget
        widget.choices = choices

    def _who(self, user: Any) -> None:
        """Only what the ages allow: a class of six to twelve asks for the child at once."""
        activity, who = self.activity, self.fields["who"]
        choices: list[tuple[str, Any]] = []
        if activity.max_age is None or activity.max_age >= 18:
            choices.append((SELF, _("本人") if self.others else _("我自己")))
            choices += [(str(one.pk), one.name) for one in residents_of(user)[1:]]  # the first is whoever signed in
        if activity.min_age is None or activity.min_age < 18:
            choices.append((CHILD, _("他的孩子") if self.others else _("我的孩子")))
        who.choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("who", choices[0][0])
        if len(choices) == 1:
            who.widget = forms.HiddenInput()
        elif choices[-1][0] == CHILD:
            for name in ("child_name", "born") if not activity.has_ages else ("child_name",):
                self.fields[name].help_text = _("孩子来才填。")
        only_child = choices == choices[-1:] and choices[-1][0] == CHILD
        self.fields["child_name"].required = only_child
        self.fields["born"].required = only_child or activity.has_ages
        if all(value != CHILD for value, _label in choices):
            for name in ("child_name", "consent"):
                del self.fields[name]
            if not activity.has_ages:
                del self.fields["born"]

    @property
    def for_child(self) -> bool:
        return self.cleaned_data.get("who") == CHILD

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("who") == CHILD:
            if not data.get("child_name") and "child_name" not in self.errors:
                self.add_error("child_name", _("写上孩子的名字。"))
            if not data.get("consent"):
                self.add_error("consent", _("孩子来，要监护人先点头。"))
        if (data.get("who") == CHILD or self.activity.has_ages) and not data.get("born") and "born" not in self.errors:
            self.add_error("born", _("请填出生日期，好算年龄。"))
        return data

    def offer(self, people: list[tuple[str, str]]) -> None:
        """Several answer to what was typed: let the counter point at one."""
        self._choices("person", people)

    @property
    def several(self) -> bool:
        return self.others and bool(getattr(self.fields["person"].widget, "choices", None))

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        who = data["who"]
        said: dict[str, Any] = {"session_id": data.get("session"), "born": data.get("born")}
        said["on_behalf_of"] = data.get("person") or (UUID(who) if who not in (SELF, CHILD) else None)
        if who == CHILD:
            said["child"] = Child(data["child_name"], consent=bool(data.get("consent")))
        elif not self.activity.has_ages:
            said["born"] = None
        return said


class ActForm(Form):
    """accept, withdraw, cancel: which one, the version it was seen at, a reason where one is owed."""

    event = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=200)


class PickupForm(Form):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=20)
    relation = forms.CharField(
        label=gettext_lazy("是孩子的什么人"), max_length=12, help_text=gettext_lazy("像：外婆、爸爸、邻居王阿姨。")
    )
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=20, widget=PhoneInput)


# ---------------------------------------------------------------- the desk
class ActivityForm(Form):
    """What is written about an activity. Dates of enrolment are whole days; money is yuan."""

    title = forms.CharField(label=gettext_lazy("叫什么"), max_length=40)
    kind = forms.ChoiceField(label=gettext_lazy("哪一类"), choices=Kind.choices)
    about = forms.CharField(
        label=gettext_lazy("一句话说清楚"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("做什么、适合谁，像跟邻居说话那样。"),
    )
    bring = forms.CharField(label=gettext_lazy("带什么来"), max_length=100, required=False)
    enrols = forms.ChoiceField(
        label=gettext_lazy("怎么报名"), choices=Enrols.choices, widget=forms.RadioSelect, initial=Enrols.TERM
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("收多少人"), min_value=1, max_value=2000, widget=forms.NumberInput(attrs={"class": "in-s"}),
        help_text=gettext_lazy("整期的是一期多少人，一场一场的是每场多少人。"),
    )  # fmt: skip
    min_age = forms.IntegerField(
        label=gettext_lazy("最小几岁"), min_value=0, max_value=120, required=False,
        widget=forms.NumberInput(attrs={"class": "in-s"}),
    )  # fmt: skip
    max_age = forms.IntegerField(
        label=gettext_lazy("最大几岁"), min_value=0, max_value=120, required=False,
        widget=forms.NumberInput(attrs={"class": "in-s"}),
    )  # fmt: skip
    place = forms.CharField(label=gettext_lazy("不在活动室的话，在哪里"), max_length=60, required=False)
    provider = forms.CharField(label=gettext_lazy("谁来办"), max_length=60, required=False)
    fee_yuan = forms.DecimalField(
        label=gettext_lazy("费用，元"),
        min_value=0,
        max_value=100000,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"class": "in-s"}),
        help_text=gettext_lazy("只是写出来，这里不收钱。不要钱就不填。"),
    )
    fee_note = forms.CharField(label=gettext_lazy("费用怎么算"), max_length=60, required=False)
    opens_on = forms.DateField(
        label=gettext_lazy("哪天起报名"), required=False, widget=DateInput(attrs={"class": "in-s"}),
        help_text=gettext_lazy("不填就是一发布就能报。"),
    )  # fmt: skip
    closes_on = forms.DateField(
        label=gettext_lazy("报名到哪天"), required=False, widget=DateInput(attrs={"class": "in-s"}),
        help_text=gettext_lazy("不填就是开始前都能报。整期的填了，开始以后也能插班。"),
    )  # fmt: skip
    needs_pickup = forms.BooleanField(label=gettext_lazy("孩子要大人来接"), required=False)
    gives_certificate = forms.BooleanField(label=gettext_lazy("上完发结业证"), required=False)

    @staticmethod
    def initial_of(activity: Activity) -> dict[str, Any]:
        said = {name: getattr(activity, name) for name in ActivityForm.base_fields if hasattr(activity, name)}
        if activity.fee_fen:
            said["fee_yuan"] = f"{activity.fee_fen / 100:.2f}"
        if activity.opens_at:
            said["opens_on"] = timezone.localtime(activity.opens_at).date()
        if activity.closes_at:
            # Kept as the midnight after the last day.
            said["closes_on"] = timezone.localtime(activity.closes_at - dt.timedelta(seconds=1)).date()
        return said

    @property
    def given(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["fee_fen"] = int((data.pop("fee_yuan") or 0) * 100)
        opens, closes = data.pop("opens_on"), data.pop("closes_on")
        data["opens_at"] = _midnight(opens) if opens else None
        data["closes_at"] = _midnight(closes + dt.timedelta(days=1)) if closes else None
        return data

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        furthest = timezone.localdate() + dt.timedelta(days=3 * 366)
        for name in ("opens_on", "closes_on"):
            if data.get(name) and not dt.date(2000, 1, 1) <= data[name] <= furthest:
                self.add_error(name, _("太远了，请看一眼年份。"))
        return data


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


WORKING, WEEKDAYS = "working", "weekdays"


class PlanForm(Form):
    """Which dates, which hours, which room."""

    first = forms.DateField(label=gettext_lazy("从哪天"), widget=DateInput(attrs={"class": "in-s"}))
    last = forms.DateField(label=gettext_lazy("到哪天"), widget=DateInput(attrs={"class": "in-s"}))
    start = forms.TimeField(label=gettext_lazy("几点开始"), widget=TimeInput(attrs={"class": "in-s"}))
    end = forms.TimeField(label=gettext_lazy("几点结束"), widget=TimeInput(attrs={"class": "in-s"}))
    days = forms.ChoiceField(
        label=gettext_lazy("哪些日子"),
        widget=forms.RadioSelect,
        initial=WEEKDAYS,
        choices=[
            (WEEKDAYS, gettext_lazy("选星期几")),
            (WORKING, gettext_lazy("每个工作日，调休补班的周末也上，放假不上")),
        ],
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("星期几"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (0, gettext_lazy("星期一")),
            (1, gettext_lazy("星期二")),
            (2, gettext_lazy("星期三")),
            (3, gettext_lazy("星期四")),
            (4, gettext_lazy("星期五")),
            (5, gettext_lazy("星期六")),
            (6, gettext_lazy("星期日")),
        ],
    )
    room = forms.TypedChoiceField(label=gettext_lazy("哪一间"), required=False, coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rooms = [(str(room.pk), room.name) for room in rooms_of(activity.centre) if room.needs_booking]
        outside = _("不在活动室：%(place)s") % {"place": activity.place} if activity.place else _("不占活动室")
        self.fields["room"].choices = [("", outside), *rooms]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("days") == WEEKDAYS and not data.get("weekdays") and data.get("first"):
            # One date is a plan as well: its own weekday goes without saying.
            if data.get("first") == data.get("last"):
                data["weekdays"] = [data["first"].weekday()]
            else:
                self.add_error("weekdays", _("点一下星期几。"))
        return data

    @property
    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            first=data["first"],
            last=data["last"],
            start=data["start"],
            end=data["end"],
            weekdays=frozenset(data.get("weekdays") or ()),
            working_days=data["days"] == WORKING,
            room=data.get("room"),
        )

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was said, as hidden fields of the second step."""
        data = self.cleaned_data
        said = [(name, str(data[name])) for name in ("first", "last", "days")]
        said += [(name, f"{data[name]:%H:%M}") for name in ("start", "end")]
        said += [("weekdays", str(day)) for day in data.get("weekdays") or ()]
        return [*said, ("room", str(data.get("room") or ""))]


class ReasonForm(Form):
    reason = forms.CharField(label=gettext_lazy("为什么"), max_length=200, required=False)


class MoveForm(Form):
    date = forms.DateField(label=gettext_lazy("改到哪天"), widget=DateInput(attrs={"class": "in-s"}))
    start = forms.TimeField(label=gettext_lazy("几点开始"), widget=TimeInput(attrs={"class": "in-s"}))
    end = forms.TimeField(label=gettext_lazy("几点结束"), widget=TimeInput(attrs={"class": "in-s"}))

    @property
    def times(self) -> tuple[dt.datetime, dt.datetime]:
        data = self.cleaned_data
        start, end = (dt.datetime.combine(data["date"], data[name]) for name in ("start", "end"))
        return timezone.make_aware(start), timezone.make_aware(end)


class MarkForm(Form):
    """One tap of the attendance page."""

    do = forms.ChoiceField(choices=[(name, name) for name in ("arrive", "leave", "undo", "code", "listed", "close")])
    enrolment = forms.UUIDField(required=False)
    digits = forms.CharField(required=False, max_length=12)
    person = forms.UUIDField(required=False)
    reason = forms.CharField(required=False, max_length=200)
