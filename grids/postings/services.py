"""Giving somebody work, ending it, standing in. Reach follows from these rows at once."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.postings import rules
from grids.postings.enums import LEVELS_OF
from grids.postings.models import Posting
from grids.tree.queries import by_id
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.notifications.services import queue
from portal.ui.words import day

if TYPE_CHECKING:
    from grids.tree.models import Grid


def appoint(
    *,
    actor: Actor,
    user_id: UUID,
    grid_id: UUID,
    role: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    title: str = "",
    phone: str = "",
) -> Posting:
    """Give an account a role on a node, from a moment on. phone: the office's, printed in public.

    Raises NotFound for a node or account that is not there, Forbidden where the actor does not give out this role there
    or gives it to themselves, Invalid WRONG_LEVEL, Conflict SEPARATE_ROLES or ALREADY_POSTED.
    """
    begins = starts_at or timezone.now()

    def work() -> Posting:
        grid = by_id(grid_id)
        if grid is None:
            raise NotFound()
        user = _account(actor, user_id)
        _check(actor, user, grid, role, begins, ends_at)
        return _post(actor, user, grid, role, begins, ends_at, title, phone)

    return in_one_transaction(work)


def end(*, actor: Actor, posting_id: UUID, at: datetime | None = None, reason: str = "") -> Posting:
    """End a posting now, or on a day; ending it twice keeps the earlier end. Raises NotFound, Forbidden."""
    moment = at or timezone.now()

    def work() -> Posting:
        posting = _locked(posting_id)
        if not rules.may_appoint(actor, role=posting.role, path=posting.grid.path):
            raise NotFound() if not actor.reach.covers(posting.grid.path, *rules.GIVES) else Forbidden()
        if posting.ends_at is not None and posting.ends_at <= moment:
            return posting
        if moment <= posting.starts_at:
            raise Invalid(_("任职还没开始，不能在开始以前结束。"), code="NOT_STARTED")
        posting.ends_at = moment
        # save(), not update(): rooms upstairs listen for it, to hand on what this person holds.
        posting.save(update_fields=["ends_at"])
        record(
            actor=actor, verb="posting.end", target=posting, path=posting.grid.path, fields=["ends_at"], reason=reason
        )
        # A posting that ends at midnight had its last day before it.
        last = day(moment - timedelta(microseconds=1))
        _tell(posting, _("您在%(grid)s的任职到%(day)s为止") % {"grid": posting.grid.name, "day": last}, "end")
        return posting

    return in_one_transaction(work)


def stand_in(*, actor: Actor, posting_id: UUID, user_id: UUID, starts_at: datetime, ends_at: datetime) -> Posting:
    """Let somebody stand in while the holder is away: a posting of their own, which names whom it is for."""

    def work() -> Posting:
        posting = _locked(posting_id)
        user = _account(actor, user_id)
        if user.pk == posting.user_id:
            raise Invalid(_("自己不能替自己。"), code="SAME_PERSON")
        _check(actor, user, posting.grid, posting.role, starts_at, ends_at)
        return _post(
            actor,
            user,
            posting.grid,
            posting.role,
            starts_at,
            ends_at,
            posting.title,
            posting.phone,
            stands_in_for=posting,
        )

    return in_one_transaction(work)


def call_off(*, actor: Actor, posting_id: UUID) -> None:
    """Take back a stand-in, or work that has not begun: what runs ends now, what has not begun is as if never given.

    Raises NotFound; Conflict RUNS for work of one's own that has begun, which is ended.
    """

    def work() -> None:
        posting = _locked(posting_id)
        if not rules.may_appoint(actor, role=posting.role, path=posting.grid.path):
            raise NotFound()
        if posting.starts_at > timezone.now():
            record(actor=actor, verb="posting.call_off", target=posting, path=posting.grid.path)
            subject = _("%(grid)s不用您去了，原来说的取消了") % {"grid": posting.grid.name}
            queue(key=f"posting:{posting.pk}:off", to=posting.user, subject=subject, url="/grids/", about=posting.pk)
            # Its end must be after its beginning: a row that is kept would begin some day.
            posting.delete()
        elif posting.stands_in_for_id is None:
            raise Conflict(_("已经在任上了，请按结束任职来办。"), code="RUNS")
        else:
            end(actor=actor, posting_id=posting.pk)

    in_one_transaction(work)


def _account(actor: Actor, user_id: UUID) -> User:
    """The account, locked: two appointments of one person at once must see each other (SEPARATE_ROLES)."""
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound()
    if user.pk == actor.id:
        raise Forbidden(_("自己的任职请上级来办。"), code="OWN_POSTING")
    return user


def _locked(posting_id: UUID) -> Posting:
    found = Posting.objects.select_for_update(of=("self",)).select_related("grid", "user").filter(pk=posting_id).first()
    if found is None:
        raise NotFound()
    return found


def _check(actor: Actor, user: User, grid: "Grid", role: str, starts_at: datetime, ends_at: datetime | None) -> None:
    if not rules.may_appoint(actor, role=role, path=grid.path):
        raise Forbidden(_("这个任职不归您定。"))
    if grid.level not in LEVELS_OF.get(role, ()):
        raise Invalid(_("这个职责不在这一层上。"), code="WRONG_LEVEL")
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid(_("结束要在开始以后。"), code="REVERSED")
    now = timezone.now()
    theirs = Posting.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), user=user)
    if rules.keep_apart(role, set(theirs.values_list("role", flat=True))):
        raise Conflict(_("管系统的、看记录的和办事的，要分开三个人。"), code="SEPARATE_ROLES")
    same = Posting.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at), user=user, grid=grid, role=role)
    if (same.filter(starts_at__lt=ends_at) if ends_at else same).exists():
        raise Conflict(_("他已经在这里任这个职了。"), code="ALREADY_POSTED")


def _post(
    actor: Actor,
    user: User,
    grid: "Grid",
    role: str,
    starts_at: datetime,
    ends_at: datetime | None,
    title: str,
    phone: str,
    stands_in_for: Posting | None = None,
) -> Posting:
    posting = Posting.objects.create(
        user=user,
        grid=grid,
        role=role,
        starts_at=starts_at,
        ends_at=ends_at,
        title=title[:30],
        phone=phone[:20],
        stands_in_for=stands_in_for,
    )
    record(actor=actor, verb="posting.appoint", target=posting, path=grid.path, fields=["user", "grid", "role"])
    _tell(posting, _("您从%(day)s起负责%(grid)s") % {"grid": grid.name, "day": day(starts_at)}, "begin")
    return posting


def _tell(posting: Posting, subject: str, occasion: str) -> None:
    key = (
        f"posting:{posting.pk}:{occasion}:{posting.ends_at:%Y%m%d%H%M%S}"
        if occasion == "end"
        else f"posting:{posting.pk}:begin"
    )
    queue(key=key, to=posting.user, subject=subject, url="/grids/", about=posting.pk)
