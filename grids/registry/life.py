"""What happens to the people behind a door: they come, go to another door, go away, die. Every one is dated, written
down once, and can be put back within thirty days. What was written at a door, and promised there, stays with the door.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import persons, roster
from grids.registry.enums import Leaving, Relation
from grids.registry.models import Household, Resident
from grids.registry.models_life import PUT_BACK_WITHIN, LifeEvent, LifeKind
from grids.registry.moving import apply, check_free, put_back, target_for
from grids.registry.querysets_life import AT_THE_DOOR
from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.flow import due
from portal.rows import uuid7

AHEAD, LONG_AGO = timedelta(days=30), timedelta(days=366)


def door_within(actor: Actor, household_id: UUID, *, lock: bool = False) -> Household:
    """A door this actor writes at. Raises NotFound."""
    rows = Household.objects.filter(actor.reach.q("building__path", *AT_THE_DOOR)).select_related("building")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=household_id).first()
    if found is None:
        raise NotFound()
    return found


def person_within(actor: Actor, resident_id: UUID, *, lock: bool = False) -> Resident:
    """A person of such a door, whether they still live there or not. Raises NotFound."""
    rows = Resident.everyone.filter(actor.reach.q("household__building__path", *AT_THE_DOOR))
    rows = rows.select_related("household__building")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=resident_id).first()
    if found is None:
        raise NotFound()
    return found


def check_day(on: date, *, ahead: timedelta = AHEAD) -> None:
    """A day one may write down: of the last year, and not far ahead. Raises Invalid."""
    today = timezone.localdate()
    if on > today + ahead:
        said = _("日子不能在今天以后。") if not ahead else _("日子最晚写到三十天以后。")
    elif on < today - LONG_AGO:
        said = _("日子最早写到一年前，再早的请看看是不是写错了年份。")
    else:
        return
    raise Invalid(said, errors={"on": [said]})


# ---------------------------------------------------------------- going
def move(
    *, actor: Actor, household_id: UUID, people: Sequence[UUID], to: str, on: date, open_door: bool = False
) -> UUID:
    """Take people of one door to another of the same community ("5-1-302"; `open_door` where it is not there yet),
    today or on a day to come; returns the act. The same again changes nothing.

    Raises NotFound beyond reach, Invalid for the day, the door or nobody, Conflict SAME_NAME or PLANNED.
    """
    check_day(on)

    def work() -> UUID:
        door = door_within(actor, household_id, lock=True)
        target = target_for(actor, door, to, open_door=open_door)
        again = _same_act(people, from_household=door, to_household=target, on=on)
        if again:
            return again
        movers = _living_at(door, people)
        check_free(actor, target, movers)
        everybody = len(movers) == door.residents.count()
        there = target.residents.exists()
        kind = LifeKind.JOINED if there else LifeKind.MOVED if everybody else LifeKind.SPLIT
        # What somebody is to the head of one household says nothing about another.
        keep = everybody and not there
        return _write(actor, kind, door, target, movers, on, keep_relation=keep)

    return in_one_transaction(work)


def move_away(*, actor: Actor, household_id: UUID, people: Sequence[UUID], on: date) -> UUID:
    """Write down that people of a door have gone from the community, or will; returns the act. Raises as `move`."""
    check_day(on)

    def work() -> UUID:
        door = door_within(actor, household_id, lock=True)
        again = _same_act(people, from_household=door, to_household=None, on=on)
        return again or _write(actor, LifeKind.AWAY, door, None, _living_at(door, people), on)

    return in_one_transaction(work)


def write_death(*, actor: Actor, resident_id: UUID, on: date) -> LifeEvent:
    """Write down that somebody has died: the link to their account ends, and nobody is sent anything. What rooms have
    pending for them is theirs to see to. Twice changes nothing. Raises NotFound, Invalid, Conflict GONE."""
    check_day(on, ahead=timedelta(0))

    def work() -> LifeEvent:
        person = person_within(actor, resident_id, lock=True)
        if person.left_on is not None:
            last = person.life.filter(kind=LifeKind.DIED).order_by("-pk").first()
            if person.leaving == Leaving.DIED and last:
                return last
            raise Conflict(_("登记里他已经不住这里了。"), code="GONE")
        _write(actor, LifeKind.DIED, person.household, None, [person], on)
        return person.life.order_by("-pk")[0]

    return in_one_transaction(work)


# ---------------------------------------------------------------- coming
def arrive(
    *, actor: Actor, household_id: UUID, name: str, on: date, born: bool = False, phone: str = "", relation: str = ""
) -> Resident:
    """Write somebody new into a door: born, or moved in from elsewhere. No birth date is kept, `on` is the day of the
    register. The same again changes nothing. Raises NotFound, Invalid, Conflict SAME_NAME."""
    check_day(on, ahead=timedelta(0))
    read_name, read_phone = _read(name, phone)
    if relation and relation not in Relation.values:
        raise Invalid(errors={"relation": [_("请从列出来的里面选。")]})
    kind = LifeKind.BORN if born else LifeKind.CAME

    def work() -> Resident:
        door = door_within(actor, household_id, lock=True)
        there = door.residents.filter(name=read_name).first()
        if there is not None:
            if there.life.filter(kind=kind, on=on, to_household=door, undone_by__isnull=True).exists():
                return there
            said = _("这一户已经有一位叫这个名字的人，先看看是不是同一个人。")
            raise Conflict(said, code="SAME_NAME", errors={"name": [said]})
        person = Resident(household=door, relation=relation)
        persons.set_name(person, read_name)
        persons.set_phone(person, read_phone)
        person.save(force_insert=True)
        now = timezone.now()
        facts = {"to_household": door, "relation_after": relation, "recorded_by": actor.user, "done_at": now}
        LifeEvent.objects.create(resident=person, kind=kind, on=on, **facts)
        _record(actor, kind, door, person, ["household", "name", "phone", "relation"])
        return person

    return in_one_transaction(work)


def _read(name: str, phone: str) -> tuple[str, str | None]:
    errors = {}
    read_name, read_phone = "", None
    try:
        read_name = roster.read_name(name)
        if not read_name:
            errors["name"] = [_("请写姓名。")]
    except roster.BadLine as error:
        errors["name"] = [str(error)]
    try:
        read_phone = roster.read_phone(phone)
    except roster.BadLine as error:
        errors["phone"] = [str(error)]
    if errors:
        raise Invalid(errors=errors)
    return read_name, read_phone


# ---------------------------------------------------------------- what they share
def _living_at(door: Household, people: Sequence[UUID]) -> list[Resident]:
    wanted = set(people)
    found = list(door.residents.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if not wanted:
        raise Invalid(errors={"people": [_("勾一下是谁。")]})
    if len(found) < len(wanted):
        raise NotFound()
    return found


def _same_act(people: Sequence[UUID], **facts: object) -> UUID | None:
    """The act that already did, or will do, exactly this for exactly these: a second click."""
    rows = LifeEvent.objects.filter(resident__in=list(people), undone_by__isnull=True, **facts).order_by("-pk")
    last = rows.exclude(kind__in=(LifeKind.BACK, LifeKind.DIED)).first()
    if last is None:
        return None
    found = set(LifeEvent.objects.filter(act=last.act).values_list("resident", flat=True))
    later = LifeEvent.objects.filter(resident__in=found, pk__gt=last.pk).exclude(act=last.act)
    return last.act if found == set(people) and not later.exists() else None


def _write(
    actor: Actor,
    kind: str,
    door: Household,
    target: Household | None,
    movers: list[Resident],
    on: date,
    *,
    keep_relation: bool = True,
) -> UUID:
    act = uuid7()
    for person in movers:
        if person.life.planned().filter(undone_by__isnull=True).exists():
            said = _("%(name)s已经有一条还没到日子的变动，先把那一条改回原样。") % {"name": person}
            raise Conflict(said, code="PLANNED", errors={"people": [said]})
        after = person.relation if keep_relation else ""
        event = LifeEvent(resident=person, kind=kind, from_household=door, to_household=target, on=on, act=act)
        event.relation_before, event.relation_after, event.recorded_by = person.relation, after, actor.user
        event.save(force_insert=True)
        _record(actor, kind, door, person, ["household", "relation"])
    events = list(LifeEvent.objects.filter(act=act).order_by("pk"))
    if on <= timezone.localdate():
        apply(events, timezone.now(), actor)
    else:
        at = timezone.make_aware(datetime.combine(on, time(0, 5)))
        due.schedule(key=f"life:{act}", kind="registry.life", subject_id=events[0].pk, due_at=at)
    return act


def _record(actor: Actor, kind: str, door: Household, person: Resident, fields: list[str]) -> None:
    target = person if kind == LifeKind.DIED else door
    facts = {"path": door.building.path, "subject_id": person.pk, "fields": fields}
    record(actor=actor, verb=f"registry.life_{kind}", target=target, **facts)


# ---------------------------------------------------------------- the day comes; putting back
def carry_out(*, event_id: UUID, now: datetime) -> bool:
    """Do what was written down for today; False where it was called off, is done, or the people are elsewhere."""
    first = LifeEvent.objects.filter(pk=event_id).first()
    if first is None:
        return False
    events = list(LifeEvent.objects.select_for_update().filter(act=first.act).planned().order_by("pk"))
    called_off = LifeEvent.objects.filter(undoes__in=events).exists()
    if not events or called_off:
        return False
    try:
        with transaction.atomic():
            apply(events, now, SYSTEM)
    except Conflict:
        return False
    return True


def undo(*, actor: Actor, event_id: UUID) -> LifeEvent:
    """Put back what one act changed, by one more entry for each of its people. Twice changes nothing.

    Raises NotFound beyond the reach of the door they are at now, Conflict TOO_LATE after thirty days and TOUCHED where
    something has changed since.
    """

    def work() -> LifeEvent:
        event = LifeEvent.objects.visible_to(actor.reach).exclude(kind=LifeKind.BACK).filter(pk=event_id).first()
        if event is None:
            raise NotFound()
        rows = LifeEvent.objects.filter(act=event.act).exclude(kind=LifeKind.BACK)
        events = list(rows.select_for_update().order_by("pk"))
        done = LifeEvent.objects.filter(undoes=event).first()
        if done is not None:
            return done
        if timezone.now() - event.created_at > PUT_BACK_WITHIN:
            raise Conflict(_("过了三十天，不能改回原样。请照现在的情况再记一次。"), code="TOO_LATE")
        visible = rows.visible_to(actor.reach).count()
        if visible < len(events):
            raise Conflict(_("一起变动的人里，有的已经不归您的网格，请社区来改。"), code="NOT_ALL_YOURS")
        back = None
        try:
            with transaction.atomic():
                for one in events:
                    made = put_back(one, actor)
                    back = made if one.pk == event.pk else back
        except IntegrityError as error:
            raise Conflict(_("原来的门后面已经有一位同名的人，改不回去。"), code="SAME_NAME") from error
        due.cancel(subject_id=events[0].pk, kinds=("registry.life",))
        for one in events:
            path = one.resident.household.building.path
            facts = {"path": path, "subject_id": one.resident_id, "fields": ["household", "relation"]}
            record(actor=actor, verb="registry.life_back", target=one, **facts)
        assert back is not None
        return back

    return in_one_transaction(work)


# ---------------------------------------------------------------- reading
def planned_at(door: Household) -> list[LifeEvent]:
    """Who is to go from this door, by their day; those whose day went by without it too."""
    rows = LifeEvent.objects.planned().filter(from_household=door).select_related("resident", "to_household")
    return list(rows.order_by("on", "pk"))


def doors_of(resident: Resident) -> list[LifeEvent]:
    """What was written down about one person's doors, the newest first."""
    rows = resident.life.with_undone().select_related("from_household", "to_household", "recorded_by")
    return list(rows.order_by("-pk"))


def home_of(resident_id: UUID) -> UUID:
    """The door of somebody whom the caller has just written to."""
    return Resident.everyone.values_list("household", flat=True).get(pk=resident_id)
