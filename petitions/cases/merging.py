"""并案: which cases may be the same thing, and what the reporters of merged ones hear. A person decides; never we.

Suggested are open cases of the last thirty days that say something alike: at the very place where they share a fifth of
what they say, in the same grid a quarter, elsewhere in the community half. (Measured on the demo's and the tests' own
sentences: two different troubles share at most 0.15.) Only what the reader may see is looked
through, and restricted cases are like nothing.

What happens then, and why:

- Everybody who reported it hears the answer in their own name: at the result, when the case is closed, when it is
  worked on again. Their slips show how the target stands, never who else asked, what they said, or how they rated.
- The target is rejected: so is what they asked, and they read the same reason.
- The target is rated badly or reopened: they are told that it goes on; the new answer comes to them too.
- The target may not be withdrawn by its reporter while others wait for its answer: one person's second thoughts must
  not end the neighbours' question. (They can still say that they need no call.)
- The target is itself merged: those who waited for it wait for the new one, so that nobody ends a chain.
- Restricted ones never merge: the answer to a mediation would be sent to whoever reported the noise. One that came to
  be restricted after others were merged into it tells them that there is a result, not its words.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case as Switch
from django.db.models import FloatField, Func, IntegerField, Q, QuerySet, TextField, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.tree.queries import STEP
from petitions.cases.enums import Event, Solved, State
from petitions.cases.models import Case, CaseRecord, NotSame
from petitions.cases.words import soon
from portal.accounts.actors import Actor
from portal.accounts.reach import Reach
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid

WITHIN = timedelta(days=30)
HERE, NEAR, FAR = 0.2, 0.25, 0.5
MOST = 5
BASIC_GRID = 5 * STEP
PAIRS: Any = ArrayField(TextField())


# ---------------------------------------------------------------- what may be the same
@dataclass(frozen=True)
class Alike:
    """A case that may be the same thing. `near`: how near, in words."""

    case: Case
    near: str


def alike(reach: Reach, case: Case, now: datetime | None = None) -> list[Alike]:
    """Open cases that may be the same as this one, the nearest and most alike first; a few. Two queries."""
    if case.restricted:
        return []
    said = {2: _("就在同一处"), 1: _("在同一个网格"), 0: _("在同一个社区")}
    return [Alike(one, said[one.near]) for one in candidates(reach, case, now or timezone.now())[:MOST]]


def candidates(reach: Reach, case: Case, moment: datetime) -> QuerySet[Any]:
    """The same as rows, with `near` (2: the very place, 1: the grid, 0: the community) and `likeness` (0 to 1)."""
    own = Func(Value(case.title), Value(case.description), function="case_pairs", output_field=PAIRS)
    theirs = Func("title", "description", function="case_pairs", output_field=PAIRS)
    grid, path = case.grid.path[:BASIC_GRID], case.grid.path
    nearness = Switch(
        When(grid__path=path, then=2),
        When(grid__path__startswith=grid, then=1) if len(grid) == BASIC_GRID else When(pk__in=[], then=1),
        default=0,
        output_field=IntegerField(),
    )
    seen = NotSame.objects.filter(Q(one=case) | Q(other=case)).values_list("one_id", "other_id")
    apart = {one for pair in seen for one in pair} | {case.pk}
    return (
        Case.objects.visible_to(reach)
        .open()
        .filter(
            grid__path__startswith=case.grid.community_path,
            restricted=False,
            submitted_at__gt=min(moment, case.submitted_at) - WITHIN,
        )
        .exclude(pk__in=apart)
        .annotate(pairs=theirs)
        # Overlap is what the index answers; likeness is then reckoned for those few.
        .filter(pairs__overlap=own)
        .annotate(near=nearness, likeness=Func("pairs", own, function="case_likeness", output_field=FloatField()))
        .filter(Q(near=2, likeness__gte=HERE) | Q(near=1, likeness__gte=NEAR) | Q(likeness__gte=FAR))
        .select_related("grid", "category", "holder_user", "holder_grid")
        .order_by("-near", "-likeness", "-id")
    )


def not_the_same(*, actor: Actor, case: Case, other: Case, now: datetime | None = None) -> None:
    """Somebody looked: two different things. Kept, so that nobody is asked again. Twice changes nothing."""
    if actor.user is None or case.pk == other.pk:
        raise Invalid(_("请选另一件。"))
    one, two = sorted((case, other), key=lambda row: row.pk)
    user, moment = actor.user, now or timezone.now()

    def work() -> None:
        _row, new = NotSame.objects.get_or_create(one=one, other=two, defaults={"by": user, "at": moment})
        if new:
            record(actor=actor, verb="case.not_same", target=case, path=case.grid.path)

    in_one_transaction(work)


# ---------------------------------------------------------------- merging (called by the effects, both rows locked)
def lead_on(case: Case, target: Case) -> None:
    """Whoever waited for this case waits for its target from now on."""
    Case.objects.filter(merged_into=case).update(merged_into=target)


def refuse_while_others_wait(case: Case) -> None:
    """Raises Conflict where a case is to be withdrawn into which others were merged."""
    if Case.objects.filter(merged_into=case).exists():
        raise Conflict(
            _("还有邻居反映了同一件事，都等着这一件的结果，所以撤不了。不用再联系您的话，留句话告诉我们就行。"),
            code="OTHERS_WAIT",
        )


# ---------------------------------------------------------------- what their reporters hear
def told(event: str, target: Case, to_state: str, reason: str) -> tuple[str, str] | None:
    """What the reporter of a merged case hears when its target moves: subject (with %(title)s, their own) and body.

    Nothing of the other reporter: not their words, not their verdict.
    """
    match event:
        case Event.VERIFY_PASS if target.restricted:
            return _("有结果了：%(title)s"), not_in_writing()
        case Event.REJECT if target.restricted:
            return _("这件事社区没有受理：%(title)s"), not_in_writing()
        case Event.VERIFY_PASS:
            return _("有结果了：%(title)s"), target.answer
        case Event.REJECT:
            return _("这件事社区没有受理：%(title)s"), reason
        case Event.LAPSE | Event.RATE if to_state == State.CLOSED:
            return _("结案了：%(title)s"), _("要是您那里还没办好，再反映一件，我们接着办。")
        case Event.RATE | Event.REOPEN:
            return _("还没办好，接着办：%(title)s"), _("办好了再告诉您。")
        case Event.GRANT if to_state == State.SHELVED:
            return _("现在办不了，先挂着，不会忘：%(title)s"), ""
    return None


def not_in_writing() -> str:
    """In place of words that are not for others."""
    return _("结果不便在这里写，请打电话或到窗口问。")


def answer_so_far(target: Case) -> str:
    """The answer, where it was given before somebody else's case was merged into this one."""
    return target.answer if shows_answer(target) else ""


