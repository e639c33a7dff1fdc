"""Whatever people do to rooms, in whatever order: hypothesis makes it up, the invariants are looked at after each step.

One house: a plain room, a room that wants a nod, a hall with its two halves, three study seats. Four residents with two
times a month each, a clerk. Time only goes forward.
"""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import Count, F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from centres.rooms import closures, limits, locks, offers, services, waitlist
from centres.rooms.closures import Closure
from centres.rooms.enums import LIVE, BookingState, WaitState
from centres.rooms.models import Part, Room, RoomPart
from centres.rooms.models_booking import Booking, BookingRecord, Occupancy
from centres.rooms.models_waitlist import WaitlistEntry, WaitlistRecord
from centres.rooms.series import SeriesRefused, book_series
from centres.rooms.transitions import TABLE, WAITLIST
from portal.errors import Refusal
from portal.flow import due
from tests.cast import Cast, gather, lay_out
from tests.centres.rooms.people import NOW, House, furnish

PEOPLE = ("resident", "neighbour", "outsider", "volunteer")
ROOMS = ("studio", "stage", "hall", "east", "west", "study")
DAYS = [dt.date(2026, 9, day) for day in (20, 21, 22)]
slots = st.tuples(st.sampled_from(DAYS), st.integers(8, 12), st.sampled_from([1, 2]))


def moments(slot) -> tuple[dt.datetime, dt.datetime]:
    day, hour, length = slot
    start = NOW.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=0)
    return start, start + dt.timedelta(hours=length)


