"""Forms of a change: what is to be changed, then how. The second is made of the grids and buildings there are."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.tree.change_plan import Part, Plan
from grids.tree.enums import ChangeKind, Level
from grids.tree.models import Grid
from portal.ui.forms import DateInput, Form

MOST_PARTS = 4
NEW = "new"
Choices = list[tuple[str, Any]]


class StartForm(Form):
    kind = forms.ChoiceField(label=gettext_lazy("怎么调"), choices=ChangeKind.choices, widget=forms.RadioSelect)
    grid = forms.ChoiceField(label=gettext_lazy("调哪个"))

    def __init__(self, *args: Any, grids: list[Grid], **kwargs: Any):
        super().__init__(*args, **kwargs)
        groups: dict[str, Choices] = {}
        above = {one.path: one.name for one in grids if one.level == Level.COMMUNITY}
        for one in grids:
            groups.setdefault(above.get(one.community_path, ""), []).append((one.code, one.name))
        self.fields["grid"].choices = list(groups.items())  # type: ignore[attr-defined]


class FindForm(Form):
    code = forms.CharField(label=gettext_lazy("网格代码"), max_length=24, required=False)


class ChangeForm(Form):
    """What every change has. Its kinds add their own fields before, and say the plan."""

    on = forms.DateField(
        label=gettext_lazy("从哪天起"),
        widget=DateInput,
        help_text=gettext_lazy("写今天，确认以后马上就调；写以后，到那天零点调。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("比如文件号。只写事，不写人。"),
    )

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any):
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.grid = grid

    def _first(self, fields: dict[str, forms.Field]) -> None:
        self.fields = {**fields, **self.fields}

    def plan(self) -> Plan:
        raise AssertionError("each kind says its own")

    def _part(self, prefix: str = "") -> Part:
        data = self.cleaned_data
        to, worker = data[f"{prefix}to"], data[f"{prefix}worker"]
        name = data[f"{prefix}name"] if to == NEW else ""
        return Part(None if to == NEW else UUID(to), name, UUID(worker) if worker else None)


def _worker(people: Choices, label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("不另派人")), *people], required=False)


def _name(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=60, required=False, help_text=_("新网格才填，比如：第 16 网格"))


class SplitForm(ChangeForm):
    def __init__(
        self, *args: Any, grid: Grid, others: list[Grid], buildings: list[Grid], people: Choices, **kwargs: Any
    ):
        super().__init__(*args, grid=grid, **kwargs)
        self.buildings = buildings
        fields: dict[str, forms.Field] = {}
        stay = [(str(grid.pk), _("留在%(grid)s") % {"grid": grid.name}), (NEW, _("新网格"))]
        where = [*stay, *((str(one.pk), one.name) for one in others)]
        for n in range(1, MOST_PARTS + 1):
            said, first = {"n": n}, {1: str(grid.pk), 2: NEW}.get(n, "")
            choices = where if n < 3 else [("", _("不用")), *where]
            fields[f"p{n}_to"] = forms.ChoiceField(
                label=_("第 %(n)d 份去哪里") % said, choices=choices, required=n < 3, initial=first
            )
            fields[f"p{n}_name"] = _name(_("第 %(n)d 份叫什么") % said)
            fields[f"p{n}_worker"] = _worker(people, _("第 %(n)d 份谁来接") % said)
        parts = [("", _("还没分")), *((str(n), _("第 %(n)d 份") % {"n": n}) for n in range(1, MOST_PARTS + 1))]
        for one in buildings:
            fields[f"b_{one.pk}"] = forms.ChoiceField(
                label=one.name, choices=parts, error_messages={"required": _("这栋楼还没有去处。")}
            )
        self._first(fields)

    def plan(self) -> Plan:
        data = self.cleaned_data
        parts = {n: self._part(f"p{n}_") for n in range(1, MOST_PARTS + 1) if data[f"p{n}_to"]}
        for one in self.buildings:
            if part := parts.get(int(data[f"b_{one.pk}"])):
                part.buildings.append(one.pk)
        return Plan(ChangeKind.SPLIT, [self.grid.pk], list(parts.values()))


class MergeForm(ChangeForm):
    def __init__(self, *args: Any, grid: Grid, others: list[Grid], people: Choices, **kwargs: Any):
        super().__init__(*args, grid=grid, **kwargs)
        choices = [(str(one.pk), one.name) for one in others]
        into = [(str(grid.pk), grid.name), *choices, (NEW, _("新网格"))]
        self._first(
            {
                "with_": forms.MultipleChoiceField(
                    label=_("和哪几个合并"), choices=choices, widget=forms.CheckboxSelectMultiple
                ),
                "to": forms.ChoiceField(label=_("并成哪个"), choices=into),
                "name": _name(_("叫什么")),
                "worker": _worker(people, _("谁来接")),
            }
        )

    def plan(self) -> Plan:
        sources = [self.grid.pk, *(UUID(one) for one in self.cleaned_data["with_"])]
        return Plan(ChangeKind.MERGE, sources, [self._part()])


class MoveForm(ChangeForm):
    def __init__(self, *args: Any, grid: Grid, targets: list[tuple[str, Choices]], people: Choices, **kwargs: Any):
        super().__init__(*args, grid=grid, **kwargs)
        fields: dict[str, forms.Field] = {"to": forms.ChoiceField(label=_("划到哪里"), choices=targets)}
        if grid.level == Level.BASIC_GRID:
            fields["worker"] = _worker(people, _("谁来接"))
        self._first(fields)

    def plan(self) -> Plan:
        worker = self.cleaned_data.get("worker")
        parts = [Part(worker=UUID(worker))] if worker else []
        return Plan(ChangeKind.MOVE, [self.grid.pk], parts, UUID(self.cleaned_data["to"]))
