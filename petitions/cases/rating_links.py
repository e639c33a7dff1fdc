"""The link in the text message that rates one round: 128 bits, works once, opens nothing else."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.cases.enums import State
from petitions.cases.models import Case, Rating, RatingLink
from portal.errors import NotFound


def hash_of(token: str) -> str:
    return hashlib.sha256(f"rate:{token}".encode()).hexdigest()


def issue(case: Case) -> str:
    """The address that rates the round it stands in, once, until the time for it is over. In the caller's transaction.

    It exists in the message alone: whoever loses it rates on the slip, by telephone or on paper.
    """
    token = secrets.token_urlsafe(16)
    RatingLink.objects.create(
        case=case, round=case.round, token_hash=hash_of(token), expires_at=case.step_due_at or timezone.now()
    )
    return settings.SITE_URL + reverse("rate-link", args=[token])


@dataclass(frozen=True)
class Held:
    """A link that somebody opened. `over`: why it rates nothing any more, in a sentence; empty while it does."""

    link: RatingLink
    over: str = ""


def held(token: str, now: datetime, *, lock: bool = False) -> Held:
    """The link of these 128 bits. Raises NotFound for bits that are none of ours."""
    found = RatingLink.objects.select_related("case__grid", "case__category")
    if lock:
        found = found.select_for_update(of=("self",))
    link = found.filter(token_hash=hash_of(token)).first() if 20 <= len(token) <= 24 else None
    if link is None:
        raise NotFound()
    return Held(link, _over(link, now))


def _over(link: RatingLink, now: datetime) -> str:
    if link.used_at is not None:
        return _("这个链接用过了，您的评价早就记下了。谢谢您。")
    case = link.case
    if Rating.objects.filter(case=case, round=link.round).exists():
        return _("这件事您已经评过了，不用再评。谢谢您。")
    if now >= link.expires_at or case.state != State.AWAITING_FEEDBACK or case.round != link.round:
        return _("这个链接过期了，评价的时间已经过去。要是没办好，请凭回单重新打开，或者打电话告诉我们。")
    return ""