class Rooms(RuleBasedStateMachine):
    bookings = Bundle("bookings")
    waits = Bundle("waits")
    closed = Bundle("closed")

    cast: Cast
    house: House
    study: Room

    def __init__(self) -> None:
        super().__init__()
        self.now, self.free, self.time_went_by = NOW, {}, False
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    @initialize()
    def furnish(self) -> None:
        self.cast = gather(lay_out())
        self.house = furnish(self.cast.place.community)
        self.study = Room.objects.create(
            centre=self.house.centre, name="静心自习室", kind="study", by_place=True, uses_quota=False, order=9
        )
        for n in range(3):
            part = Part.objects.create(centre=self.house.centre, name=f"{n + 1} 号", order=n)
            RoomPart.objects.create(room=self.study, part=part)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def room(self, name: str) -> Room:
        return self.study if name == "study" else getattr(self.house, name)

    def tries(self, service, **given):
        """What it answers, or None where it is refused: a refusal is an answer like any other."""
        try:
            with transaction.atomic():
                return service(now=self.now, **given)
        except (Refusal, SeriesRefused):
            return None

    # ------------------------------------------------------------ what people do
    @rule(target=bookings, who=st.sampled_from((*PEOPLE, "clerk")), name=st.sampled_from(ROOMS), slot=slots)
    def book(self, who, name, slot):
        start, end = moments(slot)
        return self.tries(
            services.book,
            actor=self.cast.actor(who),
            room=self.room(name).pk,
            starts_at=start,
            ends_at=end,
            purpose="用",
        )

    @rule(
        who=st.sampled_from((*PEOPLE, "clerk")),
        name=st.sampled_from(ROOMS),
        hour=st.integers(8, 12),
        whole=st.booleans(),
    )
    def book_series(self, who, name, hour, whole):
        self.tries(
            book_series, actor=self.cast.actor(who), room=self.room(name).pk, dates=DAYS, start_time=dt.time(hour),
            end_time=dt.time(hour + 1), purpose="班", mode="all" if whole else "skip",
        )  # fmt: skip

    @rule(target=waits, who=st.sampled_from(PEOPLE), name=st.sampled_from(ROOMS), slot=slots)
    def join(self, who, name, slot):
        start, end = moments(slot)
        return self.tries(
            waitlist.join, actor=self.cast.actor(who), room=self.room(name).pk, starts_at=start, ends_at=end
        )

    @rule(booking=consumes(bookings), by_house=st.booleans())
    def cancel(self, booking, by_house):
        if booking:
            who = (
                self.cast.actor("clerk") if by_house or booking.user is None else self.cast.actor(booking.user.username)
            )
            self.tries(services.cancel, actor=who, booking_id=booking.pk, reason="布展")

    @rule(booking=bookings, slot=slots)
    def move(self, booking, slot):
        if booking:
            start, end = moments(slot)
            who = self.cast.actor(booking.user.username if booking.user else "clerk")
            self.tries(services.move, actor=who, booking_id=booking.pk, starts_at=start, ends_at=end)

    @rule(booking=bookings, nod=st.booleans())
    def decide(self, booking, nod):
        if booking:
            given = {"actor": self.cast.actor("secretary"), "booking_id": booking.pk}
            self.tries(services.approve, **given) if nod else self.tries(services.decline, reason="布展", **given)

    @rule(entry=waits)
    def accept(self, entry):
        if entry:
            self.tries(waitlist.accept, actor=self.cast.actor(entry.user.username), entry_id=entry.pk)

    @rule(entry=waits)
    def withdraw(self, entry):
        if entry:
            self.tries(waitlist.withdraw, actor=self.cast.actor(entry.user.username), entry_id=entry.pk)

    @rule(target=closed, day=st.sampled_from(DAYS), name=st.sampled_from((*ROOMS, "")), half=st.booleans())
    def close(self, day, name, half):
        hours = {"opens": dt.time(8), "closes": dt.time(11)} if half else {}
        room = Room.objects.with_centre().get(pk=self.room(name).pk) if name else None
        closure = Closure(self.house.centre, day, day, "停电检修", room=room, **hours)
        actor = self.cast.actor("clerk")
        cost = self.tries(closures.preview, actor=actor, closure=closure)
        done = cost and self.tries(closures.close, actor=actor, closure=closure, expected=cost.ids)
        return done[0].pk if done else None

    @rule(row=consumes(closed))
    def reopen(self, row):
        if row:
            self.tries(closures.reopen, actor=self.cast.actor("clerk"), exception_id=row)

    @rule(hours=st.sampled_from([1, 5, 12, 20]))
    @precondition(lambda self: self.now < NOW + dt.timedelta(days=4))
    def time_goes_by(self, hours):
        """Hour by hour, so that what falls due is done when it is, not all at once."""
        self.time_went_by = True
        for _hour in range(hours):
            self.now += dt.timedelta(hours=1)
            assert due.sweep(self.now).failed == 0

    # ------------------------------------------------------------ what must always hold
    @invariant()
    def nothing_overlaps(self):
        rows = Occupancy.objects.order_by("part_id", "period").values_list("part_id", "period")
        for (part, before), (other, after) in pairwise(rows):
            assert part != other or before.upper <= after.lower

    @invariant()
    def everything_live_stands_on_all_it_takes(self):
        for booking in Booking.objects.filter(state__in=LIVE).select_related("room"):
            wanted = {booking.part_id} if booking.room.by_place else set(locks.parts_of(booking.room))
            assert set(booking.occupancies.values_list("part_id", flat=True)) == wanted
        gone = (BookingState.CANCELLED, BookingState.DECLINED, BookingState.EXPIRED)
        assert not Occupancy.objects.filter(booking__state__in=gone).exists()

    @invariant()
    def nobody_has_more_than_their_share(self):
        counted = Booking.objects.filter(counts=True).values("user", "quota_month").annotate(n=Count("pk"))
        assert all(row["n"] <= 2 for row in counted)

    @invariant()
    def an_offer_stands_for_exactly_one_person(self):
        assert not Occupancy.objects.filter(offer__isnull=False).exclude(offer__state=WaitState.OFFERED).exists()
        for entry in WaitlistEntry.objects.offered():
            assert entry.occupancies.exists()
            assert not entry.occupancies.exclude(period__startswith=F("offer__starts_at")).exists()

    @invariant()
    def what_comes_free_is_offered(self):
        """Whoever waits for a time that this step has freed has it offered, or a rule says why they could not take it.

        Where a step of the clock did several things at once only the last of them can be looked at: not asked then.
        """
        was_free, self.free = self.free, {}
        for entry in WaitlistEntry.objects.waiting().with_all().filter(starts_at__gt=self.now):
            ask = offers.ask_of(entry, self.now)
            ask.part_ids = locks.parts_of(entry.room)
            self.free[entry.pk] = bool(ask.takes)
            if ask.takes and not was_free.get(entry.pk, False) and not self.time_went_by:
                assert limits.judge(ask).code is not None
        self.time_went_by = False

    @invariant()
    def every_state_was_reached_by_the_table(self):
        for table, records in ((TABLE, BookingRecord), (WAITLIST, WaitlistRecord)):
            for event, before, after in records.objects.values_list("event", "from_state", "to_state").distinct():
                rows = table.by_event[event]
                assert any(
                    (before in row.source or (not row.source and not before))
                    and after in (row.target or before, before)
                    for row in rows
                )


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Rooms,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A machine left behind by somebody else's run proves nothing here.
            database=None,
        ),
    )


@pytest.mark.django_db
def test_rooms_keep_their_promises(calendar_known):
    run(examples=3, steps=20)


@pytest.mark.races
@pytest.mark.django_db
def test_rooms_keep_their_promises_for_long(calendar_known):
    run(examples=12, steps=40)
