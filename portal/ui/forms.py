"""Forms as the look draws them: label above, hint before, error after, whole rows to press.

A room's form derives from `Form` (or mixes `Neighbourly` into a ModelForm) and is shown with `<c-form :form="form">` or
field by field with `<c-field :field="form.phone">`.
"""

from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.once import burden
from portal.stored import source

_PLAIN = {
    "required": _("这里还没填。"),
    "invalid": _("这里填得不对，请看看上面的提示。"),
    "invalid_choice": _("这一项选不了，请从列出来的里面选。"),
    "invalid_image": _("这张打不开，请换一张照片。"),
}
# Said by a field's validators, not by the field: Django asks to 确保该变量包含不超过 30 字符.
_LIMITS = {
    "min_value": _("至少是 %(limit_value)s。"),
    "max_value": _("最多是 %(limit_value)s。"),
    "min_length": _("太短了，至少写 %(limit_value)s 个字。"),
    "max_length": _("太长了，最多写 %(limit_value)s 个字，现在有 %(show_value)s 个。"),
}


class Neighbourly:
    """Mixin: says what is missing as a neighbour would, where the field has no words of its own."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            stock: dict[str, Any] = {}
            for kind in reversed(type(one).__mro__):
                stock.update(getattr(kind, "default_error_messages", {}))
            for code, message in _PLAIN.items():
                # Only where the stock message stands: what a room wrote itself is better.
                if code in one.error_messages and one.error_messages[code] is stock.get(code):
                    one.error_messages[code] = message
            if not isinstance(one, forms.FileField):  # its max_length is of a file's name, with words of its own
                one.error_messages = {**_LIMITS, **one.error_messages}


@dataclass(frozen=True)
class Known:
    """Something the portal has been told before: the value, and how it is said on a page (a telephone masked)."""

    value: str
    said: str = ""


class Form(Neighbourly, forms.Form):
    """`reuse`: field → what is known. It is not asked (`<c-known>`): left empty, the known value stands in."""

    def __init__(self, *args: Any, reuse: dict[str, Known] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial = dict(self.initial)
        self.known = {name: one for name, one in (reuse or {}).items() if self._takes(name, one.value)}
        for name in self.known:
            # Neither asked for, nor filled in beforehand: a masked number must not stand in the page in full.
            self.fields[name].required = False
            self.initial.pop(name, None)

    def _takes(self, name: str, value: str) -> bool:
        """Whether the value fits: what is too long for the field is asked for, rather than refused unasked."""
        most = getattr(self.fields.get(name), "max_length", None)
        return bool(value) and name in self.fields and (most is None or len(value) <= most)

    @property
    def reused(self) -> set[str]:
        """The fields that were left to what is known."""
        return {name for name in self.known if not str(self.data.get(self.add_prefix(name), "")).strip()}

    def full_clean(self) -> None:
        """Clean with what is known in the place of what was left empty; what was typed stays what is shown again."""
        typed, reused = self.data, self.reused if self.is_bound else set()
        if reused:
            filled: Any = copy(typed)
            for name in reused:
                filled[self.add_prefix(name)] = self.known[name].value
            self.data = filled
        try:
            super().full_clean()
        finally:
            self.data = typed
        if self.is_bound and not self.errors:
            for name, one in type(self).base_fields.items():
                # Only fields the class itself has: what a page makes up as it goes may name somebody.
                if name in self.fields and not self.fields[name].widget.is_hidden:
                    burden.say(name, source(one.label), reused=name in reused)


@dataclass(frozen=True)
class KnownView:
    said: str
    known: list[BoundField]
    asked: list[BoundField]
    open: bool


def known_of(form: "Form", names: list[str]) -> KnownView:
    """These fields of a form: those that are known, in one line, and those that must be asked."""
    bound = [form[name] for name in names if name in form.fields]
    known = [one for one in bound if one.name in form.known]
    said = " · ".join(form.known[one.name].said or form.known[one.name].value for one in known)
    typed = any(one.errors or (form.is_bound and one.name not in form.reused) for one in known)
    return KnownView(said, known, [one for one in bound if one.name not in form.known], typed)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%H:%M")


class PhoneInput(forms.TextInput):
    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"inputmode": "numeric", "autocomplete": "tel", "class": "in-s"} | (attrs or {}))


class CodeInput(forms.TextInput):
    """Six digits from a text message."""

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "in-code"} | (attrs or {}))


@dataclass(frozen=True)
class Pick:
    """One radio button or checkbox as a whole row."""

    id: str
    type: str
    name: str
    value: str
    label: Any
    checked: bool
    hint: Any = ""
    disabled: bool = False
    required: bool = False
    described: str = ""


@dataclass
class FieldView:
    """What the template needs, decided once here so that the template stays plain."""

    bound: BoundField
    kind: str  # input, select, textarea, file, picks, check, hidden
    hint: Any
    optional: bool
    hint_id: str
    error_id: str
    opt: Any = ""
    picks: list[Pick] = field(default_factory=list)

    @property
    def error(self) -> str:
        errors = self.bound.errors
        return str(errors[0]) if errors else ""

    @cached_property
    def control(self) -> SafeString:
        """The bare control with its classes and the ids of what describes it."""
        attrs: dict[str, Any] = {}
        own = self.bound.field.widget.attrs.get("class", "")
        attrs["class"] = f"in {own}".strip()
        if described := self.described:
            attrs["aria-describedby"] = described
        return self.bound.as_widget(attrs=attrs)

    @property
    def described(self) -> str:
        ids = [self.hint_id if self.hint else "", self.error_id if self.bound.errors else ""]
        return " ".join(one for one in ids if one)


_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.MultipleHiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "picks"),
    (forms.RadioSelect, "picks"),
    (forms.CheckboxInput, "check"),
    (forms.SelectMultiple, "input"),
    (forms.Select, "select"),
    (forms.NullBooleanSelect, "select"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
)


def _kind(widget: forms.Widget) -> str:
    return next((kind for base, kind in _KINDS if isinstance(widget, base)), "input")


def view_of(bound: BoundField) -> FieldView:
    """How a bound field is drawn. A form field may carry `choice_hints` and `choice_closed` (value → words): the line
    under a choice, and why it cannot be chosen now; and `opt`, when it may be left empty, if not always."""
    kind = _kind(bound.field.widget)
    base = bound.auto_id or bound.html_name
    view = FieldView(
        bound=bound,
        kind=kind,
        hint=bound.help_text,
        optional=not bound.field.required and kind not in ("check", "hidden") and not bound.field.disabled,
        hint_id=f"{base}_helptext",
        error_id=f"{base}_error",
        opt=getattr(bound.field, "opt", ""),
    )
    if kind == "picks":
        hints = getattr(bound.field, "choice_hints", {})
        closed = getattr(bound.field, "choice_closed", {})
        for widget in bound.subwidgets:
            data = widget.data
            value = str(data["value"])
            view.picks.append(
                Pick(
                    id=widget.id_for_label or f"{base}_{data['index']}",
                    type=data["type"],
                    name=data["name"],
                    value=value,
                    label=data["label"],
                    checked=bool(data["selected"]),
                    hint=closed.get(value) or hints.get(value, ""),
                    disabled=value in closed or bool(data["attrs"].get("disabled")),
                    described=view.error_id if bound.errors else "",
                )
            )
    elif kind == "check":
        view.picks.append(
            Pick(
                id=base,
                type="checkbox",
                name=bound.html_name,
                value="on",
                label=bound.label,
                checked=bool(bound.value()),
                hint=bound.help_text,
                disabled=bound.field.disabled,
                described=view.error_id if bound.errors else "",
            )
        )
    return view


@dataclass(frozen=True)
class Problem:
    target: str
    label: Any
    sentence: str


def problems(form: forms.BaseForm) -> list[Problem]:
    """One line per field that is wrong, and one per sentence about the form as a whole (without a target)."""
    found = [Problem("", "", str(sentence)) for sentence in form.non_field_errors()]
    for bound in form:
        if bound.errors:
            view = view_of(bound)
            target = view.picks[0].id if view.picks else bound.auto_id
            found.append(Problem(target, bound.label, str(bound.errors[0])))
    return found
