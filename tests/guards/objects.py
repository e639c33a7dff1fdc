"""For every route with an object in its path: how to make one, whose it is, and what the route is sent.

A new route of that kind goes into GUARDED (somebody's own) or OPEN (everybody's, or whoever holds its key), or
tests/guards/test_objects.py fails. `n` is 0 or 1: two of a kind by the same owner, so that a route that answers with
the wrong one is found out.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from centres.activities import certifying
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Certificate, Enrolment
from centres.rooms.appeals import appeal
from centres.rooms.enums import LinkKind
from centres.rooms.ics import token_of
from centres.rooms.links import make_link
from centres.rooms.links import token_of as address_of
from centres.rooms.models import DayException, Part, Room, RoomPart
from centres.rooms.models_booking import Booking, Suspension
from centres.rooms.series import book_series
from centres.rooms.services import book, cancel, new_feed
from centres.rooms.waitlist import join
from centres.sharing import giving
from centres.sharing import services as sharing
from centres.training.models import CourseOffer
from grids.postings.models import Posting
from grids.registry import care
from grids.registry.anchors import agree
from grids.registry.corrections import ask_correction
from grids.registry.duplicates import merge
from grids.registry.life import move_away
from grids.registry.models import Resident
from grids.registry.rosters import bring
from grids.tree.planting import Seedling, plant
from grids.tree.services import Part as GridPart
from grids.tree.services import Plan, plan_change
from grids.visits.entry import PromiseEntry, VisitEntry
from grids.visits.errands import ask_errand
from grids.visits.materials import add_material
from grids.visits.models import Promise, Visit
from grids.visits.models_cards import ContactCard
from grids.visits.objections import object_to
from grids.visits.rounds import end_round, open_round
from grids.visits.services import log_visit
from grids.visits.services_offline import order_wipe, register_device
from petitions.bridge import keys
from petitions.bridge.incoming import read as read_ticket
from petitions.bridge.models import ExternalSystem, ExternalTicket, InboundProblem, OutboundUpdate
from petitions.bridge.services import receive
from petitions.cases.answers import save_template
from petitions.cases.models import Case, Category, RoutingRule, WhistleCall
from petitions.cases.rating_links import issue
from petitions.cases.routing import save_rule
from petitions.inspections.models import Checklist, Inspection
from petitions.inspections.services import make_list
from petitions.inspections.services import start as start_inspection
from petitions.wishes.models import Wish
from portal.attachments.services import attach, keep_photo
from portal.longwork.models import LongWork
from portal.pages.services import publish
from portal.privacy.consents import give, purpose
from portal.privacy.exporting import ask, build, decide, folder
from portal.privacy.services import ask_erasure
from portal.rows import uuid7
from portal.ui.words import spoken_ref
from tests.cast import Cast
from tests.centres.activities.people import a_session, an_activity, enrol_child
from tests.centres.activities.people import published as publish_activity
from tests.centres.displays.people import an_item
from tests.centres.rooms.people import NOW, House, at, digits, furnish
from tests.centres.sharing.people import Shelf, a_drive, a_thing, stock
from tests.centres.surveys.people import a_survey
from tests.centres.training.people import Training, lunch, open_base, submit
from tests.grids.conftest import open_door
from tests.petitions.cases.conftest import Desk
from tests.petitions.wishes.people import TEXT, a_wish, bring_to
from tests.portal.privacy.people import KIND
from volunteers.service.models import Volunteer, VolunteerTeam
from volunteers.service.services import ask_to_join, become_volunteer, found_team


class World:
    """The cast on the Friday of the rooms' tests, with a furnished centre. Nobody is linked to a door."""

    def __init__(self, cast: Cast):
        self.cast, self.place, self.desk = cast, cast.place, Desk(cast)
        self.house: House = furnish(cast.place.community)
        self.training: Training | None = None
        self.helper: Volunteer = become_volunteer(actor=cast.actor("volunteer"), name="小孙")


@dataclass(frozen=True)
class Thing:
    """An object: its id, the path's arguments (its key first), what its answers say and its twin's do not."""

    id: UUID
    path: dict[str, Any]
    says: str = ""
    query: dict[str, str] = field(default_factory=dict)
    # What a writing method is sent; bytes go as they are.
    body: dict[str, Any] | bytes = field(default_factory=dict)
    # The key of whoever has no account: `Authorization`.
    key: str = ""


# What an answer of the API about this very object says.
SAME = '"id":"{id}"'
Make = Callable[[World, int], Thing]
# Nobody here reaches 5 号楼, the community it lies in, or what the resident has there. "": not signed in.
OUTSIDE = ("", "outsider", "grid_worker_b", "secretary_b", "street_supervisor_b", "department_handler", "sysadmin")


@dataclass(frozen=True)
class Guarded:
    """A route to what is somebody's. The first owner reads and writes, the others read; strangers find nothing."""

    route: str
    make: Make
    owners: tuple[str, ...]
    strangers: tuple[str, ...] = OUTSIDE
    # False: the writer chooses the id, so that one never seen makes a new object.
    finds: bool = True
    # False: a write that leaves no line of its own in the trail, or none the second time.
    recorded: bool = True


@dataclass(frozen=True)
class Open:
    """A route that asks for no reach, and why not."""

    route: str
    make: Make
    who: str
    why: str


# ---------------------------------------------------------------- long work
def long_work(world: World, n: int) -> Thing:
    started = LongWork.objects.create(
        kind="test",
        owner=world.cast.users["clerk"],
        state="done",
        note=f"第 {n + 1} 件",
        result="works/guard",
        result_name="a.csv",
    )
    started.result.save(f"{started.pk}/out", ContentFile(b"a"))
    return Thing(started.pk, {"pk": started.pk}, says=started.note)


def long_work_file(world: World, n: int) -> Thing:
    return replace(long_work(world, n), says="")


# ---------------------------------------------------------------- doors and visits
def a_door(world: World, n: int) -> Any:
    who = (("林秀英", "+8613800002046"), ("赵国平", "+8613800004157"))[n]
    return open_door(world.place.building, f"30{n + 1}", who)


def household(world: World, n: int) -> Thing:
    door = a_door(world, n)
    return Thing(door.pk, {"household_id": door.pk}, says=door.code)


def resident(account: str = "", says: str = "name", **body: Any) -> Make:
    """`account`: "waits" for somebody to say that it is theirs, or is "linked" to them."""

    def make(world: World, n: int) -> Thing:
        found: Resident = a_door(world, n).residents.get()
        user = (world.cast.resident, world.cast.neighbour)[n]
        if account == "waits":
            found.phone = user.phone
        elif account == "linked":
            found.user, found.linked_by, found.linked_at = user, world.cast.clerk, NOW
        found.save()
        return Thing(found.pk, {"resident_id": found.pk}, says=getattr(found, says), body=body)

    return make


def picture(n: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (6, 4), "red" if n else "blue").save(out, "JPEG")
    return out.getvalue()


def entry(world: World, n: int) -> VisitEntry:
    return VisitEntry(
        household_id=a_door(world, n).pk,
        outcome="met",
        visited_at=timezone.now() - timedelta(minutes=5),
        promises=(PromiseEntry("带申请表来", timezone.localdate()),),
        photos=(hashlib.sha256(picture(n)).hexdigest(),),
    )


def a_visit(world: World, n: int) -> Visit:
    return log_visit(actor=world.cast.actor("grid_worker"), visit_id=uuid7(), entry=entry(world, n)).visit


def visit(world: World, n: int) -> Thing:
    made = a_visit(world, n)
    return Thing(made.pk, {"visit_id": made.pk}, says=made.household.code)


def visit_again(world: World, n: int) -> Thing:
    """Sent once more as it was, by its writer or by somebody who got hold of its id."""
    given = entry(world, n)
    made = log_visit(actor=world.cast.actor("grid_worker"), visit_id=uuid7(), entry=given).visit
    body = {"household": str(given.household_id), "outcome": "met", "visited_at": given.visited_at.isoformat()}
    body |= {"promises": [{"text": one.text, "due_on": str(one.due_on)} for one in given.promises]}
    return Thing(
        made.pk, {"visit_id": made.pk}, says=SAME.format(id=made.pk), body=body | {"photos": list(given.photos)}
    )


def held_visit(world: World, n: int) -> Thing:
    """Written by somebody whose posting has ended: it waits for the secretary."""
    Posting.objects.filter(user=world.cast.grid_worker).update(ends_at=NOW - timedelta(minutes=10))
    made = a_visit(world, n)
    assert made.state == "quarantined"
    return Thing(made.pk, {"visit_id": made.pk}, body={"word": "admit"})


def phone(world: World, n: int) -> Thing:
    """A browser that keeps doors; its own id is its key."""
    made, _ = register_device(actor=world.cast.actor("grid_worker"), device_id=uuid7())
    return Thing(made.pk, {"device_id": made.pk}, says=SAME.format(id=made.pk))


