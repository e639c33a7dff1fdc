"""Rows of the register that may be one person: suggested by what is the same, decided by somebody who knows them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import care_follows, persons
from grids.registry.enums import Leaving
from grids.registry.models import Resident
from grids.registry.models_life import DifferentPeople, ResidentMerge
from grids.registry.models_roster import image
from grids.registry.querysets import ResidentQuerySet
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.accounts.reach import Reach
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, NotFound
from portal.privacy import consents
from portal.privacy.declarations import personal
from portal.rows import uuid7

# What a merge has done to consents, by the keys it is kept under.
CONSENTS, REPLACED = "portal.Consent", "portal.Consent:replaced"
# What the register writes about its own corrections is not carried along: it says what happened to that very row.
STAYS = {"grids.LifeEvent", "grids.ResidentMerge", "grids.DifferentPeople", "grids.RosterChange"}


@dataclass(frozen=True)
class Pair:
    first: Resident
    second: Resident
    same_phone: bool


# ---------------------------------------------------------------- suggestions
def _mine(reach: Reach) -> ResidentQuerySet:
    found: ResidentQuerySet = Resident.objects.filter(reach.q("household__building__path", *COMMUNITY))
    return found


def alike(reach: Reach) -> models.QuerySet[Resident]:
    """People with a later row of the same name that has the same telephone, or lies in the same building; without those
    whom somebody has told apart."""
    apart = DifferentPeople.objects.filter(first=OuterRef(OuterRef("pk")), second=OuterRef("pk"))
    same = Q(phone=OuterRef("phone")) | Q(household__building=OuterRef("household__building"))
    other = _mine(reach).filter(same, name=OuterRef("name"), pk__gt=OuterRef("pk")).exclude(Exists(apart))
    return _mine(reach).filter(Exists(other)).select_related("household").order_by("sort_key", "pk")


def pairs_of(reach: Reach, people: list[Resident]) -> list[Pair]:
    """The pairs these begin, in their order: two queries, however many."""
    ids, names = [one.pk for one in people], {one.name for one in people}
    rows = _mine(reach).filter(name__in=names).select_related("household__building").order_by("pk")
    told = set(DifferentPeople.objects.filter(first__in=ids).values_list("first", "second"))
    by_name: dict[str, list[Resident]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    return [
        Pair(one, other, bool(one.phone) and one.phone == other.phone)
        for one in people
        for other in by_name.get(one.name, [])
        if other.pk > one.pk and (one.pk, other.pk) not in told and _alike(one, other)
    ]


def _alike(one: Resident, other: Resident) -> bool:
    same_phone = bool(one.phone) and one.phone == other.phone
    return same_phone or one.household.building_id == other.household.building_id


def pair_within(actor: Actor, first_id: UUID, second_id: UUID, *, lock: bool = False) -> tuple[Resident, Resident]:
    """Two people within reach, in this order. Raises NotFound."""
    rows = _mine(actor.reach).select_related("household__building").filter(pk__in=[first_id, second_id])
    found = {one.pk: one for one in (rows.select_for_update(of=("self",)).order_by("pk") if lock else rows)}
    if len(found) != 2:
        raise NotFound()
    return found[first_id], found[second_id]


# ---------------------------------------------------------------- decided
def tell_apart(*, actor: Actor, first_id: UUID, second_id: UUID) -> None:
    """These are two people, for good. Twice changes nothing. Raises NotFound."""

    def work() -> None:
        first, second = pair_within(actor, *sorted((first_id, second_id)), lock=True)
        _made, is_new = DifferentPeople.objects.get_or_create(first=first, second=second, defaults={"by": actor.user})
        if is_new:
            path = first.household.building.path
            for one in (first, second):
                record(actor=actor, verb="registry.tell_apart", target=one, path=path, subject_id=one.pk)

    in_one_transaction(work)


def merge(*, actor: Actor, keep_id: UUID, gone_id: UUID) -> ResidentMerge:
    """One person, two rows: what points at the second points at the first from now on; its telephone and account go
    over where the first has none.

    Twice changes nothing. Raises NotFound beyond reach, Conflict TWO_ACCOUNTS, KEEP_OTHER where something of the second
    cannot be carried over, SAME_THING where both have what only one may have.
    """

    def work() -> ResidentMerge:
        done = ResidentMerge.objects.visible_to(actor.reach).filter(gone=gone_id, kept=keep_id, undone_at=None).first()
        if done is not None:
            return done
        kept, gone = pair_within(actor, keep_id, gone_id, lock=True)
        if kept.user_id and gone.user_id and kept.user_id != gone.user_id:
            raise Conflict(_("两条登记连着两个账号，先弄清哪个是本人的，解除另一个。"), code="TWO_ACCOUNTS")
        before, act, now = {"kept": _full(kept), "gone": _full(gone)}, uuid7(), timezone.now()
        # Before anything is carried: two open ones of a kind do not fit into the table.
        care_follows.merged(actor, kept, gone, act, now)
        moved = _carry_over(gone, kept)
        carried, replaced = consents.carry_over(from_id=gone.pk, to_id=kept.pk, now=now)
        moved |= {CONSENTS: carried, REPLACED: replaced}
        _absorb(kept, gone)
        facts = {"moved": moved, "before": before, "after": {"kept": _full(kept), "gone": _full(gone)}}
        made = ResidentMerge.objects.create(pk=act, kept=kept, gone=gone, by=actor.user, **facts)
        path = kept.household.building.path
        fields = ["phone", "user", "relation"]
        for one in (kept, gone):
            record(actor=actor, verb="registry.merge", target=one, path=path, subject_id=one.pk, fields=fields)
        return made

    return in_one_transaction(work)


def _full(one: Resident) -> dict[str, Any]:
    return image(one) | {"linked_by": str(one.linked_by_id or ""), "linked_at": one.linked_at and str(one.linked_at)}


def _absorb(kept: Resident, gone: Resident) -> None:
    if not kept.phone and gone.phone:
        persons.set_phone(kept, gone.phone)
    if not kept.relation and kept.household_id == gone.household_id:
        kept.relation = gone.relation
    if gone.user_id and not kept.user_id:
        kept.user_id, kept.linked_by_id, kept.linked_at = gone.user_id, gone.linked_by_id, gone.linked_at
    gone.user = gone.linked_by = gone.linked_at = None
    gone.left_on, gone.leaving = timezone.localdate(), Leaving.MERGED
    gone.save()
    kept.save()


def _carry_over(gone: Resident, kept: Resident) -> dict[str, list[str]]:
    """What points at the second row points at the first: ForeignKeys of any storey, found by Django itself. Raises
    Conflict where a table says no; what knows a person by a bare id has been declared, and is not carried over (but for
    consents, which know how)."""
    for said in personal():
        name = said.whose.resident
        if said.apart or not name or name == "pk" or "__" in name or said.label == CONSENTS:
            continue
        bare = not said.model._meta.get_field(name).is_relation
        if bare and said.model._base_manager.filter(**{name: gone.pk}).exists():
            words = _("另一条上有“%(what)s”，带不过来。请留下那一条，把这一条并进去。") % {"what": said.title}
            raise Conflict(words, code="KEEP_OTHER")
    moved: dict[str, list[str]] = {}
    for label, rows, name in _pointing_at(gone):
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
        if not ids:
            continue
        try:
            with transaction.atomic():
                rows.update(**{name: kept})
        except IntegrityError as error:
            said_twice = _("两条登记上有一样的事（比如同一次预约、同一项更正），先了结一件，再来合并。")
            raise Conflict(said_twice, code="SAME_THING") from error
        except DatabaseError as error:  # a table whose rows are never changed
            refused = _("另一条上有不能改的记录。请留下那一条，把这一条并进去。")
            raise Conflict(refused, code="KEEP_OTHER") from error
        moved[f"{label}.{name}"] = ids
    return moved


def _pointing_at(person: Resident) -> list[tuple[str, models.QuerySet[Any], str]]:
    found = []
    pointers: list[Any] = list(Resident._meta.get_fields(include_hidden=True))
    for one in pointers:
        if not (one.auto_created and (one.one_to_many or one.one_to_one)):
            continue
        model, name = one.related_model, one.field.name
        if model._meta.label not in STAYS:
            found.append((model._meta.label, model._base_manager.filter(**{name: person}), name))
    return found


def take_apart(*, actor: Actor, merge_id: UUID) -> ResidentMerge:
    """Undo a merge within thirty days: both rows and what pointed at the second, as they were. Twice changes nothing.

    Raises NotFound, Conflict TOO_LATE, or TOUCHED where somebody has changed either row or what was carried over.
    """

    def work() -> ResidentMerge:
        rows = ResidentMerge.objects.visible_to(actor.reach).select_for_update(of=("self",))
        found = rows.filter(pk=merge_id).first()
        if found is None:
            raise NotFound()
        if found.undone_at is not None:
            return found
        if not found.may_go_back:
            raise Conflict(_("过了三十天，拆不开了。请照现在的情况重新登记。"), code="TOO_LATE")
        people = Resident.everyone.select_for_update(of=("self",)).select_related("household__building").order_by("pk")
        both = {one.pk: one for one in people.filter(pk__in=[found.kept_id, found.gone_id])}
        kept, gone = both[found.kept_id], both[found.gone_id]
        if _full(kept) != found.after["kept"] or _full(gone) != found.after["gone"]:
            raise _touched()
        _hand_back(found, kept, gone)
        consents.hand_back(carried=found.moved.get(CONSENTS, []), replaced=found.moved.get(REPLACED, []), to_id=gone.pk)
        care_follows.back(actor, found.pk, [kept, gone])
        if not care_follows.founded([kept, gone]):
            raise _touched()  # renewed since: the consent of today was given for the one row
        # The telephone and the account first leave the one row, then come back to the other.
        for one, name in ((kept, "kept"), (gone, "gone")):
            _restore(one, found.before[name])
        found.undone_at = timezone.now()
        found.save(update_fields=["undone_at"])
        facts = {"path": kept.household.building.path, "subject_id": kept.pk}
        record(actor=actor, verb="registry.take_apart", target=found, **facts)
        return found

    return in_one_transaction(work)


def _hand_back(found: ResidentMerge, kept: Resident, gone: Resident) -> None:
    left = dict(found.moved)
    for label, rows, name in _pointing_at(kept):
        ids = left.pop(f"{label}.{name}", [])
        # What has been deleted since by its own retention is gone with either name; what was given to a third is not.
        there = rows.model._base_manager.filter(pk__in=ids)
        if there.exclude(**{name: kept}).exists():
            raise _touched()
        there.update(**{name: gone})


def _restore(one: Resident, was: dict[str, Any]) -> None:
    persons.set_phone(one, was["phone"] or None)
    one.relation, one.leaving = was["relation"], ""
    one.left_on = None
    one.user_id, one.linked_by_id = was["user"] or None, was["linked_by"] or None
    one.linked_at = was["linked_at"]
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise _touched() from error


def _touched() -> Conflict:
    return Conflict(_("合并以后又有人改过，拆开会把后来的弄丢，所以没有拆。"), code="TOUCHED")


def merges(actor: Actor) -> list[ResidentMerge]:
    """What was merged within reach of late, the newest first."""
    rows = ResidentMerge.objects.visible_to(actor.reach).select_related("kept__household", "gone__household", "by")
    return list(rows.order_by("-pk")[:20])
