"""Every write of the displays. Each is one transaction: lock, recheck, write, record, schedule the next look."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.displays import rules
from centres.displays.enums import Kind
from centres.displays.models import DisplayItem, DisplayReview
from grids.postings.queries import holders
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.flow import due

REVIEW = "display.review"
REVIEW_AT = dt.time(8, 30)
LONGEST_TEXT = 4000
T = TypeVar("T")


class Gone(Conflict):
    code = "TAKEN_DOWN"
    message = _("这一块已经取下或换掉了。请看一眼现在挂的。")


def visible_item(actor: Actor, item_id: UUID) -> DisplayItem:
    """Raises NotFound for what is not within reach."""
    found = DisplayItem.objects.visible_to(actor).with_people().filter(pk=item_id).first()
    if found is None:
        raise NotFound()
    return found


def people_of(centre: Any, now: dt.datetime | None = None) -> dict[UUID, Any]:
    """Who may be responsible: the accounts that hold the community's posts now, by id."""
    postings = holders(path=centre.grid.path, roles=COMMUNITY, at=now or timezone.now(), nearest=True)
    return {posting.user_id: posting.user for posting in postings}


# ---------------------------------------------------------------- hanging, replacing, taking down
def put_up(
    *,
    actor: Actor,
    centre: Any,
    place: str,
    kind: str,
    title: str,
    text: str,
    responsible: UUID | None = None,
    put_up_on: dt.date | None = None,
    interval_days: int = 90,
    now: dt.datetime | None = None,
) -> DisplayItem:
    """Record what hangs on a wall, since when (default: today) and how often somebody should look (in days).

    responsible: an account at work in the community; the actor where none is named. Raises Invalid, Forbidden.
    """
    moment = now or timezone.now()

    def work() -> DisplayItem:
        if not rules.keeps_centre(actor, centre):
            raise Forbidden()
        item = DisplayItem(centre=centre, place=" ".join(place.split()), kind=kind)
        _fill(item, title, text, interval_days, put_up_on, moment)
        item.responsible = _person(actor, centre, responsible, moment)
        item.save(force_insert=True)
        record(actor=actor, verb="display.put_up", target=item, path=centre.grid.path)
        schedule_review(item)
        return item

    return in_one_transaction(work)


def replace(
    *,
    actor: Actor,
    item_id: UUID,
    title: str,
    text: str,
    responsible: UUID | None = None,
    interval_days: int | None = None,
    now: dt.datetime | None = None,
) -> DisplayItem:
    """Hang something new in its place today; the old is kept. Raises Gone where it no longer hangs."""
    moment = now or timezone.now()

    def change(old: DisplayItem) -> DisplayItem:
        new = DisplayItem(centre=old.centre, spot=old.spot, place=old.place, kind=old.kind)
        _fill(new, title, text, interval_days or old.interval_days, None, moment)
        new.responsible = _person(actor, old.centre, responsible, moment)
        _take_off(old, moment)  # first, as only one may hang there
        new.save(force_insert=True)
        record(actor=actor, verb="display.replace", target=old, path=old.centre.grid.path)
        record(actor=actor, verb="display.put_up", target=new, path=new.centre.grid.path)
        schedule_review(new)
        return new

    return _on_hanging(actor, item_id, change)


def take_down(*, actor: Actor, item_id: UUID, now: dt.datetime | None = None) -> DisplayItem:
    """Nothing hangs there any more. Raises Gone where it did not hang."""

    def change(item: DisplayItem) -> DisplayItem:
        _take_off(item, now or timezone.now())
        record(actor=actor, verb="display.take_down", target=item, path=item.centre.grid.path)
        return item

    return _on_hanging(actor, item_id, change)


# ---------------------------------------------------------------- looking
def review(
    *, actor: Actor, item_id: UUID, seen_due: dt.date | None = None, now: dt.datetime | None = None
) -> DisplayReview | None:
    """看过了，还行: the next look is an interval from today.

    seen_due: the date that stood on the page. Where somebody has moved it since, nothing happens and None is returned:
    two who tap at once have looked once.
    """
    moment = now or timezone.now()

    def change(item: DisplayItem) -> DisplayReview | None:
        before = item.review_due
        after = timezone.localdate(moment) + dt.timedelta(days=item.interval_days)
        if (seen_due is not None and seen_due != before) or before == after:
            return None
        item.review_due = after
        item.save(update_fields=["review_due"])
        look = DisplayReview(item=item, reviewed_by=actor.user, reviewed_at=moment, due_before=before, due_after=after)
        look.save(force_insert=True)
        record(actor=actor, verb="display.review", target=item, path=item.centre.grid.path, fields=["review_due"])
        schedule_review(item)
        return look

    return _on_hanging(actor, item_id, change)