def phone_to_wipe(world: World, n: int) -> Thing:
    made = phone(world, n)
    order = order_wipe(actor=world.cast.actor("secretary"), worker_id=world.cast.grid_worker.pk, reason="丢了")
    return Thing(made.id, made.path, body={"order": str(order.pk), "unsent": 0})


def phone_holder(world: World, n: int) -> Thing:
    phone(world, n)
    worker = (world.cast.grid_worker, world.cast.clerk)[n]
    return Thing(worker.pk, {"user_id": worker.pk}, body={"reason": "手机丢了"})


def visit_photo(world: World, n: int) -> Thing:
    made, sha256 = a_visit(world, n), hashlib.sha256(picture(n)).hexdigest()
    return Thing(made.pk, {"visit_id": made.pk, "sha256": sha256}, says=sha256, body=picture(n))


def promise(world: World, n: int) -> Thing:
    made = Promise.objects.get(visit=a_visit(world, n))
    return Thing(made.pk, {"promise_id": made.pk})


def asked_correction(world: World, n: int) -> Thing:
    found = resident("linked")(world, n)
    actor = world.cast.actor(("resident", "neighbour")[n])
    made = ask_correction(actor=actor, resident_id=found.id, field="phone", value=f"1380000999{n}")
    return Thing(made.pk, {"correction_id": made.pk}, says=f"1380000999{n}", body={"word": "accept"})


def care_need(confirmed: bool = True, given: str = "grid_worker", **body: Any) -> Make:
    """Somebody whom the grid worker looks after, or who waits for the secretary's word."""

    def make(world: World, n: int) -> Thing:
        found: Resident = a_door(world, n).residents.get()
        worker, said = world.cast.grid_worker, {"need": "陪着去买菜", "kind": "hands"}
        actor = world.cast.actor("secretary" if confirmed else "grid_worker")
        more = {"ground": care.Ground(), "assignee_id": worker.pk} if confirmed else {}
        made = (care.write_down if confirmed else care.ask_need)(actor=actor, resident_id=found.pk, **said, **more)
        sent = {"assignee": str(world.cast.users[given].pk)} | ({} if confirmed else said)
        return Thing(made.pk, {"need_id": made.pk}, says=found.name, body=sent | body)

    return make


def moved_promise(world: World, n: int) -> Thing:
    body = {"due_on": timezone.localdate() + timedelta(days=3), "reason": "表还没印好"}
    return replace(promise(world, n), body=body)


def door_sign(world: World, n: int) -> Thing:
    door = a_door(world, n)
    return Thing(door.pk, {"household_id": door.pk}, says=door.code, body={"likes": ["evening"]})


def seen_visit(world: World, n: int) -> Thing:
    """A visit to a door of `resident`, who has lived there for a while."""
    made = a_visit(world, n)
    found: Resident = made.household.residents.get()
    found.user, found.linked_by, found.linked_at = world.cast.resident, world.cast.clerk, NOW
    found.created_at = NOW - timedelta(days=30)
    found.save()
    return Thing(made.pk, {"visit_id": made.pk}, body={"text": "我在家的"})


def objection(world: World, n: int) -> Thing:
    visit_id = seen_visit(world, n).id
    made = object_to(actor=world.cast.actor("resident"), visit_id=visit_id, text="我在家的")
    return Thing(made.pk, {"objection_id": made.pk}, body={"word": "keep", "answer": "当时没人开门"})


def an_errand(world: World, n: int) -> Thing:
    door, today = a_door(world, n), timezone.localdate()
    made = ask_errand(
        actor=world.cast.actor("clerk"),
        asker_id=world.place.community.pk,
        text=f"把回执捎去 {n}",
        until=today,
        household_id=door.pk,
    )
    return Thing(made.pk, {"errand_id": made.pk}, says=made.text)


def visit_round(world: World, n: int) -> Thing:
    today = timezone.localdate()
    made = open_round(
        actor=world.cast.actor("secretary"),
        grid=world.place.community,
        name=f"第 {n} 轮敲门",
        starts_on=today,
        ends_on=today,
        purposes=("publicity",),
    )
    return Thing(made.pk, {"round_id": made.pk}, says=made.name)


def ended_round(world: World, n: int) -> Thing:
    thing, today = visit_round(world, n), timezone.localdate()
    end_round(actor=world.cast.actor("secretary"), round_id=thing.id)
    return replace(thing, body={"starts_on": today, "ends_on": today})


def grid_change(world: World, n: int) -> Thing:
    """Planned for another day: two grids become one, or the area they lie in goes to another community."""
    place, later = world.place, timezone.localdate() + timedelta(days=30)
    plan = Plan("merge", [place.grid.pk, place.grid_b.pk], [GridPart(grid=place.grid_b.pk)])
    if n:
        north = plant([Seedling("620902001002", place.street.code, {"level": "community", "name": "北关社区"})])
        plan = Plan("move", [place.area.pk], to=north["620902001002"].pk)
    made = plan_change(actor=world.cast.actor("street_supervisor"), plan=plan, on=later, reason=f"第 {n} 份文件")
    return Thing(made.pk, {"change_id": made.pk}, says=f"第 {n} 份文件")


def leaflet(world: World, n: int) -> Thing:
    made = add_material(
        actor=world.cast.actor("clerk"),
        grid=world.place.community,
        title=f"第 {n} 册",
        about="",
        review_on=timezone.localdate() + timedelta(days=9),
    )
    return Thing(made.pk, {"material_id": made.pk}, body={"word": "retire"})


# ---------------------------------------------------------------- who comes, goes, is there twice, looks after others
def goes_away(world: World, n: int) -> Thing:
    door = a_door(world, n)
    body = {"people": [str(door.residents.get().pk)], "way": "away", "on": timezone.localdate()}
    return Thing(door.pk, {"household_id": door.pk}, says=door.code, body=body)


def newcomer(world: World, n: int) -> Thing:
    body = {"name": ("林小满", "赵小暑")[n], "born": "1", "on": timezone.localdate()}
    return replace(household(world, n), body=body)


def a_death(world: World, n: int) -> Thing:
    return resident(on=timezone.localdate())(world, n)


def gone_by_mistake(world: World, n: int) -> Thing:
    door, today = a_door(world, n), timezone.localdate()
    person = door.residents.get()
    move_away(actor=world.cast.actor("grid_worker"), household_id=door.pk, people=[person.pk], on=today)
    event = person.life.get()
    return Thing(event.pk, {"event_id": event.pk})


def namesakes(world: World, n: int) -> tuple[Resident, Resident]:
    first = a_door(world, n).residents.get()
    second = open_door(world.place.building, f"40{n + 1}", (first.name, None)).residents.get()
    return first, second


def a_pair(world: World, n: int) -> Thing:
    first, second = namesakes(world, n)
    path = {"first_id": first.pk, "second_id": second.pk}
    return Thing(first.pk, path, says=first.name, body={"word": "different"})


def a_merge(world: World, n: int) -> Thing:
    first, second = namesakes(world, n)
    made = merge(actor=world.cast.actor("clerk"), keep_id=first.pk, gone_id=second.pk)
    return Thing(made.pk, {"merge_id": made.pk})


def an_anchor(world: World, n: int) -> Thing:
    today, door = timezone.localdate(), a_door(world, n)
    facts = {"household": door.code, "circle": ("银杏树下", "水塔边上")[n], "agreed_on": today, "starts_on": today}
    made = agree(actor=world.cast.actor("secretary"), **facts)
    return Thing(made.pk, {"anchor_id": made.pk}, says=made.circle, body={"word": "members", "members": "12"})


# ---------------------------------------------------------------- what is held about somebody
PURPOSES = [purpose(f"tests.objects{n}", "试验", words="我同意试一试。") for n in (0, 1)]


def a_consent(world: World, n: int) -> Thing:
    made = give(actor=world.cast.actor("clerk"), subject_id=world.cast.resident.pk, purpose=PURPOSES[n].code)
    return Thing(made.pk, {"consent_id": made.pk})


def wants_erasure() -> Make:
    def make(world: World, n: int) -> Thing:
        who = ("resident", "neighbour")[n]
        resident("linked")(world, n)
        made = ask_erasure(actor=world.cast.actor(who), reason=f"搬家了{n}")
        return Thing(made.pk, {"erasure_id": made.pk}, says=f"搬家了{n}", body={"do": "refuse", "answer": "还要用"})

    return make


def own_erasure(world: World, n: int) -> Thing:
    """An account that stands for two people of the register asks for each."""
    found = a_door(world, n).residents.get()
    found.user, found.linked_by, found.linked_at = world.cast.resident, world.cast.clerk, NOW
    found.save()
    made = ask_erasure(actor=world.cast.actor("resident"), resident_id=found.pk)
    return Thing(made.pk, {"erasure_id": made.pk})


