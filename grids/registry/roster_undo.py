"""A roster taken back: every row as it was before it, all of it or nothing."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from grids.registry.models import Household, Resident
from grids.registry.models_roster import ChangeKind, RosterChange, RosterImport, RosterState, image
from grids.registry.persons import set_name, set_phone
from grids.registry.roster_batch import WRITTEN
from grids.registry.rosters import within
from portal.accounts.actors import Actor
from portal.audit.services import record, record_many
from portal.db import in_one_transaction
from portal.errors import Conflict
from portal.longwork.registry import Progress
from portal.longwork.services import start
from portal.privacy import consents

if TYPE_CHECKING:
    from portal.longwork.models import LongWork

MOST_TOLD = 20
# What says nothing any more once the person's row is gone: what imports wrote, and that they are not somebody else.
GOES_ALONG = {"grids.RosterChange", "grids.DifferentPeople"}
# Taken back while one waits for the page; what is more is long work.
AT_ONCE = 500


def order_undo(*, actor: Actor, roster_id: UUID) -> "RosterImport | LongWork":
    """Take an import back: a small one at once, a large one as long work. Raises as `undo` does."""
    batch = within(actor, roster_id)
    if batch.state != RosterState.DONE or batch.changes.count() <= AT_ONCE:
        return undo(actor=actor, roster_id=roster_id)
    return start(actor=actor, kind="registry.undo", params={"roster": str(batch.pk)})


def undo(*, actor: Actor, roster_id: UUID, progress: Progress = lambda _done, _total: None) -> RosterImport:
    """Put every row back as it was before the import. Twice changes nothing.

    All of it or nothing: raises Conflict TOUCHED with the doors and names (`extra["errors"]`) that somebody has changed
    since, or written something about; what came later would be lost.
    """

    def work() -> RosterImport:
        batch = within(actor, roster_id, lock=True)
        if batch.state == RosterState.UNDONE:
            return batch
        if batch.state != RosterState.DONE:
            raise Conflict(_("这份名册还没有导入。"), code="NOT_DONE")
        changes = list(batch.changes.select_related("household__building").order_by("pk"))
        people = {
            one.pk: one
            for one in Resident.everyone.select_for_update(of=("self",))
            .select_related("household__building")
            .filter(pk__in=[change.resident_id for change in changes if change.resident_id])
        }
        _refuse_if_touched(batch, changes, people)
        _put_back(actor, batch, changes, people, progress)
        batch.state = RosterState.UNDONE
        batch.save(update_fields=["state"])
        record(actor=actor, verb="registry.import_undo", target=batch, path=batch.community.path)
        return batch

    return in_one_transaction(work)


def _refuse_if_touched(batch: RosterImport, changes: list[RosterChange], people: dict[UUID, Resident]) -> None:
    touched = []
    told_of = _told_of([one.resident_id for one in changes if one.kind == ChangeKind.NEW and one.resident_id])
    for one in changes:
        person = people.get(one.resident_id) if one.resident_id else None
        door = person.household if person else one.household
        if person is not None and (image(person) != one.after or person.pk in told_of):
            touched.append(f"{person.household.code} {person.name}")
        elif door is not None and not door.building.path.startswith(batch.community.path):
            # Its grid was put under another community since: what is behind the door is theirs now.
            touched.append(f"{door.code} {person.name}" if person else door.code)
    if touched:
        raise _touched(touched)


def _told_of(ids: list[UUID]) -> set[UUID]:
    """Of those who came with the import the ones about whom something was written since, in any room: a need, a
    correction, a move, another row that was merged into theirs. It would go with their row, and nobody would be told.
    """
    found = {one.subject_id for one in consents.of_subject(ids)}
    pointers: list[Any] = list(Resident._meta.get_fields(include_hidden=True))
    for one in pointers:
        if not (one.auto_created and (one.one_to_many or one.one_to_one)):
            continue
        model, name = one.related_model, one.field.attname
        if model._meta.label not in GOES_ALONG:
            rows = model._base_manager.filter(**{f"{name}__in": ids}).order_by()
            found |= set(rows.values_list(name, flat=True).distinct())
    return found


def _touched(names: list[str]) -> Conflict:
    said = _("导入以后，有 %(n)d 处又改动过，撤回会把后来的也冲掉，所以没有撤。请一户一户改。") % {"n": len(names)}
    return Conflict(said, code="TOUCHED", errors={"touched": names[:MOST_TOLD]})


def _put_back(
    actor: Actor,
    batch: RosterImport,
    changes: list[RosterChange],
    people: dict[UUID, Resident],
    progress: Progress,
) -> None:
    written = {"actor": actor, "path": batch.community.path, "subjects": True}
    by_fields: dict[tuple[str, ...], list[Resident]] = defaultdict(list)
    for one in changes:
        if one.kind == ChangeKind.CHANGED and one.resident_id:
            by_fields[tuple(sorted(one.before))].append(_as_before(people[one.resident_id], one.before))
    fresh = [people[one.resident_id] for one in changes if one.kind == ChangeKind.NEW and one.resident_id]
    record_many(verb="registry.import_undo", targets=fresh, fields=["household", "name", "phone"], **written)
    doors = [one.household_id for one in changes if one.kind == ChangeKind.DOOR and one.household_id]
    try:
        with transaction.atomic():
            # Those who came go first: one of them may stand under the name that somebody is given back.
            for start_at in range(0, len(fresh), AT_ONCE):
                progress(start_at, len(changes))
                Resident.everyone.filter(pk__in=[one.pk for one in fresh[start_at : start_at + AT_ONCE]]).delete()
            for start_at in range(0, len(doors), AT_ONCE):
                progress(len(fresh) + start_at, len(changes))
                keys = doors[start_at : start_at + AT_ONCE]
                Household.objects.filter(pk__in=keys).exclude(residents__isnull=False).delete()
            for fields, back in by_fields.items():
                Resident.everyone.bulk_update(back, WRITTEN, batch_size=500)
                record_many(verb="registry.import_undo", targets=back, fields=fields, **written)
    except ProtectedError as error:
        names = {str(getattr(one, "household", "") or one) for one in error.protected_objects}
        raise _touched(sorted(names)) from error
    except IntegrityError as error:
        # Somebody of the old name came to live there since.
        names = {f"{one.household.code} {one.name}" for back in by_fields.values() for one in back}
        raise _touched(sorted(names)) from error


def _as_before(person: Resident, before: dict[str, str]) -> Resident:
    if "name" in before:
        set_name(person, before["name"])
    if "phone" in before:
        set_phone(person, before["phone"] or None)
    person.relation = before.get("relation", person.relation)
    return person
