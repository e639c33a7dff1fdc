import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.rooms.forms import BookForm
from centres.rooms.series import MOST
from portal.ui import words as ui
from portal.ui.forms import DateInput

ONE_DAY = dt.timedelta(days=1)
# Nobody looks further than a year ahead; a longer list would only be refused date by date.
FURTHEST = dt.timedelta(days=366)


def weekday_choices() -> list[tuple[str, str]]:
    if ui.chinese():
        return [(str(n), f"周{day}") for n, day in enumerate("一二三四五六日")]
    return [(str(n), day) for n, day in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))]


class SeriesForm(BookForm):
    """The same hours on some weekdays between two dates; or, once they were seen, the very dates that were ticked."""

    date = None  # type: ignore[assignment]
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("每周哪几天"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    first = forms.DateField(label=gettext_lazy("从哪天"), widget=DateInput({"class": "in-s"}))
    last = forms.DateField(label=gettext_lazy("到哪天"), widget=DateInput({"class": "in-s"}))

    field_order = ("weekdays", "first", "last", "start", "minutes")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        weekdays: Any = self.fields["weekdays"]
        weekdays.choices = weekday_choices()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("first"), data.get("last")
        if first and last and "weekdays" in data:
            if last < first:
                self.add_error("last", _("最后一天不能早于第一天。"))
            elif last - first > FURTHEST:
                self.add_error("last", _("最多看一年，请分几次约。"))
            elif not self.dates:
                self.add_error("weekdays", _("这段日子里没有您选的那几天。"))
            elif len(self.dates) > MOST:
                self.add_error("last", _("一次最多约 %(n)s 天，请分几次约。") % {"n": MOST})
        start, minutes = data.get("start"), data.get("minutes")
        if start and minutes and start.hour * 60 + start.minute + minutes >= 24 * 60:
            self.add_error("minutes", _("要在当天用完。"))
        return data

    @property
    def dates(self) -> list[dt.date]:
        """Every chosen weekday between the two dates."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        days = (first + n * ONE_DAY for n in range((last - first).days + 1))
        return [day for day in days if day.weekday() in self.cleaned_data["weekdays"]]

    @property
    def times(self) -> tuple[dt.time, dt.time]:
        """Start and end within one day."""
        start: dt.time = self.cleaned_data["start"]
        minutes = start.hour * 60 + start.minute + self.cleaned_data["minutes"]
        return start, dt.time(minutes // 60, minutes % 60)

    @property
    def kept(self) -> list[tuple[str, str]]:
        weekdays = [("weekdays", str(n)) for n in self.cleaned_data["weekdays"]]
        return weekdays + [(name, value) for name, value in super().kept if name != "weekdays"]


def read_dates(values: list[str]) -> list[dt.date]:
    """The ticked dates, each once, what is none left out."""
    found = set()
    for value in values[: 4 * MOST]:
        try:
            found.add(dt.date.fromisoformat(value))
        except ValueError:
            continue
    return sorted(found)
