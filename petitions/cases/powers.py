"""权限在谁: who decides what the community cannot, since when it waits there, and when we last asked (催办记录)."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from petitions.cases import rules
from petitions.cases.enums import OPEN, State
from petitions.cases.models import Case, Chase
from petitions.cases.notices import tell_reporter
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, IllegalTransition, Invalid
from portal.ui.words import day

# While it is worked on or lies on the shelf: what is being verified or rated waits for nobody's decision.
WAITING = tuple(state for state in OPEN if state not in (State.UNDER_REVIEW, State.AWAITING_FEEDBACK))
LONGEST_NAME, LONGEST_WORDS = 40, 200


def name(case: Case, power: str, now: datetime) -> None:
    """Write on the (locked) case who decides. The same name again leaves the clock running; no name changes nothing."""
    power = " ".join(power.split())[:LONGEST_NAME]
    if power and power != case.power:
        case.power, case.power_since, case.power_asked_on = power, now, None


def forget(case: Case) -> None:
    """A new round begins with the question open again."""
    case.power, case.power_since, case.power_asked_on = "", None, None


def chase(
    *, actor: Actor, case_id: UUID, power: str, words: str, asked_on: date | None = None, now: datetime | None = None
) -> Chase:
    """Record that we asked again: whom, on which day (default: today), and what was said. The reporter is told.

    Raises Forbidden for whoever neither holds nor steers the case, IllegalTransition where it waits for no decision,
    Invalid with `errors` by field (power, words, asked_on).
    """
    moment = now or timezone.now()
    today = timezone.localtime(moment).date()
    asked_on = asked_on or today

    def work() -> Chase:
        case = Case.objects.select_for_update(of=("self",), no_key=True).select_related("grid").get(pk=case_id)
        if actor.user is None or not rules.may_chase(actor, case):
            raise Forbidden()
        if case.state not in WAITING:
            raise IllegalTransition()
        errors = _problems(power or case.power, words, asked_on, case, today)
        if errors:
            raise Invalid(errors=errors)
        name(case, power, moment)
        made = Chase.objects.create(
            case=case, power=case.power, asked_on=asked_on, words=words.strip(), at=moment, author=actor.user
        )
        case.power_asked_on = max(asked_on, case.power_asked_on or asked_on)
        case.save(update_fields=["power", "power_since", "power_asked_on"])
        record(actor=actor, verb="case.chase", target=case, path=case.grid.path, subject_id=case.reporter_id)
        _tell(made, moment)
        return made

    return in_one_transaction(work)


def _problems(power: str, words: str, asked_on: date, case: Case, today: date) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not power.strip():
        errors["power"] = [_("请写下这件事由谁决定。")]
    elif len(power.strip()) > LONGEST_NAME:
        errors["power"] = [_("名字写短一点，四十个字以内。")]
    if not words.strip():
        errors["words"] = [_("请写一句：问了谁，对方怎么说。")]
    elif len(words.strip()) > LONGEST_WORDS:
        errors["words"] = [_("写一句就够，二百个字以内。")]
    if not timezone.localtime(case.submitted_at).date() <= asked_on <= today:
        errors["asked_on"] = [_("日期要在反映那天以后，不能晚过今天。")]
    return errors


def _tell(made: Chase, now: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("追问过%(who)s了：%(title)s") % {"who": made.power, "title": made.case.title}
        body = _("%(day)s问的，%(words)s") % {"day": day(made.asked_on, now), "words": made.words}
        tell_reporter(made.case, f"chase:{made.pk}", subject, body)
