"""What the desk fills in: where cases go, how answers are worded, what somebody said on the telephone."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.tree import queries as tree
from petitions.cases import queries, routing
from petitions.cases.answers import LONGEST
from petitions.cases.enums import Kind, RatedBy, Satisfaction, SendTo, Solved
from petitions.cases.forms import Refusable
from petitions.cases.models import AnswerTemplate, Category, RoutingRule
from portal.accounts.reach import Reach

INDENT = "　"


def _categories(kept: Category | None, nothing: Any) -> list[tuple[str, Any]]:
    """Categories in use, and the one that stands there already, even where it has been retired since."""
    found = queries.categories()
    if kept is not None and kept not in found:
        found.append(kept)
    return [("", nothing), *((one.code, one.name) for one in found)]


def _category(code: str, kept: Category | None) -> Category | None:
    return kept if kept is not None and kept.code == code else queries.category_by_code(code)


class RoutingForm(Refusable):
    """One rule: what, where, to whom."""

    category = forms.ChoiceField(label=_("哪一类的事"), required=False)
    kind = forms.ChoiceField(
        label=_("哪一种"), required=False, help_text=_("一般不用选。调解、特殊群体的事要另外交给人时才选。")
    )
    place = forms.ChoiceField(label=_("哪一片的"), error_messages={"required": _("请选哪一片。")})
    to = forms.ChoiceField(label=_("交给"), error_messages={"required": _("请选交给谁办。")})

    def __init__(self, *args: Any, reach: Reach, rule: RoutingRule | None = None, **kwargs: Any):
        if rule is not None:
            to = SendTo.GRID if rule.send_to == SendTo.GRID else f"team:{rule.team_id}"
            code = rule.category.code if rule.category else ""
            kwargs.setdefault("initial", {"category": code, "kind": rule.kind, "place": rule.place_id, "to": to})
        super().__init__(*args, **kwargs)
        self.rule = rule
        places = routing.places_of(reach)
        least = min((node.depth for node in places), default=1)
        set_choices(self, "category", _categories(rule.category if rule else None, gettext("不论哪一类")))
        set_choices(self, "kind", [("", gettext("不论哪一种")), *Kind.choices])
        shown = [(str(node.pk), INDENT * (node.depth - least) + node.label) for node in places]
        set_choices(self, "place", shown)
        departments = [(f"team:{node.pk}", node.label) for node in routing.departments_of(reach)]
        teams = [(f"team:{key}", label) for key, label in shown]
        set_choices(
            self,
            "to",
            [
                ("", gettext("请选")),
                (SendTo.GRID.value, gettext("事情所在网格的网格员")),
                (gettext("部门"), departments),
                (gettext("社区、网格"), teams),
            ],
        )

    def rule_data(self) -> dict[str, Any]:
        """What save_rule takes besides actor and rule."""
        given = self.cleaned_data
        kind, _colon, key = given["to"].partition(":")
        return {
            "category": _category(given["category"], self.rule.category if self.rule else None),
            "kind": given["kind"],
            "place": tree.by_id(given["place"]),
            "send_to": kind,
            "team": tree.by_id(key) if key else None,
        }

    def draft(self) -> RoutingRule:
        """The rule as it would be, not saved."""
        rule = RoutingRule(**self.rule_data())
        if self.rule is not None:
            rule.pk = self.rule.pk
        return rule


class AnswerForm(Refusable):
    """One template. What is still to be filled in each time stands in 【填：…】."""

    title = forms.CharField(
        label=_("叫什么"), max_length=30, help_text=_("选的时候看的，反映人看不到。比如：路灯修好了。")
    )
    category = forms.ChoiceField(label=_("用在哪一类"), required=False)
    text = forms.CharField(
        label=_("答复"),
        max_length=LONGEST,
        help_text=_("说大白话。每次不一样的地方写成【填：哪天】这样，没有填好的交不出去。"),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    community = forms.ChoiceField(label=_("哪个社区用"))

    def __init__(
        self, *args: Any, communities: list[tuple[str, str]], template: AnswerTemplate | None = None, **kwargs: Any
    ):
        if template is not None:
            kwargs.setdefault(
                "initial",
                {
                    "title": template.title,
                    "text": template.text,
                    "category": template.category.code if template.category else "",
                    "community": template.community_id,
                },
            )
        super().__init__(*args, **kwargs)
        self.template = template
        set_choices(self, "category", _categories(template.category if template else None, gettext("哪一类都能用")))
        set_choices(self, "community", communities)
        if len(communities) == 1:
            self.fields["community"].widget = forms.HiddenInput()
            self.fields["community"].initial = communities[0][0]

    def template_data(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "title": given["title"],
            "text": given["text"],
            "category": _category(given["category"], self.template.category if self.template else None),
            "community": tree.by_id(UUID(given["community"])),
        }


class VerdictForm(Refusable):
    """What they said of the work, on the telephone or on paper. Once a case has closed, only whether it is solved."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    channel = forms.ChoiceField(
        label=_("怎么说的"),
        choices=[(RatedBy.PHONE.value, _("电话里说的")), (RatedBy.PAPER.value, _("纸上写的"))],
        widget=forms.RadioSelect,
        initial=RatedBy.PHONE.value,
    )
    solved = forms.ChoiceField(label=_("他说办好了没有"), choices=Solved.choices, widget=forms.RadioSelect)
    satisfaction = forms.ChoiceField(label=_("他满意吗"), choices=Satisfaction.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("他的原话"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, solved_only: bool = False, by_phone: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if solved_only:
            del self.fields["satisfaction"]
            self.fields["channel"].widget = forms.HiddenInput()
        if not by_phone:
            # No telephone was left: what is entered here can only have been written.
            set_choices(self, "channel", [(RatedBy.PAPER.value, _("纸上写的"))])
            self.fields["channel"].initial = RatedBy.PAPER.value


class MoreForm(Refusable):
    aliases = {"reason": "said"}
    said = forms.CharField(label=_("他还说了什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def set_choices(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