def shows_answer(target: Case) -> bool:
    return bool(target.answer) and not target.restricted and target.state in (State.AWAITING_FEEDBACK, State.CLOSED)


def sentence(target: Case, now: datetime, *, elder: bool = False) -> str:
    """The h1 of a merged case's slip: how the one it went into stands."""
    due = {"when": soon(target.due_at, now, elder=elder)}
    step = {"when": soon(target.step_due_at, now, elder=elder)}
    if target.is_late(now):
        return _("和另一件|是同一回事，|并在一起办。|还没办好，已经超时。")
    match target.state:
        case State.NEEDS_INFO:
            return _("和另一件|是同一回事，|并在一起办。|正在问清楚情况。")
        case State.SHELVED:
            return _("和另一件|是同一回事。|现在办不了，先挂着，|%(when)s再看。") % step
        case State.UNDER_REVIEW:
            return _("和另一件并在一起，|办完了，|正在核实。|最迟%(when)s告诉您。") % step
        case State.AWAITING_FEEDBACK:
            return _("和另一件并在一起，|有结果了，写在下面。")
        case State.CLOSED:
            said = {
                Solved.YES: _("和另一件并在一起，结案了。|经办人说办好了。"),
                Solved.PARTLY: _("和另一件并在一起，结案了。|经办人说办了一部分。"),
            }
            return said.get(Solved(target.solved or Solved.NO), _("和另一件并在一起，结案了。|经办人说没能办成。"))
        case State.REJECTED:
            return _("和另一件并在一起。|社区没有受理，|原因写在下面。")
    return _("和另一件|是同一回事，|并在一起办。|最迟%(when)s给结果。") % due


def rejected_because(target: Case) -> str:
    """The reason a rejected target was given."""
    if target.restricted:
        return not_in_writing()
    last = CaseRecord.objects.filter(subject=target, event=Event.REJECT).order_by("-version").first()
    return last.reason if last is not None else ""