def an_export(ready: bool = False) -> Make:
    def make(world: World, n: int) -> Thing:
        place = (world.place.building, world.place.grid)[n]
        made = ask(actor=world.cast.actor("clerk"), kind=KIND.code, path=place.path, reason=f"核对门牌{n}")
        if ready:
            decide(actor=world.cast.actor("secretary"), export_id=made.pk, approve=True, answer="核对用")
            made = build(made.pk, lambda done, total: None)
            found = folder() / made.file
            found.write_bytes(picture(n))
            return Thing(made.pk, {"export_id": made.pk}, says=hashlib.sha256(picture(n)).hexdigest())
        return Thing(made.pk, {"export_id": made.pk}, says=f"核对门牌{n}", body={"do": "refuse", "answer": "不用"})

    return make


def brought_roster(world: World, n: int) -> Thing:
    content = f"楼栋,户,姓名\n5 号楼,1-80{n},赵一\n".encode()
    upload = SimpleUploadedFile(f"名册{n}.csv", content)
    made = bring(actor=world.cast.actor("clerk"), community=world.place.community, upload=upload)
    body = {"word": "look", "sheet": "", "c0": "楼栋", "c1": "户", "c2": "姓名"}
    return Thing(made.pk, {"roster_id": made.pk}, says=f"名册{n}.csv", body=body)


# ---------------------------------------------------------------- photos: of whatever they belong to
def photo_of(owner_type: str, who: str, owner: Callable[[World, int], UUID | None]) -> Make:
    def make(world: World, n: int) -> Thing:
        upload = SimpleUploadedFile("a.jpg", picture(n))
        kept = keep_photo(actor=world.cast.actor(who), upload=upload)
        if owner_id := owner(world, n):
            attach(actor=world.cast.actor(who), attachment_ids=[kept.pk], owner_type=owner_type, owner_id=owner_id)
        return Thing(kept.pk, {"attachment_id": kept.pk}, says=kept.sha256)

    return make


# ---------------------------------------------------------------- bookings
def a_booking(world: World, n: int, room: str = "", starts: str = "09-21 09:30", who: str = "resident") -> Booking:
    """For an hour; the twin beside it, or in the same room (if that matters) two hours later."""
    start = at(starts) + timedelta(hours=n * 2 if room else 0)
    place, actor = getattr(world.house, room or ("studio", "east")[n]), world.cast.actor(who)
    return book(actor=actor, room=place.pk, starts_at=start, ends_at=start + timedelta(hours=1), purpose="练字")


