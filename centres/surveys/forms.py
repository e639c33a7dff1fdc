import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.surveys.answering import MOST_TEXT, Replies, Reply, is_required
from centres.surveys.enums import WITH_OPTIONS, Kind
from centres.surveys.models import Question, Survey
from centres.surveys.results import options_of
from portal.ui.forms import DateInput, Form


class SurveyForm(Form):
    """A new survey or a draft's words. `centres`: those to choose from; one alone is not asked for."""

    centre = forms.ChoiceField(label=gettext_lazy("哪个中心"))
    title = forms.CharField(
        label=gettext_lazy("问什么"), min_length=2, max_length=40, help_text=gettext_lazy("像：老人助餐，您想怎么吃？")
    )
    why = forms.CharField(
        label=gettext_lazy("为什么问"),
        min_length=4,
        max_length=120,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("一句话，说清楚问了拿来做什么。"),
    )
    opens_on = forms.DateField(label=gettext_lazy("从哪天问起"), widget=DateInput)
    closes_on = forms.DateField(
        label=gettext_lazy("问到哪天"),
        widget=DateInput,
        help_text=gettext_lazy("这天还能答。纸上的，过后三天还能录。"),
    )

    def __init__(self, *args: Any, centres: Mapping[str, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.centres = dict(centres)
        if len(self.centres) > 1:
            self.fields["centre"].choices = [(key, str(one)) for key, one in self.centres.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["centre"]

    @property
    def centre_chosen(self) -> Any:
        return self.centres[self.cleaned_data.get("centre") or next(iter(self.centres))]

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "why", "opens_on", "closes_on")}


def survey_initial(survey: Survey | None, today: dt.date) -> dict[str, Any]:
    """A new one begins today and runs for two weeks."""
    if survey is None:
        return {"opens_on": today, "closes_on": today + dt.timedelta(days=14)}
    return {name: getattr(survey, name) for name in ("title", "why", "opens_on", "closes_on")}


class QuestionForm(Form):
    text = forms.CharField(
        label=gettext_lazy("问题"),
        min_length=2,
        max_length=80,
        help_text=gettext_lazy("一道只问一件事，说短一点。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("怎么答"), choices=Kind.choices, widget=forms.RadioSelect)
    options = forms.CharField(
        label=gettext_lazy("选项"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("一行一个，两个到十二个。分五档和写一句话的不用写。"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") in WITH_OPTIONS and not data.get("options", "").strip():
            self.add_error("options", _("写两个到十二个选项，一行一个。"))
        return data

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"kind": data["kind"], "text": data["text"], "options": data["options"].splitlines()}


class FollowUpForm(Form):
    followup = forms.CharField(
        label=gettext_lazy("写一两句"),
        min_length=4,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("大家都看得到。写清楚做哪件、到什么时候。"),
    )


class AnswerForm(Form):
    """A sheet. complete: on the screen, where what must be answered is; a paper one is taken as it was filled in."""

    def __init__(self, *args: Any, questions: list[Question], complete: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.questions = {f"q{number}": question for number, question in enumerate(questions, start=1)}
        for number, (name, question) in enumerate(self.questions.items(), start=1):
            # The summary of errors names the question by its number; its own words may end with a question mark.
            self.fields[name] = _field(question, _("第 %(n)d 题") % {"n": number}, complete)

    def sheet(self) -> list[dict[str, Any]]:
        """The fields as they stand on the page, each with its question; quiet: it need not say that it may be left."""
        return [
            {"field": self[name], "asked": f"{number}. {question.text}", "quiet": question.kind != Kind.TEXT}
            for number, (name, question) in enumerate(self.questions.items(), start=1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("一道都没答，还不能送出。"))
        return data

    @property
    def replies(self) -> Replies:
        found: dict[UUID, Reply] = {}
        for name, question in self.questions.items():
            value = self.cleaned_data[name]
            if question.kind == Kind.TEXT:
                found[question.pk] = Reply(text=value)
            else:
                several = value if isinstance(value, list) else [value] if value else []
                found[question.pk] = Reply(tuple(int(one) for one in several))
        return found

    def take_errors(self, errors: Mapping[str, list[str]]) -> None:
        """What the service found wrong, at the question it is about."""
        for name, question in self.questions.items():
            for sentence in errors.get(str(question.pk), ()):
                self.add_error(name, sentence)


def _field(question: Question, label: str, complete: bool) -> forms.Field:
    if question.kind == Kind.TEXT:
        longest = {"max_length": _("短一点，两百个字以内。")}
        box = forms.Textarea(attrs={"rows": 3})
        hint = _("别写姓名、门牌和电话。")
        return forms.CharField(
            label=label, required=False, max_length=MOST_TEXT, widget=box, help_text=hint, error_messages=longest
        )
    choices = [(str(value), option) for value, option in options_of(question)]
    if question.kind == Kind.SEVERAL:
        box_list = forms.CheckboxSelectMultiple
        hint = _("可以选几个。都不合适，就不选。")
        return forms.MultipleChoiceField(label=label, required=False, choices=choices, widget=box_list, help_text=hint)
    missing = {"required": _("这道还没答。")}
    required = complete and is_required(question)
    return forms.ChoiceField(
        label=label, required=required, choices=choices, widget=forms.RadioSelect, error_messages=missing
    )
