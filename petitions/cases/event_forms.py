"""One small form for each step a colleague may take: what it asks, and what happens then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.tree import queries as tree
from petitions.cases import clocks, queries, routing, whistle_queries
from petitions.cases.enums import FILED, Event, Sla, Solved, State
from petitions.cases.forms import PhotosField, Refusable
from petitions.cases.models import Case
from petitions.cases.services import LONGEST
from portal.accounts.models import User
from portal.ui.forms import DateInput
from portal.ui.words import when


@dataclass(frozen=True)
class Sheet:
    """The page of a step. `heading` is its h1, `then` what follows from it; `button` what is pressed."""

    heading: Any
    then: Any
    button: Any


SHEETS: dict[str, Sheet] = {
    Event.ACCEPT: Sheet(_("受理这件事"), _("反映人马上知道受理了。接着请选交给谁办。"), _("受理")),
    Event.REJECT: Sheet(_("不予受理"), _("反映人会看到您写的原因。写清楚该找谁。"), _("不受理")),
    Event.MERGE: Sheet(_("并到另一件"), _("两位反映人都会听到同一个结果。"), _("并过去")),
    Event.CONTACT: Sheet(_("联系过反映人了"), _("首次联系的时限到此停表。"), _("记下")),
    Event.REQUEST_INFO: Sheet(
        _("请反映人补充"), _("停表，等反映人回话；四十个工作小时没有回话，自动接着办。"), _("问过去")
    ),
    Event.ASSIGN: Sheet(_("交给谁办？"), _("对方会收到通知，要在时限内签收。"), _("交给他们")),
    Event.REASSIGN: Sheet(_("换给谁办？"), _("原来的经办人会看到原因；新的经办人重新签收。"), _("换过去")),
    Event.SIGN: Sheet(_("签收，由我来办"), _("从现在起，反映人看到这件事在您手里。"), _("签收")),
    Event.RETURN: Sheet(_("退单"), _("第一次退回社区另派；第二次请街道裁定；没有第三次。"), _("退回去")),
    Event.RULE: Sheet(_("这一单该不该退？"), _("同意，回到社区另派；不同意，由现在的经办人签收。"), _("定下来")),
    Event.ESCALATE: Sheet(_("报给上一级"), _("这件事以后由上一级负责，直到他们退回来。期限不变。"), _("报上去")),
    Event.RECEIVE: Sheet(_("接收，由我来办"), _("从现在起，这件事在您手里。"), _("接下来")),
    Event.SEND_BACK: Sheet(_("退回下级"), _("回到原来的经办人手里。期限不变。"), _("退回去")),
    Event.WHISTLE: Sheet(
        _("吹哨，叫哪几个部门来？"),
        _("他们马上收到通知，最迟八个工作小时到场，紧急的两小时。谁在办，还是谁办。"),
        _("吹哨"),
    ),
    Event.ASK_SHELVE: Sheet(_("申请挂账"), _("街道同意以后停表，到您写的日子自动恢复。"), _("送去")),
    Event.ASK_EXTEND: Sheet(_("申请延期"), _("只能延一次，最多延原时限的一半。"), _("送去")),
    Event.GRANT: Sheet(_("同意这个申请？"), _("同意以后马上生效，经办人会收到通知。"), _("同意")),
    Event.REFUSE: Sheet(_("不同意这个申请"), _("期限照旧，经办人会看到原因。"), _("不同意")),
    Event.UNSHELVE: Sheet(_("接着办"), _("从现在起重新走表。"), _("接着办")),
    Event.SUBMIT_RESULT: Sheet(_("办得怎样？"), _("由没有经手的同事核查，通过以后反映人看到这段话。"), _("交结果")),
    Event.VERIFY_PASS: Sheet(_("核查通过"), _("答复发给反映人，请他们评价；七天没有评价就结案。"), _("通过")),
    Event.VERIFY_FAIL: Sheet(_("核查不通过"), _("回到经办人手里接着办，期限不变。"), _("退回接着办")),
}
# What a colleague presses on the page of a case, in this order; the first is the one in red.
BUTTONS = (
    Event.SIGN,
    Event.RECEIVE,
    Event.ACCEPT,
    Event.ASSIGN,
    Event.SUBMIT_RESULT,
    Event.VERIFY_PASS,
    Event.RULE,
    Event.GRANT,
    Event.UNSHELVE,
    Event.VERIFY_FAIL,
    Event.CONTACT,
    Event.REQUEST_INFO,
    Event.WHISTLE,
    Event.ESCALATE,
    Event.SEND_BACK,
    Event.RETURN,
    Event.REASSIGN,
    Event.REFUSE,
    Event.ASK_EXTEND,
    Event.ASK_SHELVE,
    Event.MERGE,
    Event.REJECT,
)


class EventForm(Refusable):
    """Common to all: the version that was on the screen, so that nobody decides on what has changed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any):
        self.case = case
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"version": case.version} | kwargs["initial"]
        super().__init__(*args, **kwargs)

    def event_data(self) -> dict[str, Any]:
        """What the service is given besides reason and version."""
        return {}


