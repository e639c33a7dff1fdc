"""督办: telling the level above that a case is late. It moves nothing; 上报 does.

A rung is told once for ever: one `Supervision` row per case, round and rung, and outbox keys that name the same.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from petitions.cases import holders
from petitions.cases.enums import ClockName, Level, Rung, Sla
from petitions.cases.models import Case, CaseClock, Supervision
from petitions.cases.notices import tell_people, title_for
from portal.accounts.models import User
from portal.notifications.enums import Channel
from portal.ui.words import spoken_ref, when

LEVELS = {Rung.L1: Level.COMMUNITY, Rung.L2: Level.STREET, Rung.L3: Level.DISTRICT}
SKIPPED = "skipped"


def climb(case_id: UUID, round_: int, rung: str, now: datetime) -> str | None:
    """Tell one rung, if its case still runs late. Returns "skipped" where there is nothing to tell any more.

    It neither locks nor writes the case, so that a sweep and a person at work never wait for each other in a circle:
    whoever finishes it at this very moment was late all the same.
    """
    clock = (
        CaseClock.objects.filter(case_id=case_id, round=round_, name=ClockName.FINISH, outcome="")
        .filter(ended_at=None, paused_at=None)
        .select_related("case__grid", "case__holder_user")
        .first()
    )
    if clock is None or Supervision.objects.filter(case_id=case_id, round=round_, rung=rung).exists():
        return SKIPPED
    case = clock.case
    # After an outage: the deadline itself has passed, so a warning before it would be a lie.
    missed = rung == Rung.WARN and now >= clock.due_at
    people = [] if missed else _people(case, rung, now)
    Supervision.objects.create(case=case, round=round_, rung=rung, at=now, told=len(people), skipped=missed)
    if missed:
        return SKIPPED
    with translation.override(settings.LANGUAGE_CODE):
        # Emergencies ring: the clock runs at night too.
        by = (Channel.INAPP, Channel.SMS) if case.sla == Sla.EMERGENCY else (Channel.INAPP,)
        subject, body = _said(case, rung, clock, now)
        # Those above are told that a restricted one is late, and with whom; it does not open to them.
        url = "" if case.restricted and rung in (Rung.L2, Rung.L3) else None
        tell_people(case, f"r{round_}:{rung}", people, subject, body, by=by, url=url)
    return None


def _people(case: Case, rung: str, now: datetime) -> list[User]:
    if rung == Rung.WARN:
        return holders.people_holding(case, now)
    return holders.people_at(case, LEVELS[Rung(rung)], now)


def _said(case: Case, rung: str, clock: CaseClock, now: datetime) -> tuple[str, str]:
    body = _("%(ref)s，在%(who)s手里，办结期限 %(when)s") % {
        "ref": spoken_ref(case.ref),
        "who": case.holder_label or _("社区"),
        "when": when(clock.due_at, now),
    }
    if rung == Rung.WARN:
        return _("快到期了：%(title)s") % {"title": title_for(case)}, body
    return _("超时了：%(title)s") % {"title": title_for(case)}, body
