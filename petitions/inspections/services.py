"""Every write of inspections: lists and their versions, sending people out, what they found, the end of it."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.postings import queries as postings
from grids.tree import queries as tree
from petitions.cases import services as cases
from petitions.inspections import notices, rules
from petitions.inspections.enums import CHANNEL, GOERS, KEEPERS, Event, Found
from petitions.inspections.flow import flow
from petitions.inspections.models import (
    Checklist,
    ChecklistItem,
    Inspection,
    InspectionPlace,
    InspectionResult,
)
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound, Stale
from portal.flow import due

if TYPE_CHECKING:
    from grids.tree.models import Grid

MOST_ITEMS, LONGEST_ITEM, MOST_PLACES = 30, 60, 200
REMIND = "inspection.late"


def plain(text: str, longest: int) -> str:
    """One line without control characters."""
    kept = "".join(char if char.isprintable() else " " for char in unicodedata.normalize("NFC", text))
    return " ".join(kept.split())[:longest]


# ---------------------------------------------------------------- lists
def make_list(
    *, actor: Actor, grid: "Grid", name: str, items: Iterable[str], why: str = "", category: Any = None
) -> Checklist:
    """A list of things to look at. Raises Forbidden where this person keeps none, Invalid by field."""

    def work() -> Checklist:
        if actor.user is None or not actor.reach.covers(grid.path, *KEEPERS):
            raise Forbidden()
        made = Checklist(grid=grid, made_by=actor.user)
        _fill(made, name, items, why, category)
        record(actor=actor, verb="checklist.make", target=made, path=grid.path)
        return made

    return in_one_transaction(work)


def change_list(
    *, actor: Actor, checklist_id: UUID, name: str, items: Iterable[str], why: str = "", category: Any = None,
    now: datetime | None = None,
) -> Checklist:  # fmt: skip
    """Its next version; what was begun with the old one is finished with the old one. Raises Stale where somebody has
    changed it meanwhile."""

    def work() -> Checklist:
        old = _list_within(actor, checklist_id)
        if actor.user is None or not rules.keeps_list(actor, old):
            raise Forbidden()
        if old.replaced_at is not None:
            raise Stale()
        old.replaced_at = now or timezone.now()
        old.save(update_fields=["replaced_at"])
        new = Checklist(grid=old.grid, made_by=actor.user, family=old.family, version=old.version + 1)
        _fill(new, name, items, why, category)
        record(actor=actor, verb="checklist.change", target=new, path=old.grid.path)
        return new

    return in_one_transaction(work)


def retire_list(*, actor: Actor, checklist_id: UUID, active: bool) -> Checklist:
    """Not offered any more, or offered again. Twice is once."""

    def work() -> Checklist:
        found = _list_within(actor, checklist_id)
        if not rules.keeps_list(actor, found):
            raise Forbidden()
        if found.replaced_at is not None:
            raise Stale()
        if found.is_active != active:
            found.is_active = active
            found.save(update_fields=["is_active"])
            record(actor=actor, verb="checklist.retire", target=found, path=found.grid.path, fields=["is_active"])
        return found

    return in_one_transaction(work)


def _list_within(actor: Actor, checklist_id: UUID) -> Checklist:
    within = Checklist.objects.usable_by(actor.reach).select_related("grid")
    found = within.select_for_update(of=("self",)).filter(pk=checklist_id).first()
    if found is None:
        raise NotFound()
    return found


def _fill(checklist: Checklist, name: str, items: Iterable[str], why: str, category: Any) -> None:
    lines = [line for item in items if (line := plain(item, LONGEST_ITEM + 1))]
    errors: dict[str, list[str]] = {}
    checklist.name, checklist.why, checklist.category = plain(name, 31), plain(why, 120), category
    if not 2 <= len(checklist.name) <= 30:
        errors["name"] = [_("起个名字，两到三十个字。")]
    if not lines:
        errors["items"] = [_("一行写一样要看的，至少一行。")]
    elif len(lines) > MOST_ITEMS:
        errors["items"] = [_("最多三十样。再多，站在门口就看不过来了，分成两张清单。")]
    elif len(set(lines)) < len(lines):
        errors["items"] = [_("有两行一样，留一行就行。")]
    elif any(len(line) > LONGEST_ITEM for line in lines):
        errors["items"] = [_("有一行太长了，一样六十个字以内。")]
    if errors:
        raise Invalid(errors=errors)
    checklist.save(force_insert=True)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(checklist=checklist, order=n, text=line) for n, line in enumerate(lines, start=1)
    )


# ---------------------------------------------------------------- sending people out
def start(
    *,
    actor: Actor,
    checklist: Checklist,
    grid: "Grid",
    due_on: date,
    team: Iterable[UUID],
    buildings: bool = True,
    places: Iterable[str] = (),
    now: datetime | None = None,
) -> Inspection:
    """Send a team to look at a piece of ground by a list, until the end of a day.

    buildings: each building of the ground is a place; places: others, by the name on their sign. Everybody of the team
    must work on that ground. Raises Forbidden, Invalid by field.
    """
    moment = now or timezone.now()

    def work() -> Inspection:
        if actor.user is None:
            raise Forbidden()
        where = places_of(grid, buildings, places)
        people = [user for key, user in people_of(grid, moment).items() if key in set(team)]
        if errors := _start_problems(checklist, grid, due_on, people, where, moment):
            raise Invalid(errors=errors)
        made = Inspection(
            checklist=checklist,
            grid=grid,
            due_at=timezone.make_aware(datetime.combine(due_on, time(18))),
            started_by=actor.user,
            started_at=moment,
            created_at=moment,
        )
        flow.begin(made, event=Event.START, actor=actor, now=moment)
        made.team.set(people)
        InspectionPlace.objects.bulk_create(
            InspectionPlace(inspection=made, building=building, label=label, order=n)
            for n, (label, building) in enumerate(where.items(), start=1)
        )
        due.schedule(key=f"{REMIND}:{made.pk}", kind=REMIND, subject_id=made.pk, due_at=made.due_at)
        notices.tell_sent_out(made, people)
        return made

    return in_one_transaction(work)


def people_of(grid: "Grid", now: datetime) -> dict[UUID, User]:
    """Who may be sent: those who work on this ground or in the community it lies in, by id."""
    above = postings.holders(path=grid.path, roles=GOERS, at=now)
    below = postings.below(path=grid.path, roles=GOERS, at=now)
    return {one.user_id: one.user for one in (*above, *below)}


def places_of(grid: "Grid", buildings: bool, extra: Iterable[str]) -> dict[str, "Grid | None"]:
    """label → building, in the order in which one walks; a second of one name is told apart by its grid."""
    found: dict[str, Grid | None] = {}
    for building in tree.buildings_under(grid.path) if buildings else []:
        label = building.label[:40]
        if label in found:
            label = f"{building.code[-7:]} {label}"[:40]
        found[label] = building
    for said in extra:
        if label := plain(said, 40):
            found.setdefault(label, None)
    return found


def _start_problems(
    checklist: Checklist, grid: "Grid", due_on: date, people: list[User], where: dict[str, Any], now: datetime
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if checklist.replaced_at is not None or not checklist.is_active:
        errors["checklist"] = [_("这张清单换过新的了，请重新选一次。")]
    elif not grid.path.startswith(checklist.grid.path):
        errors["grid"] = [_("这张清单不是那一片用的。")]
    if not timezone.localdate(now) <= due_on <= timezone.localdate(now) + timedelta(days=365):
        errors["due_on"] = [_("写今天或今天以后的日子，一年以内。")]
    if not people:
        errors["team"] = [_("至少选一位去查的人。")]
    if not where:
        errors["places"] = [_("还没有要去的地方：勾上每栋楼，或者写几处。")]
    elif len(where) > MOST_PLACES:
        errors["places"] = [_("超过两百处了，请分成几片，一片派一次。")]
    return errors


# ---------------------------------------------------------------- at the door
def add_place(*, actor: Actor, inspection_id: UUID, label: str) -> InspectionPlace:
    """A shop or a yard that was not on the list. The same name again is the same place."""

    def work() -> InspectionPlace:
        inspection = _going(actor, inspection_id)
        said = plain(label, 41)
        if not 2 <= len(said) <= 40:
            raise Invalid(errors={"label": [_("写招牌上的名字，两到四十个字。")]})
        last = inspection.places.aggregate(last=Max("order"))["last"] or 0
        if last >= MOST_PLACES:
            raise Invalid(errors={"label": [_("已经有两百处了，请另派一次。")]})
        place, new = inspection.places.get_or_create(label=said, defaults={"order": last + 1})
        if new:
            record(actor=actor, verb="inspection.place", target=inspection, path=inspection.grid.path)
        return place

    return in_one_transaction(work)


def write_down(
    *, actor: Actor, place_id: UUID, item_id: UUID, found: str, note: str = "",
    attachments: Iterable[UUID] = (), now: datetime | None = None,
) -> InspectionResult:  # fmt: skip
    """What was found of one thing in one place; a problem becomes a case, once.

    The same answer again changes nothing and answers the first. "In order" may still become a problem; a problem is a
    case by then and is closed as cases are. Raises NotFound, Forbidden, IllegalTransition where it is over, Conflict
    ALREADY_FOUND, Invalid without a sentence.
    """
    moment = now or timezone.now()

    def work() -> InspectionResult:
        place = InspectionPlace.objects.filter(pk=place_id).first()
        if place is None:
            raise NotFound()
        inspection = _going(actor, place.inspection_id)
        item = inspection.checklist.items.filter(pk=item_id).first()
        if item is None:
            raise NotFound()
        if found not in Found.values:
            raise Invalid(errors={"found": [_("没问题，还是有问题，选一个。")]})
        # The inspection is locked: whoever comes second finds what the first wrote.
        result = InspectionResult.objects.filter(place=place, item=item).first()
        if result is not None and (result.found == found or result.found == Found.PROBLEM):
            if result.found == found:
                return result
            raise Conflict(_("这一样已经记成有问题、立了一件。办好了，那一件会结案。"), code="ALREADY_FOUND")
        return _write(actor, inspection, place, item, result, found, note, list(attachments), moment)

    return in_one_transaction(work)


def _write(
    actor: Actor, inspection: Inspection, place: InspectionPlace, item: ChecklistItem, result: InspectionResult | None,
    found: str, note: str, attachments: list[UUID], now: datetime,
) -> InspectionResult:  # fmt: skip
    result = result or InspectionResult(place=place, item=item)
    result.found, result.note, result.at = found, plain(note, 200), now
    result.by = actor.user  # type: ignore[assignment]
    if found == Found.OK:
        result.note = ""
    else:
        if len(result.note) < 2:
            raise Invalid(errors={"note": [_("写一句怎么回事，好让人知道去办什么。")]})
        result.case = _file(actor, inspection, place, item, result.note, attachments, now)
    result.save()
    if found == Found.PROBLEM:
        record(actor=actor, verb="inspection.problem", target=inspection, path=inspection.grid.path)
    return result


def _file(
    actor: Actor, inspection: Inspection, place: InspectionPlace, item: ChecklistItem, note: str,
    attachments: list[UUID], now: datetime,
) -> Any:  # fmt: skip
    """On behalf of the community: nobody asked for it, so there is nobody to call back."""
    said = _("%(place)s：%(note)s") % {"place": place.label, "note": note}
    why = _("%(list)s，查“%(item)s”时发现。") % {"list": inspection.checklist.name, "item": item.text}
    return cases.submit(
        actor=actor,
        title=said[:60],
        description=f"{said}\n{why}",
        category=inspection.checklist.category,
        grid=_ground(actor, place.building or inspection.grid, inspection),
        address=place.label,
        attachments=attachments,
        channel=CHANNEL,
        now=now,
    )


def _ground(actor: Actor, wanted: "Grid", inspection: Inspection) -> "Grid":
    """Where it lies; else the piece of the ground on which this person may file at all: the address says the rest."""
    if actor.reach.covers(wanted.path, *GOERS):
        return wanted
    scopes = (scope for scope in actor.reach.scopes if scope.role in GOERS)
    own = next((scope for scope in scopes if scope.path.startswith(inspection.grid.path)), None)
    return (tree.by_id(own.grid_id) if own else None) or wanted


def all_in_order(*, actor: Actor, place_id: UUID, now: datetime | None = None) -> int:
    """Everything of this place that nobody has looked at yet is in order; returns how many that were."""
    moment = now or timezone.now()

    def work() -> int:
        place = InspectionPlace.objects.filter(pk=place_id).first()
        if place is None:
            raise NotFound()
        inspection = _going(actor, place.inspection_id)
        seen = set(place.results.values_list("item_id", flat=True))
        fresh = [
            InspectionResult(place=place, item=item, found=Found.OK, at=moment, by=actor.user)
            for item in inspection.checklist.items.all()
            if item.pk not in seen
        ]
        InspectionResult.objects.bulk_create(fresh)
        return len(fresh)

    return in_one_transaction(work)


def _going(actor: Actor, inspection_id: UUID) -> Inspection:
    """The open inspection, locked, for somebody who may write down what is found."""
    within = Inspection.objects.visible_to(actor.reach).select_related("grid", "checklist__category")
    inspection = within.select_for_update(of=("self",), no_key=True).filter(pk=inspection_id).first()
    if inspection is None:
        raise NotFound()
    if not rules.goes(actor, inspection):
        raise Forbidden(_("这一次没有派您去查。要记，请社区书记把您加上。"))
    if not inspection.is_open:
        raise IllegalTransition(_("这一次检查已经结束了，新发现的请直接反映。"))
    return inspection


# ---------------------------------------------------------------- the end
def end(
    *, actor: Actor, inspection_id: UUID, event: str, reason: str = "", version: int | None = None,
    now: datetime | None = None,
) -> Inspection:  # fmt: skip
    """finish or cancel. Finishing with something not looked at wants a reason, from whoever sent the team."""
    if event not in (Event.FINISH, Event.CANCEL):
        raise IllegalTransition()

    def work() -> Inspection:
        within = Inspection.objects.visible_to(actor.reach)
        found = within.select_for_update(of=("self",), no_key=True).filter(pk=inspection_id).first()
        if found is None:
            raise NotFound()
        left = found.places.count() * found.checklist.items.count()
        left = max(left - InspectionResult.objects.filter(place__inspection=found).count(), 0)
        if event == Event.FINISH and left and found.is_open and not rules.keeps(actor, found):
            raise IllegalTransition(_("还有没看的。看完再点；实在看不了的，请社区书记来结束。"), code="NOT_ALL_SEEN")
        return flow.fire(found.pk, event=event, actor=actor, version=version, reason=reason, now=now, left=left)

    return in_one_transaction(work)