def _reason(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=1000, required=required, help_text=help_text, widget=area)


class WithPower(EventForm):
    """Steps that may say who decides what we cannot."""

    power = forms.CharField(
        label=_("这件事由谁决定"),
        help_text=_("社区定不了的才写，比如：市住建局。反映人看得到，也看得到等了多少天。"),
        max_length=40,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("power", self.case.power)

    def event_data(self) -> dict[str, Any]:
        return {"power": self.cleaned_data["power"]}


class WithReason(EventForm):
    reason = _reason(_("原因"))


class RejectForm(EventForm):
    reason = _reason(_("为什么不受理，该找谁"))


class ContactForm(EventForm):
    reason = _reason(_("说了些什么"), required=False)


class AskForm(EventForm):
    reason = _reason(_("想问什么"))


class AcceptForm(EventForm):
    category = forms.ChoiceField(label=_("类别"), required=False)
    sla = forms.ChoiceField(label=_("时限"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        found = queries.categories()
        self.fields["category"].choices = [("", gettext("先不分类")), *((one.code, one.name) for one in found)]  # type: ignore[attr-defined]
        self.initial["category"] = self.case.category.code if self.case.category else ""
        labels = [(one.value, Sla(one).label) for one in FILED]
        self.fields["sla"].choices = [("", gettext("按类别")), *labels]  # type: ignore[attr-defined]

    def event_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        before = self.case.category.code if self.case.category else ""
        code = self.cleaned_data["category"]
        if code and code != before:
            data["category"] = queries.category_by_code(code)
        if self.cleaned_data["sla"]:
            data["sla"] = self.cleaned_data["sla"]
        return data


class AssignForm(EventForm):
    """Where a routing rule fits, its team stands there already: one press and it is done."""

    to = forms.ChoiceField(label=_("交给"), error_messages={"required": _("请选交给谁办。")})
    # A case that changes hands has been where the rule sends it.
    proposes = True

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        proposed = ""
        # Returned, it has been there already: the rule would send it straight back to who would not have it.
        if self.proposes and not self.case.returns and (found := routing.propose(self.case)):
            proposed = f"department:{found.node.pk}"
            groups[gettext("按分派规则")] = [(proposed, found.node.label)]
            self.fields["to"].initial = proposed
            self.fields["to"].help_text = gettext("按分派规则提议：%(because)s。要换别人，在这里改。") % {
                "because": found.because
            }
        for choice in queries.candidates(self.case, timezone.now()):
            if choice.value != proposed:
                groups.setdefault(choice.group, []).append((choice.value, choice.label))
        self.fields["to"].choices = [("", gettext("请选")), *groups.items()]  # type: ignore[attr-defined]

    def event_data(self) -> dict[str, Any]:
        return holder_from(self.cleaned_data["to"])


def person_by_id(user_id: UUID) -> User | None:
    return User.objects.filter(pk=user_id, is_active=True).first()


def holder_from(value: str) -> dict[str, Any]:
    """person:<id> or department:<id> → what `act` takes; an unknown id is nobody."""
    kind, _colon, key = value.partition(":")
    try:
        found = UUID(key)
    except ValueError:
        return {}
    if kind == "person":
        return {"person": person_by_id(found)}
    return {"department": tree.by_id(found)}


class ReassignForm(AssignForm):
    proposes = False
    reason = _reason(_("为什么换人"))


class EscalateForm(WithPower):
    reason = _reason(_("原因"))


class WhistleForm(WithPower):
    departments = forms.MultipleChoiceField(
        label=_("叫哪几个部门"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个部门。")},
    )
    reason = _reason(_("来做什么"), help_text=_("写清楚在哪里、要他们带什么。反映人也看得到。"))
    field_order = ("version", "departments", "reason", "power")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = whistle_queries.may_be_called(self.case)  # type: ignore[attr-defined]

    def event_data(self) -> dict[str, Any]:
        nodes = [tree.by_id(key) for key in self.cleaned_data["departments"]]
        return super().event_data() | {"departments": [node for node in nodes if node is not None]}


class RuleForm(EventForm):
    upheld = forms.ChoiceField(
        label=_("该不该退"),
        choices=[("yes", _("该退，另外派人")), ("no", _("不该退，由他们办"))],
        widget=forms.RadioSelect,
    )
    reason = _reason(_("理由"))

    def event_data(self) -> dict[str, Any]:
        return {"upheld": self.cleaned_data["upheld"] == "yes"}


class UntilForm(EventForm):
    until = forms.DateField(label=_("到哪一天"), widget=DateInput)
    reason = _reason(_("为什么"))

    def moment_of(self, day: date) -> datetime:
        """The end of that working day, in the place's own time."""
        return timezone.make_aware(datetime.combine(day, time(18, 0)))

    def event_data(self) -> dict[str, Any]:
        return {"until": self.moment_of(self.cleaned_data["until"])}


class ExtendForm(UntilForm):
    """Says how far: a date that could never be granted would be waited for in vain."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Elsewhere the step itself is refused, whatever the date.
        self.latest = clocks.latest_extension(self.case) if self.case.state == State.IN_PROGRESS else None
        if self.latest is not None:
            said = {"due": when(self.case.due_at), "latest": when(self.latest)}
            self.fields["until"].help_text = gettext("现在的期限是 %(due)s，最多延到 %(latest)s。") % said

    def moment_of(self, day: date) -> datetime:
        moment = super().moment_of(day)
        last = self.latest is not None and day == timezone.localtime(self.latest).date()
        return min(moment, self.latest) if last and self.latest else moment

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if self.latest and self.case.due_at and not self.case.due_at < self.moment_of(day) <= self.latest:
            raise forms.ValidationError(
                gettext("要在现在的期限之后，最多到 %(latest)s。") % {"latest": when(self.latest)}
            )
        return day


class ShelveForm(UntilForm, WithPower):
    field_order = ("version", "until", "reason", "power")

    def event_data(self) -> dict[str, Any]:
        return UntilForm.event_data(self) | WithPower.event_data(self)


class MergeForm(EventForm):
    target = forms.CharField(label=_("并到哪一件"), max_length=40, help_text=_("写那一件的回单号。"))

    def __init__(self, *args: Any, reach: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.reach = reach

    def clean_target(self) -> Case:
        found = queries.find(self.reach, self.cleaned_data["target"]) if self.reach else None
        if found is None:
            raise forms.ValidationError(gettext("没有找到这一件，请核对回单号。"))
        return found

    def event_data(self) -> dict[str, Any]:
        return {"target": self.cleaned_data["target"]}


class ResultForm(EventForm):
    answer = forms.CharField(
        label=_("答复"),
        help_text=_("办了什么、结果怎样、还剩什么。写给反映人看，说大白话。"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    solved = forms.ChoiceField(label=_("办好了没有"), choices=Solved.choices, widget=forms.RadioSelect)
    photos = PhotosField(label=_("现场照片"), required=False)

    def event_data(self) -> dict[str, Any]:
        return {"answer": self.cleaned_data["answer"], "solved": self.cleaned_data["solved"]}


FORMS: dict[str, Callable[..., EventForm]] = {
    Event.ACCEPT: AcceptForm,
    Event.REJECT: RejectForm,
    Event.MERGE: MergeForm,
    Event.CONTACT: ContactForm,
    Event.REQUEST_INFO: AskForm,
    Event.ASSIGN: AssignForm,
    Event.REASSIGN: ReassignForm,
    Event.SIGN: EventForm,
    Event.RETURN: WithReason,
    Event.RULE: RuleForm,
    Event.ESCALATE: EscalateForm,
    Event.WHISTLE: WhistleForm,
    Event.RECEIVE: EventForm,
    Event.SEND_BACK: WithReason,
    Event.ASK_SHELVE: ShelveForm,
    Event.ASK_EXTEND: ExtendForm,
    Event.GRANT: EventForm,
    Event.REFUSE: WithReason,
    Event.UNSHELVE: EventForm,
    Event.SUBMIT_RESULT: ResultForm,
    Event.VERIFY_PASS: EventForm,
    Event.VERIFY_FAIL: WithReason,
}


def form_for(event: str, *args: Any, case: Case, reach: Any, **kwargs: Any) -> EventForm:
    if event == Event.MERGE:
        return MergeForm(*args, case=case, reach=reach, **kwargs)
    return FORMS[event](*args, case=case, **kwargs)