def booking(room: str = "", starts: str = "09-21 09:30", says: str = "{ref}", **body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        made = a_booking(world, n, room, starts)
        said = says.format(ref=spoken_ref(made.ref), id=made.pk)
        return Thing(made.pk, {"booking_id": made.pk}, says=said, body=body)

    return make


NEW_TIME = {"date": "2026-09-22", "start": "15:00", "minutes": "60"}
NEW_SPAN = {"starts_at": "2026-09-22T15:00:00+08:00", "ends_at": "2026-09-22T16:00:00+08:00"}


def feed(world: World, n: int) -> Thing:
    who = ("resident", "neighbour")[n]
    made, address = a_booking(world, n, who=who), new_feed(actor=world.cast.actor(who))
    return Thing(address.pk, {"token": token_of(address)}, says=f"UID:{made.pk}")


def room(world: World, n: int) -> Thing:
    """With what is sent to book it."""
    found = (world.house.studio, world.house.stage)[n]
    body = NEW_TIME | {"purpose": "练字", "step": "book"}
    return Thing(found.pk, {"room_id": found.pk}, says=found.name, body=body)


def taken_room(world: World, n: int) -> Thing:
    """Another time is taken in each."""
    made = a_booking(world, n, "stage" if n else "studio")
    says = f'"starts_at":"{timezone.localtime(made.starts_at).isoformat()}"'
    return Thing(made.room_id, {"room_id": made.room_id}, says=says, query={"date": "2026-09-21"})


def seats(world: World, n: int) -> Thing:
    """A room let by the place."""
    name = ("自习室", "集市")[n]
    found = Room.objects.create(centre=world.house.centre, name=name, kind="study", by_place=True, place_word="座位")
    part = Part.objects.create(centre=world.house.centre, name=f"{name} 1 号")
    RoomPart.objects.create(room=found, part=part)
    return Thing(found.pk, {"room_id": found.pk}, says=part.name, query={"date": "2026-09-21"})


def series_room(world: World, n: int) -> Thing:
    """With what is sent to look at some dates."""
    found = room(world, n)
    dates = {"weekdays": ["1"], "first": "2026-09-22", "last": "2026-09-22"}
    return Thing(found.id, found.path, says=found.says, body=found.body | dates | {"step": "check"})


def a_series(world: World, n: int) -> Thing:
    found, date = (world.house.studio, world.house.east)[n], NOW.date() + timedelta(days=3 + n)
    times = {"start_time": time(9), "end_time": time(10)}
    resident = world.cast.actor("resident")
    line = book_series(actor=resident, room=found.pk, dates=[date], purpose="练字", mode="all", **times)[0]
    made = line.booking.series_id if line.booking else None
    assert made is not None
    return Thing(made, {"series_id": made}, says=found.name)


def in_line(offered: bool = False, says: str = "{room}", **body: Any) -> Make:
    """The resident waits for what somebody else has, or it has come free and is theirs to take."""

    def make(world: World, n: int) -> Thing:
        made = a_booking(world, n, who="org_contact")
        given = {"starts_at": made.starts_at, "ends_at": made.ends_at, "purpose": "练字"}
        entry = join(actor=world.cast.actor("resident"), room=made.room_id, **given)
        if offered:
            cancel(actor=world.cast.actor("org_contact"), booking_id=made.pk)
        said = says.format(room=made.room.name, id=entry.pk)
        return Thing(entry.pk, {"entry_id": entry.pk}, says=said, body=body)

    return make


def closure(world: World, n: int) -> Thing:
    day = NOW.date() + timedelta(days=3 + n)
    made = DayException.objects.create(centre=world.house.centre, first_day=day, last_day=day, reason="停水")
    return Thing(made.pk, {"exception_id": made.pk})


def arriving(says: str = "{ref}") -> Make:
    """Soon to begin, with what stands at its door now."""

    def make(world: World, n: int) -> Thing:
        made = a_booking(world, n, starts="09-18 14:30")
        said = says.format(ref=spoken_ref(made.ref), id=made.pk)
        return Thing(made.pk, {"booking_id": made.pk}, says=said, body={"code": digits(made.room)})

    return make


def at_the_door(world: World, n: int) -> Thing:
    made = a_booking(world, n, starts="09-18 14:30")
    return Thing(made.pk, {"room_id": made.room_id, "code": digits(made.room)}, says=made.room.name)


def address(kind: LinkKind) -> Make:
    def make(world: World, n: int) -> Thing:
        made = a_booking(world, n)
        link = make_link(actor=world.cast.actor("clerk"), room_id=made.room_id, kind=kind)
        says = f"UID:{made.pk}" if kind == LinkKind.FEED else made.room.name
        return Thing(link.pk, {"token": address_of(link)}, says=says)

    return make


def addresses(world: World, n: int) -> Thing:
    found = (world.house.studio, world.house.stage)[n]
    return Thing(found.pk, {"room_id": found.pk}, says=found.name, body={"do": "make:door"})


def put_off(said: bool = True, **body: Any) -> Make:
    """Two people who were put off by the same house; what the first of each test is sent differs by its words."""

    def make(world: World, n: int) -> Thing:
        user = world.cast.resident
        reason = ("三次约了没来", "约了不来")[n]
        until = NOW + timedelta(days=20 + n)
        found = Suspension.objects.create(user=user, centre=world.house.centre, until=until, reason=reason)
        if said:
            appeal(actor=world.cast.actor("resident"), suspension_id=found.pk, words="住院了")
        return Thing(found.pk, {"suspension_id": found.pk}, says=reason, body=body)

    return make


# ---------------------------------------------------------------- loans and drives
def a_shelf(world: World) -> Shelf:
    if not hasattr(world, "shelf"):
        world.shelf = stock(world.place.community, centre=world.house.centre)
    return world.shelf


def lent(says: str = "{name}", **body: Any) -> Make:
    """Kept for the resident."""

    def make(world: World, n: int) -> Thing:
        item = (a_shelf(world).kit, a_shelf(world).drill)[n]
        made = sharing.reserve(actor=world.cast.actor("resident"), item_id=item.pk)
        return Thing(made.pk, {"loan_id": made.pk}, says=says.format(name=item.name), body=body)

    return make


def loan_wait(world: World, n: int) -> Thing:
    item = a_thing(a_shelf(world).centre, "tool", f"梯子{n}", 1)
    sharing.reserve(actor=world.cast.actor("neighbour"), item_id=item.pk)
    made = sharing.wait(actor=world.cast.actor("resident"), item_id=item.pk)
    return Thing(made.pk, {"wait_id": made.pk})


def lent_item(world: World, n: int) -> Thing:
    item = (a_shelf(world).kit, a_shelf(world).drill)[n]
    return Thing(item.pk, {"item_id": item.pk}, says=item.name)


def awaited_item(world: World, n: int) -> Thing:
    item = a_thing(a_shelf(world).centre, "tool", f"梯子{n}", 1)
    sharing.reserve(actor=world.cast.actor("neighbour"), item_id=item.pk)
    return Thing(item.pk, {"item_id": item.pk}, says=item.name)


def drifting(world: World, n: int) -> Thing:
    item = a_thing(a_shelf(world).centre, "book", "《呼兰河传》", 1) if n else a_shelf(world).book
    copy = item.copies.get()
    return Thing(copy.pk, {"code": copy.code}, says=item.name)


def drive(**body: Any) -> Make:
    """Of the community."""

    def make(world: World, n: int) -> Thing:
        title = ("一人一本", "旧衣新暖")[n]
        made = a_drive(world.cast, "secretary", "community", title=title)
        return Thing(made.pk, {"drive_id": made.pk}, says=title if not body else "", body=body)

    return make


def given_books(world: World, n: int) -> Any:
    """Brought by the resident: 11 books, or 22."""
    found = drive()(world, n)
    actor, place = world.cast.actor("clerk"), world.place.community
    given = {"drive_id": found.id, "community": place, "quantity": 11 * (n + 1), "giver": world.cast.resident}
    return giving.record_donation(actor=actor, **given)


def donation(world: World, n: int) -> Thing:
    made = given_books(world, n)
    return Thing(made.pk, {"donation_id": made.pk}, says=f"{made.quantity} 册")


def wrong_donation(world: World, n: int) -> Thing:
    made = given_books(world, n)
    return Thing(made.pk, {"donation_id": made.pk}, body={"quantity": "5", "reason": "数错了"})


def a_pledge(**body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        found = drive()(world, n)
        given = {"quantity": 7, "community": world.place.community}
        made = giving.pledge(actor=world.cast.actor("resident"), drive_id=found.id, **given)
        return Thing(made.pk, {"pledge_id": made.pk}, body=body)

    return make


# ---------------------------------------------------------------- the training base
def the_base(world: World) -> Training:
    world.training = world.training or open_base(world.house)
    return world.training


def training_course(world: World, n: int) -> Thing:
    base = the_base(world)
    offer = base.course
    if n:
        offer = CourseOffer.objects.create(category=offer.category, title="调解第一句话", minutes=60)
    return Thing(offer.pk, {"course_id": offer.pk}, says=offer.title)


OTHER_GROUP = {"people": "12", "first_day": "2026-09-22", "last_day": "2026-09-25", "wish": ""}


def training_order(**body: Any) -> Make:
    """A group of the resident's, that waits for the house; the twin is another organisation's."""

    def make(world: World, n: int) -> Thing:
        made = submit(
            world.cast, the_base(world), [lunch()], "resident", organisation=("沙河镇党委", "东山区民政局")[n]
        )
        return Thing(made.pk, {"order_id": made.pk}, says=made.organisation, body=body)

    return make


# ---------------------------------------------------------------- activities
def an_after_school(world: World, n: int, start: str = "09-18 14:30") -> tuple[Activity, Session]:
    """Published, with one session that may be taken attendance of now; the child is fetched."""
    title = ("蜗牛班", "小马班")[n]
    made = an_activity(world.cast, world.house, title=title, needs_pickup=True, gives_certificate=True)
    session = a_session(world.cast, made, start, f"{start[:-5]}18:00")
    return publish_activity(world.cast, made), session


def activity(begins: str = "09-18 14:30", draft: bool = False, **body: Any) -> Make:
    """`draft`: with a date, and not let out yet."""

    def make(world: World, n: int) -> Thing:
        made, _session = an_after_school(world, n, begins)
        if draft:
            Activity.objects.filter(pk=made.pk).update(stage="draft")
        return Thing(made.pk, {"activity_id": made.pk}, says=made.title, body=body)

    return make


CHILD = ("小满", "小暑")
ASKS = {"who": "child", "child_name": "豆豆", "born": "2018-01-01", "consent": "on"}
PICKUP = {"do": "name", "name": "周桂芳", "relation": "外婆", "phone": "13800009021"}
EDITED = {"title": "画画课", "kind": "course", "about": "带上蜡笔。", "enrols": "term", "capacity": "9"}

PLANNED = {"first": "2026-09-21", "last": "2026-09-22", "start": "09:00", "end": "10:00", "days": "working", "room": ""}


def an_enrolment(world: World, n: int) -> Enrolment:
    made, _session = an_after_school(world, n)
    return enrol_child(world.cast, made, name=CHILD[n])


def enrolment(**body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        made = an_enrolment(world, n)
        return Thing(made.pk, {"enrolment_id": made.pk}, says=CHILD[n], body=body)

    return make


def a_certificate(world: World, n: int) -> Certificate:
    made = an_enrolment(world, n)
    session = made.activity.sessions.get()
    made.attendances.create(session=session, arrived_at=NOW, marked_by=world.cast.clerk)
    Enrolment.objects.filter(pk=made.pk).update(state="finished")
    certifying.certify(made.activity, NOW)
    return Certificate.objects.get(enrolment=made)


def own_certificate(world: World, n: int) -> Thing:
    made = a_certificate(world, n)
    return Thing(made.enrolment_id, {"enrolment_id": made.enrolment_id}, says=CHILD[n])


def shown_certificate(world: World, n: int) -> Thing:
    made = a_certificate(world, n)
    return Thing(made.pk, {"code": made.code}, says=made.number)


def class_session(begins: str = "09-18 14:30", **body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        made, session = an_after_school(world, n, begins)
        return Thing(session.pk, {"session_id": session.pk}, says=made.title, body=body)

    return make


def marked(world: World, n: int) -> Thing:
    """A tap is recorded with whose it is."""
    made = an_enrolment(world, n)
    session = made.activity.sessions.get()
    return Thing(made.pk, {"session_id": session.pk}, body={"do": "arrive", "enrolment": str(made.pk)})


# ---------------------------------------------------------------- cases
def a_case(world: World, n: int, category: Category | None = None, **more: Any) -> Case:
    return world.desk.file(now=NOW, title=("楼道灯不亮", "井盖松了")[n], category=category, **more)


def case(more: dict[str, Any] | None = None, says: str = "{ref}", **body: Any) -> Make:
    """`more`: what stands in the path after the number."""

    def make(world: World, n: int) -> Thing:
        made = a_case(world, n)
        said = says.format(ref=spoken_ref(made.ref), id=made.pk)
        return Thing(made.pk, {"ref": made.ref} | (more or {}), says=said, body=body)

    return make


def restricted(world: World, n: int) -> Thing:
    """A dispute between neighbours: of all in the place the secretary's only, and whoever's it was."""
    kind, _new = Category.objects.get_or_create(code="talk", name="邻里纠纷", sla="complaint", kind="mediation")
    made = a_case(world, n, category=kind)
    return Thing(made.pk, {"ref": made.ref}, says=made.title)


def whistled(world: World, n: int) -> WhistleCall:
    """The department is called to a case of the grid worker's."""
    made = world.desk.at("in_progress", NOW, title=("楼道灯不亮", "井盖松了")[n])
    given = {"departments": [world.place.sector], "reason": ("来修灯", "来换盖")[n]}
    world.desk.act(made, "whistle", "street_supervisor", NOW, **given)
    return made.calls.get()


def call(says: str = "{title}", **more: Any) -> Make:
    """`more`: what stands in the path after the call's id."""

    def make(world: World, n: int) -> Thing:
        made = whistled(world, n)
        said = says.format(title=made.case.title, id=made.pk)
        return Thing(made.pk, {"call_id": made.pk} | more, says=said)

    return make


def case_call(world: World, n: int) -> Thing:
    made = whistled(world, n)
    path = {"ref": made.case.ref, "call_id": made.pk}
    return Thing(made.pk, path, says=SAME.format(id=made.pk), body={"event": "arrive"})


def chased(world: World, n: int) -> Thing:
    made = world.desk.at("in_progress", NOW, title=("楼道灯不亮", "井盖松了")[n])
    body = {"power": "市住建局", "words": "说这周上会", "asked_on": f"{NOW:%Y-%m-%d}"}
    return Thing(made.pk, {"ref": made.ref}, says=spoken_ref(made.ref), body=body)


def slip(world: World, n: int) -> Thing:
    made = a_case(world, n)
    return Thing(made.pk, {"token": made.token}, says=spoken_ref(made.ref), body={"do": "say", "text": "还没有人来"})


# ---------------------------------------------------------------- other systems
def a_system(world: World) -> ExternalSystem:
    found, _new = ExternalSystem.objects.get_or_create(
        code="12345-gy",
        defaults={
            "name": "12345 热线",
            "kind": "hotline",
            "grid": world.place.district,
            "token_hash": keys.hash_of(BRIDGE_TOKEN),
            "answer_url": "http://127.0.0.1:9/",
            "secret_box": keys.locked("shared"),
        },
    )
    return found


def a_ticket(world: World, n: int, **more: Any) -> ExternalTicket:
    """Of the community's address, with a code that nobody knows."""
    given = {
        "id": f"GD-{n + 1}",
        "description": ("东门路灯不亮", "西门井盖松了")[n],
        "category": ("灯7741", "盖7742")[n],
    }
    incoming = read_ticket(given | {"address": "文昌花园社区"} | more)
    return receive(system=a_system(world), incoming=incoming, via="push", now=NOW).ticket


def dead_letter(**body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        made = OutboundUpdate.objects.get(ticket=a_ticket(world, n))
        OutboundUpdate.objects.filter(pk=made.pk).update(stage="dead", last_error="对方不收")
        return Thing(made.pk, {"update_id": made.pk}, says=made.ticket.external_id, body=body)

    return make


def unknown_code(world: World, n: int) -> Thing:
    Category.objects.get_or_create(code="lamp", name="公共设施坏了", sla="help")
    made = a_ticket(world, n)
    return Thing(made.pk, {"ticket_id": made.pk}, says=made.external_category, body={"category": "lamp"})


def problem(world: World, n: int) -> Thing:
    a_ticket(world, n)
    a_ticket(world, n, description="又说是别的事")
    made = InboundProblem.objects.get(external_id=f"GD-{n + 1}")
    return Thing(made.pk, {"problem_id": made.pk})


def handed_over(world: World, n: int) -> Thing:
    """By the system itself, with its token: the other one has the same, and another code."""
    system = a_system(world)
    if n:
        system, _new = ExternalSystem.objects.get_or_create(
            code="city-gy",
            defaults={"name": "数字城管", "kind": "city", "grid": world.place.street, "token_hash": keys.hash_of("2")},
        )
    body = {"id": "GD-9", "description": "路灯不亮"}
    return Thing(system.pk, {"system": system.code}, body=body, key=f"Bearer {2 if n else BRIDGE_TOKEN}")


BRIDGE_TOKEN = "let-us-in"


def service(world: World, n: int) -> Thing:
    made = Category.objects.create(code=("lamp", "drain")[n], name=("公共设施", "下水")[n], sla="help")
    return Thing(made.pk, {"code": made.code}, says=made.code)


def opened_request(world: World, n: int) -> Thing:
    made = a_case(world, n)
    return Thing(made.pk, {"ref": made.ref}, says=made.ref)


def request_token(world: World, n: int) -> Thing:
    made = a_case(world, n)
    return Thing(made.pk, {"token": made.token}, says=made.ref)


# ---------------------------------------------------------------- inspections
def a_checklist(world: World, n: int) -> Checklist:
    name = ("查灭火器", "看看楼道")[n]
    items = ["灭火器在有效期里", "通道没有堆东西"]
    return make_list(actor=world.cast.actor("secretary"), grid=world.place.community, name=name, items=items)


def checklist(**body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        made = a_checklist(world, n)
        return Thing(made.pk, {"checklist_id": made.pk}, says=made.name, body=body)

    return make


def new_version(world: World, n: int) -> Thing:
    """What is recorded is the new version's."""
    made = a_checklist(world, n)
    body = {"name": made.name, "items": "灭火器在有效期里\n有应急灯"}
    return Thing(made.pk, {"checklist_id": made.pk}, says=made.name, body=body)


def an_inspection(world: World, n: int) -> Inspection:
    return start_inspection(
        actor=world.cast.actor("secretary"),
        checklist=a_checklist(world, n),
        grid=world.place.grid,
        due_on=NOW.date() + timedelta(days=3),
        team=[world.cast.grid_worker.pk],
        buildings=False,
        places=[("老张面馆", "文昌五金")[n]],
    )


def inspection(at_door: bool = False, **body: Any) -> Make:
    """`at_door`: its first place stands in the path as well."""

    def make(world: World, n: int) -> Thing:
        made = an_inspection(world, n)
        path = {"inspection_id": made.pk} | ({"place_id": made.places.get().pk} if at_door else {})
        return Thing(made.pk, path, says=made.checklist.name, body=body)

    return make


FOUND = {"i1-found": "problem", "i1-note": "过期了"}


def done_case(world: World, n: int) -> Thing:
    """Waits for its verdict; the desk may ring."""
    made = world.desk.at("awaiting_feedback", NOW, title=("路灯不亮", "井盖松了")[n], grid=world.place.building)
    return Thing(made.pk, {"ref": made.ref}, says=spoken_ref(made.ref), body={"do": "told"})


def case_like(world: World, n: int) -> Thing:
    """Beside one that may be the same."""
    text = ("三楼的灯坏了一周了", "踩上去会响，车压着就翘起来")[n]
    made, other = a_case(world, n, description=text), a_case(world, n, description=text)
    body = {"do": "apart", "other": other.ref}
    # A pair is one row, whichever of the two was looked at.
    return Thing(made.pk, {"ref": made.ref}, says=spoken_ref(made.ref), body=body)


def routing_rule(**body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        where = (world.place.grid, world.place.grid_b)[n]
        found = RoutingRule.objects.filter(place=where).first()
        made = found or save_rule(actor=world.cast.actor("secretary"), place=where, send_to="grid")
        more = {"place": str(where.pk), "to": "grid"} if not body else {}
        return Thing(made.pk, {"rule_id": made.pk}, says=f'value="{where.pk}" selected', body=body | more)

    return make


def answer_template(**body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        title = ("灯泡换过了", "井盖换好了")[n]
        made = save_template(
            actor=world.cast.actor("secretary"), community=world.place.community, title=title, text="办好了。"
        )
        more = {"title": title, "text": "都办好了。", "community": str(world.place.community.pk)} if not body else {}
        return Thing(made.pk, {"template_id": made.pk}, says=title, body=body | more)

    return make


def rating_link(world: World, n: int) -> Thing:
    made = world.desk.at(
        "awaiting_feedback", NOW, title=("路灯不亮", "井盖松了")[n], reply_by="slip", contact_phone="13800002046"
    )
    token = issue(made).rstrip("/").rsplit("/", 1)[1]
    return Thing(made.pk, {"token": token}, says=made.title, body={"solved": "yes", "satisfaction": "satisfied"})


# ---------------------------------------------------------------- wishes and teams
def words(n: int) -> str:
    return "想要一盏台灯，写作业用。" if n else TEXT


def new_wish(world: World, n: int) -> Wish:
    """In review, so that it is nobody's but the resident's and the community's."""
    return a_wish(world.cast, text=words(n))


def wish(says: str = "{text}", **body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        made = new_wish(world, n)
        return Thing(made.pk, {"wish_id": made.pk}, says=says.format(text=made.text, id=made.pk), body=body)

    return make


def hung_wish(world: World, n: int) -> Thing:
    made = bring_to(world.cast, "open", new_wish(world, n))
    return Thing(made.pk, {"wish_id": made.pk}, says=words(n))


def helped_wish(world: World, n: int) -> UUID:
    """The claim of a wish that was carried out: the photos are its own."""
    return bring_to(world.cast, "to_confirm", new_wish(world, n)).claims.get().pk


def a_team(world: World, n: int) -> VolunteerTeam:
    by = world.cast.actor("secretary")
    name = ("教手机队", "护河队")[n]
    return found_team(actor=by, grid=world.place.community, name=name, kind="service", leader=world.helper)


def team(world: World, n: int) -> Thing:
    made = a_team(world, n)
    return Thing(made.pk, {"team_id": made.pk}, says=made.name)


def led_team(world: World, n: int) -> Thing:
    made = a_team(world, n)
    return Thing(made.pk, {"team_id": made.pk}, body={"leader": str(world.helper.pk)})


def asking(world: World, n: int) -> Thing:
    become_volunteer(actor=world.cast.actor("resident"), name="小林")
    made = ask_to_join(actor=world.cast.actor("resident"), team_id=a_team(world, n).pk)
    return Thing(made.pk, {"membership_id": made.pk}, body={"answer": "take_in"})


# ---------------------------------------------------------------- surveys and displays
def survey(state: str, question: bool = False, **body: Any) -> Make:
    """`question`: its first stands in the path as well."""

    def make(world: World, n: int) -> Thing:
        made = a_survey(world.cast, state, title=("秋天问问", "冬天问问")[n])
        path = {"survey_id": made.pk} | ({"question_id": made.questions.first().pk} if question else {})
        return Thing(made.pk, path, says=made.title, body=body)

    return make


def exported(world: World, n: int) -> Thing:
    """A spreadsheet is packed: what it says cannot be read in the answer."""
    made = a_survey(world.cast, "closed")
    return Thing(made.pk, {"survey_id": made.pk})


def display(**body: Any) -> Make:
    def make(world: World, n: int) -> Thing:
        made = an_item(world.cast, hung=9, title=("夏天的活动", "养犬的约定")[n])
        more = {"responsible": str(world.cast.clerk.pk)} if "text" in body else {}
        return Thing(made.pk, {"item_id": made.pk}, says=made.title, body=body | more)

    return make


WRITTEN = {"text": "楼里该装电梯。", "kind": "agree"}
REWRITTEN = {"title": "换个问法", "why": "明年的钱先花在哪里。", "opens_on": "2026-09-18", "closes_on": "2026-09-28"}
HUNG = {"title": "冬天的活动", "text": "星期六包饺子。", "interval_days": "90"}


# ---------------------------------------------------------------- for everybody
def notice(world: World, n: int) -> Thing:
    title = ("周六停水", "周日体检")[n]
    made = publish(actor=world.cast.actor("secretary"), slug=f"notice-{n}", title=title)
    return Thing(made.pk, {"slug": made.slug}, says=title)


def community(world: World, n: int) -> Thing:
    found = (world.place.community, world.place.community_b)[n]
    street = (world.place.street, world.place.street_b)[n]  # the masthead names a community on every page
    return Thing(found.pk, {"code": found.code}, says=street.name)


def mapped_community(world: World, n: int) -> Thing:
    found = (world.place.community, world.place.community_b)[n]
    lane = ("槐树巷网格", "南街网格")[n]  # the masthead names a community on every page
    tree_grid = (world.place.grid, world.place.grid_c)[n]
    type(tree_grid).objects.filter(pk=tree_grid.pk).update(name=lane)
    return Thing(found.pk, {"code": found.code}, says=lane)


def hung_card(world: World, n: int) -> Thing:
    door = a_door(world, n)
    who = (world.cast.volunteer, world.cast.outsider)[n]
    building = (world.place.building, world.place.building_b)[n]
    household = type(door).objects.get(pk=door.pk)
    household.building = building
    household.save()
    grid = (world.place.grid, world.place.grid_b)[n]
    Posting.objects.create(user=who, grid=grid, role="grid_worker", starts_at=NOW - timedelta(days=9))
    found = ContactCard.objects.create(household=household, token=f"{n}" * 22)
    return Thing(found.pk, {"token": found.token}, says=building.name)


def signed_grid(world: World, n: int) -> Thing:
    found = (world.place.grid, world.place.grid_b)[n]
    return Thing(found.pk, {"code": found.code}, says=found.name)


def staffed_grid(world: World, n: int) -> Thing:
    """A grid, and somebody to appoint there."""
    found, who = (world.place.grid, world.place.grid_b)[n], world.cast.users[("resident", "neighbour")[n]]
    body = {"name": who.name, "phone": who.phone, "first_day": timezone.localdate()}
    return Thing(found.pk, {"grid_id": found.pk}, says=found.name, body=body)


def worker_posting(world: World, n: int) -> Thing:
    found = Posting.objects.get(user=world.cast.users[("grid_worker", "grid_worker_b")[n]])
    today = timezone.localdate()
    body = {"who": world.cast.clerk.pk, "first_day": today, "last_day": today}
    return Thing(found.pk, {"posting_id": found.pk}, says=str(found.pk), body=body)


def stand_in_posting(world: World, n: int) -> Thing:
    holder = Posting.objects.get(pk=worker_posting(world, n).id)
    span = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(days=3)}
    who = world.cast.clerk
    made = Posting.objects.create(user=who, grid=holder.grid, role=holder.role, stands_in_for=holder, **span)
    return Thing(made.pk, {"posting_id": made.pk})


# ---------------------------------------------------------------- the registry
COMMUNITY = ("clerk", "secretary")
ABOVE = ("street_supervisor", "district_admin")
AT_THE_DOOR = ("grid_worker", *COMMUNITY, *ABOVE)
WRITERS = ("grid_worker", *COMMUNITY)  # of who lives behind a door
NO_WRITER = (*OUTSIDE, "street_supervisor", "district_admin", "resident")
AT_THE_DESK = (*COMMUNITY, "street_supervisor")
ELSEWHERE = (*(who for who in OUTSIDE if who != "grid_worker_b"), "resident")  # what a community has for all of its own
NOT_THERE = (*OUTSIDE, "resident", "grid_worker")  # to whom a draft, or the desk's page of a wall, is not there
NO_KEEPER = (*OUTSIDE, "grid_worker", "street_supervisor", "district_admin")  # of the house and its base
CALLED = ("department_handler", "grid_worker", *COMMUNITY, *ABOVE)  # who reads a call
NOT_CALLED = tuple(who for who in OUTSIDE if who != "department_handler")  # to whom it is not there
STRANGE_RULES = tuple(who for who in OUTSIDE if who != "sysadmin")  # who keeps settings keeps these too
HELD_FROM = ("clerk", "grid_worker", "street_supervisor", *OUTSIDE)  # a restricted case

NO_CARE = (*OUTSIDE, "resident", "clerk", "street_supervisor", "district_admin")  # guardrail 7

WRONG_NAME = {"field": "name", "value": "林秀瑛"}

GUARDED = [
    Guarded("long-work", long_work, ("clerk",), (*OUTSIDE, "secretary")),
    Guarded("long-work-stop", long_work_file, ("clerk",), (*OUTSIDE, "secretary"), recorded=False),
    Guarded("long-work-file", long_work_file, ("clerk",), (*OUTSIDE, "secretary")),
    Guarded("postings-grid", staffed_grid, ("secretary", *ABOVE), recorded=False),  # the line is about the posting
    Guarded("posting-end", worker_posting, ("secretary", *ABOVE)),
    Guarded("posting-stand-in", worker_posting, ("secretary", *ABOVE), recorded=False),  # it is about the new one
    Guarded("posting-call-off", stand_in_posting, ("secretary",)),
    Guarded("household", household, AT_THE_DOOR),
    Guarded("api-household", household, AT_THE_DOOR),
    Guarded("resident-phone", resident(reason="核对登记的电话"), AT_THE_DOOR),
    Guarded("api-reveal", resident(says="phone", field="phone", reason="上门前先打个招呼"), AT_THE_DOOR),
    Guarded("resident-link", resident(account="waits"), ("grid_worker",)),
    Guarded("resident-unlink", resident(account="linked", reason="认错人了"), ("grid_worker",)),
    Guarded("correction-ask", resident("waits", **WRONG_NAME), ("grid_worker", *COMMUNITY), recorded=False),
    Guarded("household-move", goes_away, WRITERS, NO_WRITER),
    Guarded("household-arrive", newcomer, WRITERS, NO_WRITER),
    Guarded("resident-died", a_death, WRITERS, NO_WRITER),
    Guarded("resident-doors", resident(), WRITERS, NO_WRITER),
    Guarded("life-undo", gone_by_mistake, ("grid_worker",), NO_WRITER),
    Guarded("duplicate", a_pair, COMMUNITY, (*OUTSIDE, "grid_worker")),
    Guarded("merge-undo", a_merge, ("clerk",), (*OUTSIDE, "grid_worker")),
    Guarded("anchor", an_anchor, COMMUNITY, (*OUTSIDE, "grid_worker")),
    Guarded("resident-data", resident(reason="本人到窗口要看"), COMMUNITY, (*OUTSIDE, "grid_worker")),
    Guarded("resident-erase", resident(reason="本人来说的"), COMMUNITY, (*OUTSIDE, "grid_worker"), recorded=False),
    Guarded("consent-withdraw", a_consent, ("resident",), (*OUTSIDE, "clerk")),
    Guarded("erasure-back", own_erasure, ("resident",), (*OUTSIDE, "clerk"), recorded=False),
    Guarded("erasure", wants_erasure(), ("secretary", *ABOVE), (*OUTSIDE, "clerk")),
    Guarded("export", an_export(), ("secretary", "clerk", "street_supervisor"), (*OUTSIDE, "grid_worker")),
    Guarded("export-file", an_export(ready=True), ("clerk",), (*OUTSIDE, "secretary")),
    Guarded("roster", brought_roster, COMMUNITY, (*OUTSIDE, "resident", "grid_worker")),
    Guarded("care-new", resident(kind="hands", need="陪着去买菜"), ("grid_worker",), NO_CARE, recorded=False),
    Guarded("care-need", care_need(reason="安排人去"), ("grid_worker", "secretary"), NO_CARE),
    Guarded("care-confirm", care_need(confirmed=False, basis="consent"), ("secretary",), NO_CARE),
    Guarded("care-renew", care_need(basis="consent"), ("grid_worker", "secretary"), NO_CARE, recorded=False),
    Guarded("care-hand", care_need(given="secretary"), ("secretary",), NO_CARE),
    Guarded("care-end", care_need(why="done"), ("grid_worker", "secretary"), NO_CARE),
    Guarded("correction", asked_correction, COMMUNITY, (*OUTSIDE, "resident", "grid_worker")),
    Guarded("visit", visit, AT_THE_DOOR),
    Guarded("api-visit", visit_again, ("grid_worker",), (*OUTSIDE, "resident"), finds=False, recorded=False),
    Guarded("api-visit-photo", visit_photo, ("grid_worker",), (*OUTSIDE, *COMMUNITY), recorded=False),
    Guarded("api-visit-photo-bare", visit_photo, ("grid_worker",), (*OUTSIDE, *COMMUNITY), recorded=False),
    Guarded("visit-judge", held_visit, ("secretary",)),
    Guarded("offline-wipe", phone_holder, ("secretary",), recorded=False),  # the line is about the order
    Guarded("promise-keep", promise, ("grid_worker",)),
    Guarded("promise-move", moved_promise, ("grid_worker",)),
    Guarded("door-sign", door_sign, ("grid_worker", *COMMUNITY), recorded=False),
    Guarded("my-door-object", seen_visit, ("resident",), (*OUTSIDE, "neighbour")),
    Guarded("objection-decide", objection, ("secretary",), (*OUTSIDE, "resident"), recorded=False),
    Guarded("errand", an_errand, ("grid_worker", *COMMUNITY, "street_supervisor"), (*OUTSIDE, "resident")),
    Guarded("errand-withdraw", an_errand, ("clerk",), (*OUTSIDE, "resident")),
    Guarded("visit-round", ended_round, ("secretary", "grid_worker", "clerk", *ABOVE), ELSEWHERE, recorded=False),
    Guarded("visit-round-end", visit_round, ("secretary",), ELSEWHERE),
    Guarded("grid-change", grid_change, ABOVE, (*ELSEWHERE, "grid_worker", "clerk", "secretary"), recorded=False),
    Guarded("grid-change-undo", grid_change, ABOVE, (*ELSEWHERE, "grid_worker", "clerk", "secretary")),
    Guarded("material-review", leaflet, ("clerk",), ELSEWHERE),
    Guarded("photo", photo_of("visit", "grid_worker", lambda world, n: a_visit(world, n).pk), AT_THE_DOOR),
    Guarded("photo", photo_of("case", "resident", lambda world, n: a_case(world, n).pk), ("resident", *AT_THE_DOOR)),
    Guarded("photo", photo_of("wish_claim", "volunteer", helped_wish), ("resident", "volunteer", *COMMUNITY)),
    Guarded("photo", photo_of("", "resident", lambda world, n: None), ("resident",), (*OUTSIDE, *AT_THE_DOOR)),
    Guarded("booking", booking(), ("resident", *COMMUNITY, *ABOVE), (*OUTSIDE, "grid_worker")),
    Guarded("booking-ics", booking(says="UID:{id}"), ("resident", *COMMUNITY), (*OUTSIDE, "grid_worker")),
    Guarded("booking-act", booking(event="cancel"), ("resident",), (*OUTSIDE, "grid_worker")),
    Guarded("booking-move", booking(**NEW_TIME), ("resident",), (*OUTSIDE, "grid_worker")),
    Guarded("api-booking", booking(says=SAME), ("resident", *COMMUNITY), (*OUTSIDE, "grid_worker")),
    Guarded("api-booking-cancel", booking(says=SAME), ("resident",)),
    Guarded("api-booking-move", booking(says=SAME, **NEW_SPAN), ("resident",)),
    Guarded("api-booking-approve", booking("stage", says=SAME), ("clerk",)),
    Guarded("api-booking-decline", booking("stage", says=SAME, reason="那天要布展"), ("clerk",)),
    Guarded("api-booking-check-in", arriving(says=SAME), ("resident",)),
    Guarded("room-links", addresses, COMMUNITY),
    Guarded("booking-series", a_series, ("resident", *COMMUNITY, *ABOVE), (*OUTSIDE, "grid_worker", "neighbour")),
    Guarded("booking-series-cancel", a_series, ("resident",), (*OUTSIDE, "neighbour"), recorded=False),  # each its own
    Guarded("waitlist-entry", in_line(), ("resident", *COMMUNITY, *ABOVE), (*OUTSIDE, "grid_worker", "neighbour")),
    Guarded("waitlist-act", in_line(offered=True, event="accept"), ("resident",), (*OUTSIDE, "neighbour")),
    Guarded("waitlist-act", in_line(event="withdraw"), ("clerk",), (*OUTSIDE, "neighbour")),
    Guarded("api-waitlist-accept", in_line(offered=True, says=""), ("resident",), (*OUTSIDE, "neighbour")),
    Guarded("api-waitlist-withdraw", in_line(says=SAME), ("resident",), (*OUTSIDE, "neighbour")),
    Guarded("desk-reopen", closure, ("secretary",), (*OUTSIDE, "resident")),
    Guarded("suspension", put_off(), ("resident", *COMMUNITY, *ABOVE), (*OUTSIDE, "grid_worker", "neighbour")),
    Guarded("suspension-appeal", put_off(said=False, words="住院了"), ("resident",), (*OUTSIDE, "neighbour")),
    Guarded("suspension-decide", put_off(answer="keep", reply="再等几天"), ("clerk",), (*OUTSIDE, "neighbour")),
    Guarded("loan", lent(), ("resident", *COMMUNITY), (*OUTSIDE, "grid_worker", "street_supervisor")),
    Guarded("loan-act", lent(says="", event="cancel"), ("resident",), (*OUTSIDE, "grid_worker", "street_supervisor")),
    Guarded("loan-wait-leave", loan_wait, ("resident",), (*OUTSIDE, "clerk", "secretary")),
    Guarded("desk-drive", drive(), (*COMMUNITY, *ABOVE), (*OUTSIDE, "clerk_b")),
    Guarded("drive-export", drive(format="xlsx"), (*COMMUNITY, *ABOVE), (*OUTSIDE, "clerk_b")),
    Guarded("drive-receive", drive(quantity="3"), ("clerk",), (*OUTSIDE, "clerk_b"), recorded=False),
    Guarded("donation", donation, ("resident", *COMMUNITY, *ABOVE), (*OUTSIDE, "grid_worker", "clerk_b")),
    Guarded("donation-correct", wrong_donation, ("clerk",), (*OUTSIDE, "clerk_b")),
    Guarded("pledge-confirm", a_pledge(quantity="6"), ("clerk",), (*OUTSIDE, "clerk_b")),
    Guarded("pledge-withdraw", a_pledge(), ("resident",), (*OUTSIDE, "clerk")),
    Guarded("enrolment", enrolment(), ("resident", *COMMUNITY), (*OUTSIDE, "grid_worker")),
    Guarded("enrolment-act", enrolment(event="withdraw"), ("resident",), (*OUTSIDE, "grid_worker")),
    Guarded("enrolment-act", enrolment(event="cancel", reason="报重了"), ("clerk",), (*OUTSIDE, "grid_worker")),
    Guarded("enrolment-pickup", enrolment(**PICKUP), ("resident", *COMMUNITY), (*OUTSIDE, "grid_worker")),
    Guarded("enrolment-certificate", own_certificate, ("resident", *COMMUNITY), (*OUTSIDE, "grid_worker")),
    Guarded("desk-activity", activity(), COMMUNITY),
    Guarded("desk-activity-edit", activity(**EDITED), COMMUNITY),
    Guarded("desk-activity-act", activity(draft=True, do="publish"), COMMUNITY),
    Guarded("desk-activity-plan", activity(**PLANNED), COMMUNITY, recorded=False),  # a preview writes nothing
    Guarded("desk-session", class_session(), COMMUNITY),
    Guarded("desk-session-list", class_session(), COMMUNITY),
    Guarded("desk-session-mark", marked, COMMUNITY),
    Guarded("desk-session-change", class_session("09-21 14:30", do="cancel", reason="老师病了"), COMMUNITY),
    Guarded("case", case(), ("clerk", *AT_THE_DOOR)),
    Guarded("case", restricted, ("secretary",), HELD_FROM),
    Guarded("case-phone", case(reason="问清楚是哪一层"), ("clerk",)),
    Guarded("case-slip", case(), ("clerk",)),
    Guarded("case-say", case({"kind": "note"}, **{"note-text": "先去看看"}), ("clerk",)),
    Guarded("case-say", case({"kind": "remark"}, **{"remark-text": "明天上门"}), ("clerk",)),
    Guarded("case-event", case({"name": "accept"}), ("clerk",)),
    Guarded("case-alike", case_like, COMMUNITY, (*OUTSIDE, "grid_worker")),
    Guarded("case-follow-up", done_case, COMMUNITY, (*OUTSIDE, "grid_worker")),
    Guarded("routing-rule", routing_rule(), ("secretary",), STRANGE_RULES),
    Guarded("routing-rule-switch", routing_rule(on="0"), ("secretary",), STRANGE_RULES),
    Guarded("answer-template", answer_template(), ("secretary",), (*OUTSIDE, "clerk")),
    Guarded("answer-template-switch", answer_template(on="0"), ("secretary",), (*OUTSIDE, "clerk")),
    Guarded("case-chase", chased, ("grid_worker", "secretary", "street_supervisor")),
    Guarded("whistle", call(), CALLED, NOT_CALLED),
    Guarded("whistle-act", call("", event="arrive"), ("department_handler",), NOT_CALLED),
    Guarded("api-case-call-events", case_call, ("department_handler",), NOT_CALLED),
    Guarded("api-case", case(says=SAME), ("resident", *AT_THE_DOOR)),
    Guarded("api-case", restricted, ("secretary", "resident"), HELD_FROM),
    Guarded("api-case-events", case(says=SAME, event="accept"), ("clerk",)),
    Guarded("api-case-events", case(says=SAME, event="withdraw"), ("resident",)),
    Guarded("bridge-update", dead_letter(do="resend"), (*COMMUNITY, *ABOVE), NOT_THERE),
    Guarded("bridge-update", dead_letter(do="give_up", reason="说过了"), ("clerk",), NOT_THERE),
    Guarded("bridge-code", unknown_code, (*COMMUNITY, *ABOVE), NOT_THERE),
    Guarded("bridge-settle", problem, ("secretary",), NOT_THERE),
    Guarded("checklist", checklist(do="retire"), ("secretary", *AT_THE_DOOR), ELSEWHERE),
    Guarded("checklist-change", new_version, ("secretary",), ELSEWHERE, recorded=False),
    Guarded("inspection", inspection(), AT_THE_DOOR, (*OUTSIDE, "resident")),
    Guarded("inspection-paper", inspection(), AT_THE_DOOR, (*OUTSIDE, "resident")),
    Guarded("inspection-place", inspection(True, **FOUND), AT_THE_DOOR, (*OUTSIDE, "resident")),
    Guarded("inspection-add", inspection(label="阿云理发"), ("grid_worker",), (*OUTSIDE, "resident")),
    Guarded("inspection-end", inspection(do="cancel", reason="改日"), ("secretary",), (*OUTSIDE, "resident")),
    Guarded("training-order", training_order(), ("resident", *COMMUNITY), NO_KEEPER),
    Guarded("training-paper", training_order(), ("resident", *COMMUNITY), NO_KEEPER),
    Guarded("training-act", training_order(event="cancel"), ("resident",), NO_KEEPER),
    Guarded("training-act", training_order(event="confirm"), ("clerk",), NO_KEEPER),
    Guarded("training-phone", training_order(reason="核对人数"), ("clerk",), NO_KEEPER),
    Guarded("training-order-group", training_order(**OTHER_GROUP), ("resident", "clerk"), NO_KEEPER, recorded=False),
    Guarded("training-order-lines", training_order(do="save"), ("resident", "clerk"), NO_KEEPER),
    Guarded("wish", wish(), ("resident", *COMMUNITY)),
    Guarded("wish-act", wish(event="approve", text=TEXT), ("secretary",)),
    Guarded("wish-claim", wish(says=""), ("clerk",), recorded=False),  # no volunteer: sent on to become one
    Guarded("wish-contact", wish(), ("secretary",)),
    Guarded("wish-consent", wish(agreed="no"), ("resident",)),
    Guarded("api-wish", wish(says=SAME), ("resident", *COMMUNITY)),
    Guarded("api-wish-events", wish(says=SAME, event="approve", text=TEXT), ("secretary",)),
    Guarded("team-leader", led_team, ("secretary",)),
    Guarded("team-decide", asking, ("volunteer",)),
    Guarded("survey", survey("draft"), AT_THE_DESK, NOT_THERE),
    Guarded("survey-thanks", survey("draft"), AT_THE_DESK, NOT_THERE),
    Guarded("survey-sheet", survey("draft"), AT_THE_DESK, NOT_THERE),
    Guarded("desk-survey", survey("draft"), AT_THE_DESK, NOT_THERE),
    Guarded("desk-survey", survey("closed"), AT_THE_DESK, NOT_THERE),
    Guarded("desk-survey-edit", survey("draft", **REWRITTEN), COMMUNITY, NOT_THERE),
    Guarded("desk-survey-act", survey("draft", event="open"), COMMUNITY, NOT_THERE),
    Guarded("desk-survey-act", survey("draft", event="discard"), COMMUNITY, NOT_THERE),
    Guarded("desk-survey-followup", survey("closed", followup="先装三部电梯。"), COMMUNITY, NOT_THERE),
    Guarded("survey-question-new", survey("draft", **WRITTEN), COMMUNITY, NOT_THERE),
    Guarded("survey-question", survey("draft", question=True, **WRITTEN), COMMUNITY, NOT_THERE),
    Guarded("survey-paper", survey("open", q1="1"), COMMUNITY, NOT_THERE),
    Guarded("survey-export", exported, AT_THE_DESK, NOT_THERE),
    Guarded("desk-display", display(), AT_THE_DESK, NOT_THERE),
    Guarded("desk-display-replace", display(**HUNG), COMMUNITY, NOT_THERE),
    Guarded("desk-display-act", display(do="review"), COMMUNITY, NOT_THERE),
]

OPEN = [
    Open("room", room, "", "what a room is and when it is free is for everybody"),
    Open("api-room-availability", taken_room, "", "spans without names and purposes"),
    Open("activity", activity(), "", "what is on is for everybody"),
    Open("activity-ics", activity(), "", "dates, without names"),
    Open("activity-enrol", activity("09-21 14:30", **ASKS), "outsider", "any account may enrol; the rules judge it"),
    Open("certificate", shown_certificate, "", "whoever holds the paper: 128 bits are its key"),
    Open("api-offline-device", phone, "", "the phone's own id is the key: a stolen one without a session must hear it"),
    Open("api-offline-wiped", phone_to_wipe, "", "the same"),
    Open("room-places", seats, "", "which seats are free is for everybody; whose the others are is not said"),
    Open("room-wait", room, "outsider", "any account may wait for any room"),
    Open("room-series", series_room, "outsider", "any account may ask for any room on several dates"),
    Open("room-book", room, "outsider", "any account may ask for any room; the rules judge the booking"),
    Open("room-poster", room, "", "what hangs on the door for everybody"),
    Open("room-here", at_the_door, "resident", "whoever stands at the door; it opens one's own booking only"),
    Open("door", address(LinkKind.DOOR), "", "the tablet at the door: the address is signed, and can be taken back"),
    Open("room-feed", address(LinkKind.FEED), "", "whoever holds the address: signed, and can be taken back"),
    Open("loan-item", lent_item, "", "what can be borrowed, and how long, without names"),
    Open("loan-reserve", lent_item, "outsider", "any account may borrow; three at once"),
    Open("loan-wait", awaited_item, "outsider", "any account may stand in line"),
    Open("loan-copy", drifting, "", "how many hands a book went through; the code on its sticker is the key"),
    Open("loan-copy-take", drifting, "outsider", "whoever holds the book reads the code on it"),
    Open("drive", drive(), "", "how much was collected, by community"),
    Open("drive-pledge", drive(quantity="3"), "outsider", "any account may say what it will bring"),
    Open("training-course", training_course, "", "the catalogue is for everybody"),
    Open("page", notice, "", "notices are for everybody"),
    Open("grids-community", community, "", "whom to call, where, is for everybody"),
    Open("grids-map-community", mapped_community, "", "outlines, offices, and counts with the small ones hidden"),
    Open("contact-card", hung_card, "", "whoever holds the paper: 128 bits are its key, and it names the worker alone"),
    Open("grids-poster", signed_grid, "", "what hangs in the stairwell for everybody"),
    Open("team", team, "", "a team's card; its members are shown to those inside only"),
    Open("team-ask", team, "outsider", "whoever wants to may ask any team"),
    Open("wish", hung_wish, "", "on the wall, without name, door or photo"),
    Open("api-wish", hung_wish, "outsider", "on the wall"),
    Open("wish-claim", hung_wish, "volunteer", "on the wall for whoever helps"),
    Open("api-bridge-tickets", handed_over, "", "whoever holds the system's token: 256 bits are its key"),
    Open("rate-link", rating_link, "", "whoever holds the message: 128 bits are its key, and it works once"),
    Open("track", slip, "", "whoever holds the slip: 128 bits are its key"),
    *(
        Open(f"open311-{name}-{fmt}", make, "", why)
        for fmt in ("json", "xml")
        for name, make, why in (
            ("service", service, "what may be asked for, told to other systems"),
            ("request", opened_request, "kind, rough place, status and dates: no word that anybody wrote"),
            ("token", request_token, "whoever holds the slip: 128 bits are its key"),
        )
    ),
    Open("survey", survey("open"), "", "what is asked is for everybody, and so is what came out"),
    Open("survey-answer", survey("open", q1="1", q3="4"), "outsider", "any account may answer; the answer is nobody's"),
    Open("survey-thanks", survey("open"), "", "a word of thanks, the same for all"),
    Open("survey-sheet", survey("open"), "", "the questions on paper"),
    Open("bookings-feed", feed, "", "whoever holds the address: it is signed, and a newer one takes it away"),
]

# No object: the words choose a figure, and the rows behind it are narrowed to the reader.
NAMES = {"case-figure-rows", "ledger-rows"}
