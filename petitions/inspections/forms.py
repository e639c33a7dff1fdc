"""What people fill in: a list, whom to send where, and what stands at the door."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.inspections.enums import Found
from petitions.inspections.models import Checklist, ChecklistItem, InspectionResult
from portal.errors import Refusal
from portal.ui.forms import DateInput, Form


class Refusable(Form):
    """Shows what a service refused at the field it is about."""

    def refused(self, refusal: Refusal, prefix: str = "") -> None:
        errors = refusal.extra.get("errors") or {}
        for name, sentences in errors.items():
            field = prefix + name
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, str(sentence))
        if not errors:
            self.add_error(f"{prefix}note" if prefix else None, str(refusal.message))


class ListForm(Refusable):
    name = forms.CharField(label=_("叫什么"), max_length=30, help_text=_("比如：沿街店铺消防安全。"))
    why = forms.CharField(label=_("为什么查"), max_length=120, required=False)
    items = forms.CharField(
        label=_("看什么"),
        help_text=_("一行一样，像对旁边的人说的那样：灭火器在有效期里。"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    category = forms.ChoiceField(
        label=_("有问题归到哪一类"), required=False, help_text=_("立件的时候用，期限跟着它走。")
    )
    grid = forms.ChoiceField(label=_("哪里用"))

    def __init__(self, *args: Any, categories: Iterable[Any], homes: Iterable[Any] | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = [(one.code, one.name) for one in categories]
        self.fields["category"].choices = [("", _("立件以后再分")), *kinds]  # type: ignore[attr-defined]
        if homes is None:
            del self.fields["grid"]  # a new version stays where the old one was
        else:
            self.fields["grid"].choices = [(one.code, one.name) for one in homes]  # type: ignore[attr-defined]


class WhereForm(Form):
    """First: by which list, on which ground. It is asked by GET, so that going back loses nothing."""

    list = forms.ChoiceField(label=_("按哪张清单"))
    grid = forms.ChoiceField(label=_("查哪一片"))

    def __init__(self, *args: Any, lists: Iterable[Checklist], grounds: Iterable[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["list"].choices = [(str(one.pk), one.name) for one in lists]  # type: ignore[attr-defined]
        self.fields["grid"].choices = [(one.code, one.label) for one in grounds]  # type: ignore[attr-defined]


class StartForm(Refusable):
    team = forms.MultipleChoiceField(label=_("谁去查"), widget=forms.CheckboxSelectMultiple)
    due_on = forms.DateField(label=_("哪天以前查完"), widget=DateInput)
    buildings = forms.BooleanField(label=_("每栋楼都去"), required=False, initial=True)
    places = forms.CharField(
        label=_("还去哪些地方"),
        help_text=_("一行一处，写招牌上的名字：老张面馆。到了再加也行。"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, people: dict[UUID, Any], buildings: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = [(str(key), user.name or user.username) for key, user in people.items()]
        self.fields["team"].choices = names  # type: ignore[attr-defined]
        if not buildings:
            del self.fields["buildings"]

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        due_on: date = data["due_on"]
        return {
            "team": [UUID(key) for key in data["team"]],
            "due_on": due_on,
            "buildings": data.get("buildings", False),
            "places": data["places"].splitlines(),
        }


class DoorForm(Refusable):
    """Every item that is no problem yet: two big buttons, a sentence, a photo."""

    def __init__(self, *args: Any, items: Iterable[ChecklistItem], seen: dict[UUID, InspectionResult], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.items = [one for one in items if one.pk not in seen or seen[one.pk].found == Found.OK]
        for item in self.items:
            key = self.key(item)
            self.fields[f"{key}found"] = forms.ChoiceField(
                label=item.text,
                choices=Found.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=Found.OK if item.pk in seen else "",
            )
            self.fields[f"{key}note"] = forms.CharField(label=_("怎么回事"), max_length=200, required=False)
            self.fields[f"{key}photo"] = forms.FileField(
                label=_("拍一张"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
            )

    @staticmethod
    def key(item: ChecklistItem) -> str:
        return f"i{item.order}-"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each item with its three fields, for the page."""
        return [
            {name: self[f"{self.key(item)}{name}"] for name in ("found", "note", "photo")} | {"item": item}
            for item in self.items
        ]

    @property
    def given(self) -> list[tuple[ChecklistItem, str, str, Any]]:
        """What was answered: item, found, note, photo."""
        data = self.cleaned_data
        return [
            (item, data[f"{key}found"], data.get(f"{key}note", ""), data.get(f"{key}photo"))
            for item in self.items
            if data.get(f"{(key := self.key(item))}found")
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for item in self.items:
            key = self.key(item)
            if data.get(f"{key}found") == Found.PROBLEM and len(data.get(f"{key}note", "").strip()) < 2:
                self.add_error(f"{key}note", _("写一句怎么回事，好让人知道去办什么。"))
        return data


class PlaceForm(Refusable):
    label = forms.CharField(label=_("再加一处"), max_length=40, help_text=_("写招牌上的名字，别写人名。"))
