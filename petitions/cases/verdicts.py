"""Closed is not solved: solved, partly or not, and by whose word. Said wherever a case with a result is shown."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from petitions.cases.enums import Satisfaction, Solved, State
from petitions.cases.models import Case

HANDLER, VERIFIER, RESIDENT = "handler", "verifier", "resident"
VERIFIED = (State.AWAITING_FEEDBACK, State.CLOSED)


@dataclass(frozen=True)
class Verdict:
    """by: handler, verifier or resident. solved: yes, partly or no."""

    by: str
    solved: str


def of(case: Case, *, staff: bool) -> list[Verdict]:
    """Everybody's word on this round, the handler's first. The reporter hears the handler's once it is verified."""
    said = []
    verified = case.state in VERIFIED
    if case.solved and (verified or (staff and case.state == State.UNDER_REVIEW)):
        said.append(Verdict(HANDLER, case.solved))
        if verified:
            # Whoever verifies agrees with what was handed in, or sends it back.
            said.append(Verdict(VERIFIER, case.solved))
    if case.state == State.CLOSED and case.satisfaction:
        said.append(Verdict(RESIDENT, case.verdict))
    return said


def short(case: Case) -> str:
    """For a row of a list: 已结案，反映人说办好了."""
    return state_words(case.state, case.solved, case.verdict, case.satisfaction)


def state_words(state: str, solved: str, verdict: str, satisfaction: str) -> str:
    """The state in a word; of a closed one also how far, and who says so."""
    label = str(State(state).label)
    if state != State.CLOSED:
        return label
    if satisfaction and verdict:
        return _("%(state)s，反映人说%(solved)s") % {"state": label, "solved": Solved(verdict).label}
    if solved:
        said = {"state": label, "solved": Solved(solved).label}
        return _("%(state)s，经办人说%(solved)s，反映人没有评价") % said
    return label


@dataclass(frozen=True)
class Said:
    """One line of the page: who says it, what, and on what ground."""

    who: str
    solved: str
    note: str


def lines(case: Case, *, staff: bool) -> list[Said]:
    """经办人 办好了 · 核查的同事 也说办好了 · 您 办了一部分（基本满意）."""
    names = {
        HANDLER: (case.holder_label or _("经办人"), _("交结果时说的")),
        VERIFIER: (_("核查的同事"), _("没有经手，核实过")),
        RESIDENT: (_("反映人") if staff else _("您"), ""),
    }
    found = []
    for one in of(case, staff=staff):
        who, note = names[one.by]
        if one.by == RESIDENT:
            note = str(Satisfaction(case.satisfaction).label)
        found.append(Said(who, str(Solved(one.solved).label), note))
    if case.state == State.CLOSED and not case.satisfaction:
        found.append(Said(names[RESIDENT][0], _("没有评价"), _("不算满意")))
    return found
