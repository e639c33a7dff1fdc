"""What of the wall waits for this person."""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions.wishes import queries
from petitions.wishes.enums import WishState
from petitions.wishes.models import Wish
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.workbench.registry import Todo, todo_source

MOST = 100


def _todo(wish: Wish, title: str, detail: str, now: datetime) -> Todo:
    late = wish.due_at is not None and wish.due_at < now
    return Todo(title, wish.get_absolute_url(), kind=_("心愿"), detail=detail, due_at=wish.due_at, late=late)


@todo_source
def for_the_community(actor: Actor, now: datetime) -> list[Todo]:
    """Wishes to look at; and those handed in for somebody without an account, for whom nobody else can nod."""
    if not actor.holds(*COMMUNITY):
        return []
    return [
        _todo(wish, _("看一个心愿"), wish.text, now)
        if wish.state == WishState.IN_REVIEW
        else _todo(wish, _("问问心愿办成没有"), wish.wall_text, now)
        for wish in queries.waiting_for_community(actor)[:MOST]
    ]


@todo_source
def for_the_wisher(actor: Actor, now: datetime) -> list[Todo]:
    titles = {WishState.NEEDS_CHANGES: _("改一改您的心愿"), WishState.TO_CONFIRM: _("心愿办好了吗？点个头")}
    waiting = queries.waiting_for_wisher(actor, tuple(titles))
    return [_todo(wish, titles[WishState(wish.state)], wish.wall_text or wish.text, now) for wish in waiting]


@todo_source
def for_the_helper(actor: Actor, now: datetime) -> list[Todo]:
    titles = {WishState.CLAIMED: _("您认领的心愿，动手吧"), WishState.IN_PROGRESS: _("您认领的心愿，办好了说一声")}
    held = [wish for wish in queries.held_by(actor) if wish.state in titles]
    return [_todo(wish, titles[WishState(wish.state)], wish.wall_text, now) for wish in held]
