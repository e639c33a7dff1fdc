"""Step two of an order, and the change of one that is sent: the same page, add a line, take one out."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms.queries import rooms_of
from centres.training import queries, words
from centres.training.drafts import Draft, keep
from centres.training.forms import CourseForm, LineForm, LodgingForm, MealForm, MeetingForm
from centres.training.lines import LineRefused, read_lines
from centres.training.models import TrainingBase
from centres.training.models_order import OrderLine

FORMS: dict[str, type[LineForm]] = {
    "course": CourseForm,
    "meal": MealForm,
    "lodging": LodgingForm,
    "room": MeetingForm,
}


@dataclass
class Bench:
    """What the page works on: a draft of a base, and the lines that stand already (of an order that is sent)."""

    draft: Draft
    base: TrainingBase
    kept: tuple[OrderLine, ...] = ()

    def read(self) -> list[OrderLine]:
        """The lines as they would be written. Raises LineRefused."""
        now = timezone.now()
        return read_lines(self.base, self.draft.group, self.draft.lines, now, kept=self.kept, may_be_none=True)

    def forms(self, sent: LineForm | None = None, code: str = "", course: str = "") -> dict[str, LineForm]:
        """One form for each kind of line; the one that was sent with what was wrong in its place."""
        made = {name: self.form(name, None, course) for name in FORMS}
        if sent is not None:
            made[code] = sent
        if not self.nights:
            del made["lodging"]
        return made

    @property
    def nights(self) -> int:
        return (self.draft.group.last_day - self.draft.group.first_day).days

    def form(self, name: str, data: Any, course: str = "") -> LineForm:
        """One of the four; `course`: the one that is picked already."""
        given: dict[str, Any] = {"group": self.draft.group, "prefix": name}
        group = self.draft.group
        if name in ("meal", "lodging"):
            given["left"] = queries.left_on(self.base, group.first_day, group.last_day)
        else:
            given["rooms"] = [room for room in rooms_of(self.base.centre) if room.needs_booking]
        if name == "course":
            given["shelves"] = queries.catalogue(self.base)
            given["initial"] = {"course": course}
        return FORMS[name](data, **given)


def work(request: HttpRequest, bench: Bench) -> tuple[LineForm | None, str]:
    """What was pressed: take one out, or add. Answers the form that was wrong and its name."""
    draft, pressed = bench.draft, request.POST.get("do", "")
    if pressed.startswith("out:"):
        number = pressed.removeprefix("out:")
        draft.take_out(int(number) if number.isdecimal() and len(number) < 4 else -1)
        keep(request, draft)
        return None, ""
    if pressed not in FORMS:
        return None, ""
    form = bench.form(pressed, request.POST)
    if not form.is_valid():
        return form, pressed
    before = list(draft.lines)
    for wish in form.wishes:
        draft.put(wish)
    try:
        bench.read()
    except LineRefused as refused:
        draft.lines = before
        form.add_error(None, str(refused.message))
        return form, pressed
    keep(request, draft)
    return None, ""


def context_of(request: HttpRequest, bench: Bench, sent: LineForm | None, code: str) -> dict[str, Any]:
    """What the page of the lines shows. A draft that no longer holds (a room that is gone) is said, line by line."""
    wrong: LineRefused | None = None
    try:
        read = bench.read()
    except LineRefused as refused:
        wrong, read = refused, []
    group = bench.draft.group
    return {
        "draft": bench.draft,
        "base": bench.base,
        "group": group,
        "days": words.by_day(read),
        "count": len(read),
        "total": words.total(read),
        "forms": bench.forms(sent, code, request.GET.get("course", "")),
        "opened": code or ("course" if request.GET.get("course") or not read else ""),
        "wrong": wrong,
        "titles": {
            "course": _("加一门课"),
            "meal": _("加用餐"),
            "lodging": _("加住宿"),
            "room": _("加一间会议室"),
        },
    }
