"""The steps that `life` is made of: which door is meant, whether there is room for a name, going and coming back."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import care_follows
from grids.registry.doors import door_code, door_order
from grids.registry.enums import Leaving
from grids.registry.models import Household, Resident
from grids.registry.models_life import LifeEvent, LifeKind
from grids.registry.querysets_life import AT_THE_DOOR
from grids.tree.queries import buildings_under, third_level
from portal.accounts.actors import Actor
from portal.errors import Conflict, Invalid

LEAVING = {LifeKind.AWAY: Leaving.MOVED, LifeKind.DIED: Leaving.DIED}
_CODE = re.compile(r"\s+|(?:号楼|号院|单元|[室号户幢栋座])(?=\d|$|-)")


def target_for(actor: Actor, door: Household, text: str, *, open_door: bool) -> Household:
    """The door of the same community that is written 5-1-302; made where it is not there and may be. Raises Invalid."""
    code = re.sub(r"-{2,}", "-", _CODE.sub("-", text.strip())).strip("-")[:40]
    (place,) = third_level([door.building.path])
    rows = Household.objects.filter(place=place, code=code).select_related("building")
    found = list(rows.select_for_update(of=("self",))[:2])
    if len(found) > 1:
        found = [one for one in found if one.building_id == door.building_id] or found
    if len(found) > 1:
        raise _bad_door(_("这个社区里有两扇门都叫这个，请社区窗口来办。"))
    if found:
        if found[0].pk == door.pk:
            raise _bad_door(_("写的就是现在这扇门。"))
        if not found[0].is_active:
            raise _bad_door(_("这扇门已经不用了。"))
        return found[0]
    if not open_door:
        raise _bad_door(_("这个社区没有登记这扇门。写得没错的话，选“另一扇门，还没登记过，现在登记”。"))
    return _open(actor, place, code)


def _open(actor: Actor, place: str, code: str) -> Household:
    head, *rest = code.split("-")
    fits = [one for one in buildings_under(place) if door_code(one.label, "", "") == head]
    mine = [one for one in fits if actor.reach.covers(one.path, *AT_THE_DOOR)]
    if len(mine) != 1 or not 1 <= len(rest) <= 2:
        raise _bad_door(_("看不出是哪栋楼。请写成“楼-单元-门”，比如 8-2-603；不是您手里的楼，请社区来办。"))
    unit, number = (rest[0], rest[1]) if len(rest) == 2 else ("", rest[0])
    if len(unit) > 8 or not re.fullmatch(r"\w{1,16}", number):
        raise _bad_door(_("门牌写得不对，比如 8-2-603。"))
    names = {"unit": unit, "door": number}
    given = {"code": door_code(mine[0].label, **names), "door_order": door_order(unit, number)}
    made, _is_new = Household.objects.get_or_create(building=mine[0], **names, defaults=given)
    return made


def _bad_door(said: str) -> Invalid:
    return Invalid(said, code="NO_SUCH_DOOR", errors={"to": [said]})


def check_free(actor: Actor, target: Household, movers: Iterable[Resident]) -> None:
    """Nobody of that name lives there already. Whoever does not look after the door learns no name from it."""
    taken = target.residents.filter(name__in=[one.name for one in movers]).order_by("pk").first()
    if taken is None:
        return
    if actor.reach.covers(target.building.path, *AT_THE_DOOR):
        said = _("那一户已经有一位%(name)s，先看看是不是同一个人。") % {"name": taken.name}
    else:
        said = _("那一户不归您的网格，这一次请社区窗口来办。")
    raise Conflict(said, code="SAME_NAME", errors={"to": [said]})


def apply(events: Iterable[LifeEvent], now: datetime, actor: Actor) -> None:
    """The register says from now on what these say. Raises Conflict where somebody is not where they were."""
    for event in events:
        person = Resident.everyone.select_for_update(of=("self",)).get(pk=event.resident_id)
        if person.left_on is not None or person.household_id != event.from_household_id:
            raise _touched(person)
        event.here_since, event.account_id = person.created_at, None
        if event.kind in LEAVING:
            person.left_on, person.leaving = event.on, LEAVING[LifeKind(event.kind)]
            if event.kind == LifeKind.DIED:
                event.account_id = person.user_id
                person.user = person.linked_by = person.linked_at = None
        else:
            assert event.to_household is not None
            person.household, person.relation = event.to_household, event.relation_after
            # Here since now: what was written at this door before they came is not theirs to read.
            person.created_at = now
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError as error:
            raise Conflict(_("那一户刚登记了一位同名的人，先看看是不是同一个人。"), code="SAME_NAME") from error
        if person.left_on is not None:
            care_follows.gone(actor, person, event.act, now)
        else:
            care_follows.moved(person)
        event.done_at = now
        event.save(update_fields=["done_at", "here_since", "account"])


def put_back(event: LifeEvent, actor: Actor) -> LifeEvent:
    """One correcting entry, and the person as they were. Raises Conflict TOUCHED."""
    person = Resident.everyone.select_for_update(of=("self",)).get(pk=event.resident_id)
    now = timezone.now()
    # A plan that has not come about changed nothing yet.
    if event.done_at is not None:
        if person.life.filter(pk__gt=event.pk).exists() or not _as_left(event, person):
            raise _touched(person)
        _restore(event, person, actor, now)
        _care_goes_on(event, person, actor, now)
    if event.done_at is None:
        event.done_at = now
        event.save(update_fields=["done_at"])
    return LifeEvent.objects.create(
        resident=person,
        kind=LifeKind.BACK,
        undoes=event,
        from_household=event.to_household,
        to_household=event.from_household,
        on=timezone.localdate(now),
        act=event.act,
        done_at=now,
        recorded_by=actor.user,
    )


def _as_left(event: LifeEvent, person: Resident) -> bool:
    if event.kind in LEAVING:
        same = person.left_on == event.on and person.leaving == LEAVING[LifeKind(event.kind)]
        return same and person.household_id == event.from_household_id
    same = person.household_id == event.to_household_id and person.left_on is None
    same = same and person.relation == event.relation_after
    if event.kind in (LifeKind.BORN, LifeKind.CAME):
        return same and person.user_id is None and not person.corrections.exists()
    return same


def _restore(event: LifeEvent, person: Resident, actor: Actor, now: datetime) -> None:
    if event.kind in (LifeKind.BORN, LifeKind.CAME):
        person.left_on, person.leaving = event.on, Leaving.MISTAKE
    elif event.kind in LEAVING:
        person.left_on, person.leaving = None, ""
        if event.account_id and event.account_id != actor.id:
            person.user_id, person.linked_by, person.linked_at = event.account_id, actor.user, now
    else:
        assert event.from_household is not None
        person.household, person.relation = event.from_household, event.relation_before
        person.created_at = event.here_since or person.created_at
    person.save()


def _care_goes_on(event: LifeEvent, person: Resident, actor: Actor, now: datetime) -> None:
    if event.kind in LEAVING:
        care_follows.back(actor, event.act, [person])
    elif person.left_on is not None:
        care_follows.gone(actor, person, event.act, now)  # never came, never was born
    else:
        care_follows.moved(person)


def _touched(person: Resident) -> Conflict:
    said = _("记下以后，%(name)s的登记又有人改过，不能照原样改回。请照现在的情况再记一次。") % {"name": person}
    return Conflict(said, code="TOUCHED")