def undo_review(*, actor: Actor, item_id: UUID, now: dt.datetime | None = None) -> DisplayItem:
    """Take back the last look; the date is again what it was. Raises Conflict NOTHING_TO_UNDO."""

    def change(item: DisplayItem) -> DisplayItem:
        last = item.reviews.filter(undone_at=None).first()
        if last is None or last.due_after != item.review_due:
            raise Conflict(_("没有可以撤回的。"), code="NOTHING_TO_UNDO")
        item.review_due = last.due_before
        item.save(update_fields=["review_due"])
        last.undone_at = now or timezone.now()
        last.save(update_fields=["undone_at"])
        record(actor=actor, verb="display.undo_review", target=item, path=item.centre.grid.path, fields=["review_due"])
        schedule_review(item)
        return item

    return _on_hanging(actor, item_id, change)


def due_key(item: DisplayItem) -> str:
    """One for each review date of an item, for ever: going back to a date does not tell anybody again."""
    return f"display:{item.pk}:{item.review_due:%Y-%m-%d}"


def schedule_review(item: DisplayItem) -> None:
    due.cancel(subject_id=item.pk, kinds=(REVIEW,))
    morning = timezone.make_aware(dt.datetime.combine(item.review_due, REVIEW_AT))
    due.schedule(key=due_key(item), kind=REVIEW, subject_id=item.pk, due_at=morning)


# ---------------------------------------------------------------- within
def _on_hanging(actor: Actor, item_id: UUID, write: Callable[[DisplayItem], T]) -> T:
    """Lock what hangs, for somebody who keeps the centre."""

    def work() -> T:
        within = DisplayItem.objects.visible_to(actor).select_related("centre__grid")
        item = within.select_for_update(of=("self",), no_key=True).filter(pk=item_id).first()
        if item is None:
            raise NotFound()
        if not rules.keeps(actor, item):
            raise Forbidden()
        if item.taken_down_on is not None:
            raise Gone()
        return write(item)

    return in_one_transaction(work)


def _take_off(item: DisplayItem, now: dt.datetime) -> None:
    item.taken_down_on = timezone.localdate(now)
    item.save(update_fields=["taken_down_on"])
    due.cancel(subject_id=item.pk, kinds=(REVIEW,))


def _person(actor: Actor, centre: Any, responsible: UUID | None, now: dt.datetime) -> Any:
    people = people_of(centre, now)
    if responsible is None:
        return actor.user
    if responsible not in people:
        raise Invalid(errors={"responsible": [_("请选一位在这个社区上班的人。")]})
    return people[responsible]


def _fill(item: DisplayItem, title: str, text: str, interval: int, put_up_on: dt.date | None, now: dt.datetime) -> None:
    today = timezone.localdate(now)
    item.title, item.text = " ".join(title.split()), text.replace("\0", "").strip()
    item.put_up_on, item.interval_days = put_up_on or today, interval
    errors: dict[str, list[str]] = {}
    if not 2 <= len(item.place) <= 40:
        errors["place"] = [_("写清楚是哪一面墙、哪一块屏，四十个字以内。")]
    if item.kind not in Kind.values:
        errors["kind"] = [_("这一项选不了，请从列出来的里面选。")]
    if not 2 <= len(item.title) <= 40:
        errors["title"] = [_("写两到四十个字。")]
    if not 2 <= len(item.text) <= LONGEST_TEXT:
        errors["text"] = [_("把上面写的抄下来，四千个字以内。")]
    if not 1 <= interval <= 730:
        errors["interval_days"] = [_("一天到两年，写天数。")]
    if item.put_up_on > today or item.put_up_on.year < 2000:
        errors["put_up_on"] = [_("写已经挂上的那天，不能是以后。")]
    if errors:
        raise Invalid(errors=errors)
    item.review_due = item.put_up_on + dt.timedelta(days=interval)
