from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import Form
from volunteers.service.enums import Availability, Skill, TeamKind


class VolunteerForm(Form):
    """Signing up. What one can do and when is said freely; nothing else is asked."""

    name = forms.CharField(
        label=_("怎么称呼您"), max_length=20, help_text=_("您帮过的人会看到，像：小孙、赵师傅。不必写全名。")
    )
    skills = forms.MultipleChoiceField(
        label=_("会些什么"), required=False, widget=forms.CheckboxSelectMultiple, choices=Skill.choices
    )
    availability = forms.MultipleChoiceField(
        label=_("什么时候有空"), required=False, widget=forms.CheckboxSelectMultiple, choices=Availability.choices
    )


class TeamForm(Form):
    name = forms.CharField(label=_("队名"), min_length=2, max_length=40)
    kind = forms.ChoiceField(label=_("哪一类"), widget=forms.RadioSelect, choices=TeamKind.choices)
    about = forms.CharField(
        label=_("平时做什么"), max_length=120, required=False, help_text=_("一句话，像：周末帮老人理发、修小家电。")
    )


class LeaderForm(Form):
    """The community names a leader among the members."""

    leader = forms.ChoiceField(label=_("队长"))

    def __init__(self, *args: Any, members: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["leader"]
        field.choices = [(str(member.volunteer_id), member.volunteer.name) for member in members]
