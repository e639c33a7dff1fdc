"""The resident's verdict by every way it may reach us: the slip, the link in a message, the telephone, paper.

All of them end in the table's `rate`, once a round. What differs is who may bring it: the link works once and rates
nothing but its round; the desk writes down what it heard, in its own name, and never for a case it handled itself.
"""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.cases import rating_links, rules, services
from petitions.cases.enums import Event, RatedBy
from petitions.cases.models import Case, RatingLink
from portal.accounts.actors import Actor
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Refusal

DESK = (RatedBy.PHONE, RatedBy.PAPER)


def rate_by_link(*, actor: Actor, token: str, satisfaction: str, solved: str, words: str = "") -> Case:
    """Use the link: rate its round, once for ever. Raises NotFound, Conflict LINK_OVER with the sentence why."""
    now = timezone.now()

    def work() -> Case:
        # Two taps at once: the second waits here and then finds it used.
        found = rating_links.held(token, now, lock=True)
        if found.over:
            raise Conflict(found.over, code="LINK_OVER")
        case_id = found.link.case_id
        bearer = Actor(user=actor.user, reach=actor.reach, channel=RatedBy.LINK, slip_of=case_id)
        case = services.act(
            actor=bearer, case_id=case_id, event=Event.RATE, satisfaction=satisfaction, solved=solved, words=words,
        )  # fmt: skip
        RatingLink.objects.filter(pk=found.link.pk).update(used_at=now)
        return case

    return in_one_transaction(work)


# ---------------------------------------------------------------- the desk
def may_take_down(actor: Actor, case: Case) -> bool:
    """Who may write down a verdict: the community's desk; never for a case they handled or hold themselves."""
    if actor.id is None or not rules.community(actor, case):
        return False
    return actor.id not in case.handled_by and actor.id != case.holder_user_id and actor.id != case.reporter_id


def take_down(
    *, actor: Actor, case_id: UUID, version: int | None, channel: str, satisfaction: str, solved: str, words: str = ""
) -> Case:
    """What somebody said on the telephone or wrote on paper, entered for them and recorded as such, by whom."""
    case = Case.objects.select_related("grid").get(pk=case_id)
    if channel not in DESK:
        raise Refusal(_("请写明是电话里说的，还是纸上写的。"), code="MISSING")
    if not may_take_down(actor, case):
        raise Forbidden(_("这件事您经手过，评价要请没有经手的同事代录。"))
    # The reporter's word in the clerk's hand: the table lets the reporter rate, and the record names who wrote it.
    bearer = Actor(user=actor.user, reach=actor.reach, channel=channel, slip_of=case.pk)
    return services.act(
        actor=bearer, case_id=case.pk, event=Event.RATE, version=version, satisfaction=satisfaction, solved=solved,
        words=words,
    )  # fmt: skip
