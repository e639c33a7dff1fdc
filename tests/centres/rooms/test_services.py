"""What happens to a booking: who may, what it takes up and counts, what falls due, who is told, what is recorded."""

import datetime as dt
from uuid import UUID

import pytest

from centres.rooms import locks, services
from centres.rooms.enums import BookingState, Event
from centres.rooms.lifecycle import flow
from centres.rooms.models_booking import Booking, BookingRecord, CalendarFeed, Occupancy
from centres.rooms.refusals import Refused
from centres.rooms.transitions import TABLE
from portal.accounts.actors import SYSTEM
from portal.audit.models import AuditEntry
from portal.errors import Forbidden, IllegalTransition, Invalid, NotFound, Refusal, Stale
from portal.flow import due
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW, at, book

MONDAY = ("09-21 09:00", "09-21 10:00")


def state(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).state


def counts(booking: Booking) -> bool:
    return Booking.objects.get(pk=booking.pk).counts


def taken(booking: Booking) -> list[tuple[dt.datetime, dt.datetime]]:
    return [(row.period.lower, row.period.upper) for row in Occupancy.objects.filter(booking=booking)]


def falls_due(booking: Booking) -> dict[str, dt.datetime]:
    rows = DueRow.objects.filter(subject_id=booking.pk, done_at=None)
    return {row.kind.removeprefix("booking."): row.due_at for row in rows}


def told(who=None) -> list[str]:
    notices = Notice.objects.filter(channel="inapp").order_by("created_at", "id")
    return list((notices.filter(recipient=who) if who else notices).values_list("subject", flat=True))


def do(cast, who, service, booking, now=NOW, **given) -> Booking:
    """do(cast, "clerk", "approve", booking) at NOW."""
    return getattr(services, service)(actor=cast.actor(who), booking_id=booking.pk, now=now, **given)


# ---------------------------------------------------------------- booking
def test_book_writes_the_row_what_it_takes_the_record_and_the_trail(cast, house):
    booking = book(cast, house.studio, *MONDAY, people=3)
    kept = Booking.objects.get()
    assert (kept.state, kept.user, kept.booked_by, kept.purpose) == ("confirmed", cast.resident, cast.resident, "练字")
    assert (kept.people, kept.counts, kept.quota_month, kept.version) == (3, True, dt.date(2026, 9, 1), 1)
    assert taken(booking) == [(at(MONDAY[0]), at(MONDAY[1]))]
    assert list(BookingRecord.objects.values_list("event", "from_state", "to_state", "actor_role")) == [
        ("book", "", "confirmed", "resident")
    ]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_id, entry.subject_id) == ("booking.book", cast.resident.pk, cast.resident.pk)
    assert entry.object_id == str(booking.pk)


def test_numbers_run_through_the_day(cast, house):
    refs = [book(cast, house.studio, f"09-21 {n}:00", f"09-21 {n}:30", who).ref for n, who in enumerate(PEOPLE, 10)]
    assert refs == ["B0918001", "B0918002", "B0918003"]
    assert book(cast, house.studio, "09-22 10:00", "09-22 11:00", now=at("09-19 09:00")).ref == "B0919001"


PEOPLE = ("resident", "neighbour", "outsider")


def test_hall_takes_both_halves_and_the_buffer(cast, house):
    house.hall.buffer_minutes = 30
    house.hall.save()
    booking = book(cast, house.hall, *MONDAY)
    assert taken(booking) == [(at("09-21 09:00"), at("09-21 10:30"))] * 2
    assert set(Occupancy.objects.values_list("used_until", flat=True)) == {at("09-21 10:00")}


def test_refused_writes_nothing(cast, house):
    book(cast, house.studio, *MONDAY, "neighbour")
    before = AuditEntry.objects.count(), DueRow.objects.count()
    with pytest.raises(Refused, match="CONFLICT") as refused:
        book(cast, house.studio, *MONDAY)
    assert (Booking.objects.count(), Occupancy.objects.count()) == (1, 1)
    assert (AuditEntry.objects.count(), DueRow.objects.count()) == before
    assert len(refused.value.extra["alternatives"]) == 3


def test_check_writes_nothing(cast, house):
    services.check(
        actor=cast.actor("resident"), room=house.studio.pk, starts_at=at(MONDAY[0]), ends_at=at(MONDAY[1]), now=NOW
    )
    assert not Booking.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"purpose": "  "}, "purpose"),
        ({"purpose": "字" * 61}, "purpose"),
        ({"people": 0}, "people"),
        ({"people": 13}, "people"),
        ({"who": "clerk", "override_reason": "字" * 201}, "override_reason"),
    ],
)
def test_words_and_numbers_that_cannot_be(cast, house, given, field):
    with pytest.raises(Invalid) as refused:
        book(cast, house.studio, *MONDAY, **given)
    assert list(refused.value.extra["errors"]) == [field]


def test_room_that_is_not_there_or_not_to_be_booked(cast, house):
    with pytest.raises(Refusal, match="WALK_IN"):
        book(cast, house.reading, *MONDAY)
    house.studio.is_active = False
    house.studio.save()
    with pytest.raises(NotFound):
        book(cast, house.studio, *MONDAY)


def test_nobody_without_an_account_books(cast, house):
    with pytest.raises(Forbidden):
        services.book(
            actor=SYSTEM, room=house.studio.pk, starts_at=at(MONDAY[0]), ends_at=at(MONDAY[1]), purpose="?", now=NOW
        )


# ---------------------------------------------------------------- for whom
def test_staff_of_the_place_book_for_the_house_without_a_quota(cast, house):
    for day in ("09-21", "09-22", "09-23"):
        booking = book(cast, house.studio, f"{day} 09:00", f"{day} 10:00", "clerk")
    assert (booking.user, booking.resident, booking.counts) == (None, None, False)
    assert falls_due(booking) == {"complete": at("09-23 10:00")}
    assert not Notice.objects.exists()


def test_staff_of_another_place_book_for_themselves(cast, house):
    assert book(cast, house.studio, *MONDAY, "clerk_b").user == cast.clerk_b


def test_desk_books_for_a_resident_and_it_counts_to_them(cast, house, settle):
    lin = settle("resident", "building")
    booking = book(cast, house.studio, *MONDAY, "clerk", on_behalf_of=lin.pk)
    assert (booking.user, booking.resident, booking.booked_by) == (cast.resident, lin, cast.clerk)
    assert told(cast.resident) == ["替您约好了：9月21日 周一 9:00–10:00，书画室。"]
    assert AuditEntry.objects.get(verb="booking.book").subject_id == lin.pk
    book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    with pytest.raises(Refused, match="QUOTA"):
        book(cast, house.studio, "09-23 09:00", "09-23 10:00", "clerk", on_behalf_of=lin.pk)


def test_grid_worker_books_for_their_own_doors_and_no_others(cast, house, settle):
    ours, theirs = settle("resident", "building"), settle("neighbour", "building_b")
    booking = book(cast, house.studio, *MONDAY, "grid_worker", on_behalf_of=ours.pk)
    assert (booking.user, booking.booked_by) == (cast.resident, cast.grid_worker)
    with pytest.raises(NotFound):
        book(cast, house.studio, "09-22 09:00", "09-22 10:00", "grid_worker", on_behalf_of=theirs.pk)


def test_resident_books_for_nobody_else(cast, house, settle):
    with pytest.raises(Forbidden):
        book(cast, house.studio, *MONDAY, on_behalf_of=settle("neighbour", "building_b").pk)
    with pytest.raises(Forbidden):
        book(cast, house.studio, *MONDAY, on_behalf_of=cast.neighbour.pk)


def test_account_that_nobody_of_the_register_has_is_booked_for_at_the_desk(cast, house):
    assert book(cast, house.studio, *MONDAY, "clerk", on_behalf_of=cast.neighbour.pk).user == cast.neighbour
    with pytest.raises(NotFound):
        book(cast, house.hall, *MONDAY, "clerk", on_behalf_of=UUID(int=7))


def test_family_of_one_account_counts_each_by_name(cast, house, settle):
    """Grandmother has no telephone: both are linked to the account of the son."""
    first, second = settle("resident", "building"), settle("奶奶", "building", "resident")
    for day in ("09-21", "09-22"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00", on_behalf_of=second.pk)
    assert book(cast, house.studio, "09-23 09:00", "09-23 10:00").resident == first
    with pytest.raises(Refused, match="QUOTA"):
        book(cast, house.studio, "09-24 09:00", "09-24 10:00", on_behalf_of=second.pk)


def test_what_an_account_booked_before_it_was_linked_still_counts(cast, house, settle):
    book(cast, house.studio, *MONDAY)
    book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    settle("resident", "building")
    with pytest.raises(Refused, match="QUOTA"):
        book(cast, house.studio, "09-23 09:00", "09-23 10:00")


# ---------------------------------------------------------------- setting a rule aside
def test_override_keeps_the_reason_the_rule_and_who(cast, house, settle):
    lin = settle("resident", "building")
    for day in ("09-21", "09-22"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00")
    given = {"on_behalf_of": lin.pk, "override_reason": "社区比赛前加练"}
    booking = book(cast, house.studio, "09-23 09:00", "09-23 10:00", "clerk", **given)
    assert (booking.overridden, booking.override_reason) == ("QUOTA", "社区比赛前加练")
    record = booking.records.get()
    assert (record.actor, record.actor_role, record.reason) == (cast.clerk, "desk_clerk", "社区比赛前加练")
    assert record.data["overridden"] == ["QUOTA"]


@pytest.mark.parametrize("who", ["resident", "clerk_b", "grid_worker", "street_supervisor"])
def test_only_the_staff_of_the_place_set_a_rule_aside(cast, house, who):
    with pytest.raises(Forbidden):
        book(cast, house.studio, *MONDAY, who, override_reason="我就要")
    with pytest.raises(Forbidden):
        book(cast, house.studio, *MONDAY, who, walk_in=True)


def test_at_the_counter_the_running_quarter_is_now_and_they_are_here(cast, house):
    booking = book(
        cast, house.studio, "09-18 14:15", "09-18 15:00", "clerk", on_behalf_of=cast.resident.pk, walk_in=True
    )
    assert (booking.state, booking.checked_in_at) == ("checked_in", NOW)
    assert falls_due(booking) == {"complete": at("09-18 15:00")}


# ---------------------------------------------------------------- the nod
def test_room_that_wants_a_nod_is_held_meanwhile(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    assert (booking.state, booking.counts, len(taken(booking))) == ("pending", True, 1)
    assert falls_due(booking) == {"expire": at("09-21 07:00")}
    with pytest.raises(Refused, match="CONFLICT"):
        book(cast, house.stage, *MONDAY, "neighbour")
    assert book(cast, house.stage, "09-22 09:00", "09-22 10:00", "clerk").state == "confirmed"


def test_nod_confirms_and_tells(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    do(cast, "secretary", "approve", booking)
    assert state(booking) == "confirmed"
    assert told() == ["社区点头了：9月21日 周一 9:00–10:00，排练厅是您的。"]
    assert falls_due(booking) == {
        "remind": at("09-20 18:00"),
        "no_show": at("09-21 09:15"),
        "complete": at("09-21 10:00"),
    }


def test_no_owes_a_reason_and_gives_all_back(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    with pytest.raises(Refusal, match="REASON_REQUIRED"):
        do(cast, "clerk", "decline", booking, reason=" ")
    do(cast, "clerk", "decline", booking, reason="要检修音响")
    assert (state(booking), counts(booking), taken(booking), falls_due(booking)) == ("declined", False, [], {})
    assert told() == ["排练厅 9月21日 周一 9:00–10:00 没约成：要检修音响"]


def test_nobody_nods_their_own(cast, house):
    booking = book(cast, house.stage, *MONDAY, "secretary_b")
    Booking.objects.update(user=cast.secretary)
    with pytest.raises(Forbidden):
        do(cast, "secretary", "approve", booking)
    do(cast, "clerk", "approve", booking)


def test_nod_two_hours_before_is_too_late(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    with pytest.raises(IllegalTransition):
        do(cast, "clerk", "approve", booking, now=at("09-21 07:00"))
    assert state(booking) == "pending"
    do(cast, "clerk", "approve", booking, now=at("09-21 06:59"))


def test_undecided_expires_two_hours_before_and_frees_both(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    due.sweep(at("09-21 06:59"))
    assert state(booking) == "pending"
    due.sweep(at("09-21 07:00"))
    assert (state(booking), counts(booking), taken(booking)) == ("expired", False, [])
    assert "没等到社区点头" in told(cast.resident)[0]
    records = BookingRecord.objects.count()
    due.sweep(at("09-21 07:00"))
    assert BookingRecord.objects.count() == records


# ---------------------------------------------------------------- giving it back
@pytest.mark.parametrize(("when", "still_counts"), [("09-20 09:00", False), ("09-20 09:01", True)])
def test_quota_comes_back_until_24_hours_before(cast, house, when, still_counts):
    booking = book(cast, house.studio, *MONDAY)
    do(cast, "resident", "cancel", booking, now=at(when))
    assert (state(booking), counts(booking), taken(booking)) == ("cancelled", still_counts, [])
    assert (falls_due(booking), told()) == ({}, [])


def test_what_only_waited_never_counts(cast, house):
    booking = book(cast, house.stage, "09-18 17:00", "09-18 18:00")
    do(cast, "resident", "cancel", booking)
    assert not counts(booking)


def test_house_that_calls_off_owes_a_reason_and_gives_the_quota_back(cast, house):
    booking = book(cast, house.studio, "09-18 17:00", "09-18 18:00")
    with pytest.raises(Refusal, match="REASON_REQUIRED"):
        do(cast, "clerk", "cancel", booking)
    do(cast, "clerk", "cancel", booking, reason="水管爆了")
    assert not counts(booking)
    assert told() == ["书画室 今天 17:00–18:00 的预约取消了：水管爆了。"]
    assert booking.records.latest("version").reason == "水管爆了"


def test_called_off_at_the_desk_at_their_own_wish_counts_as_their_own(cast, house):
    booking = book(cast, house.studio, "09-18 17:00", "09-18 18:00")
    do(cast, "clerk", "cancel", booking, at_request=True)
    assert (state(booking), counts(booking)) == ("cancelled", True)


def test_over_is_over(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    with pytest.raises(Refusal, match="OVER"):
        do(cast, "resident", "cancel", booking, now=at("09-21 10:00"))


@pytest.mark.parametrize("service", ["cancel", "approve", "check_in"])
def test_bookings_of_others_are_not_there(cast, house, service):
    booking = book(cast, house.studio, *MONDAY)
    for who in ("neighbour", "grid_worker", "clerk_b", "auditor", "sysadmin"):
        with pytest.raises(NotFound):
            do(cast, who, service, booking)


def test_street_sees_and_leaves_it_alone(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    assert services.visible_booking(cast.actor("street_supervisor"), booking.pk) == booking
    with pytest.raises(Forbidden):
        do(cast, "street_supervisor", "cancel", booking, reason="不行")


def test_grid_worker_sees_what_they_made_while_the_door_is_theirs(cast, house, settle):
    lin = settle("resident", "building")
    booking = book(cast, house.studio, *MONDAY, "grid_worker", on_behalf_of=lin.pk)
    assert services.visible_booking(cast.actor("grid_worker"), booking.pk)
    lin.household.building = cast.place.building_b
    lin.household.save()
    for who in ("grid_worker", "grid_worker_b"):
        with pytest.raises(NotFound):
            services.visible_booking(cast.actor(who), booking.pk)


def test_version_that_moved_on_is_stale(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    do(cast, "clerk", "approve", booking, version=1)
    with pytest.raises(Stale):
        do(cast, "resident", "cancel", booking, version=1)
    do(cast, "resident", "cancel", booking, version=2)


# ---------------------------------------------------------------- another time
def test_move_is_one_act(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    do(cast, "resident", "move", booking, starts_at=at("09-22 15:00"), ends_at=at("09-22 17:00"))
    assert (state(booking), taken(booking)) == ("confirmed", [(at("09-22 15:00"), at("09-22 17:00"))])
    assert list(booking.records.values_list("event", flat=True).order_by("version")) == ["book", "move"]
    assert falls_due(booking) == {
        "remind": at("09-21 18:00"),
        "no_show": at("09-22 15:15"),
        "complete": at("09-22 17:00"),
    }


def test_move_may_overlap_where_it_was(cast, house):
    booking = book(cast, house.hall, *MONDAY)
    do(cast, "resident", "move", booking, starts_at=at("09-21 09:30"), ends_at=at("09-21 10:30"))
    assert taken(booking) == [(at("09-21 09:30"), at("09-21 10:30"))] * 2


def test_move_that_fails_keeps_what_was(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    book(cast, house.studio, "09-22 09:00", "09-22 10:00", "neighbour")
    with pytest.raises(Refused, match="CONFLICT"):
        do(cast, "resident", "move", booking, starts_at=at("09-22 09:00"), ends_at=at("09-22 10:00"))
    assert taken(booking) == [(at(MONDAY[0]), at(MONDAY[1]))]
    assert booking.records.count() == 1


def test_move_does_not_count_itself(cast, house):
    first = book(cast, house.studio, *MONDAY)
    book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    do(cast, "resident", "move", first, starts_at=at("09-23 09:00"), ends_at=at("09-23 10:00"))
    moved = do(cast, "resident", "move", first, starts_at=at("10-08 09:00"), ends_at=at("10-08 10:00"))
    assert moved.quota_month == dt.date(2026, 10, 1)


def test_late_move_stays_in_the_month(cast, house):
    """Moving must not give back what cancelling would not."""
    booking = book(cast, house.studio, "09-30 09:00", "09-30 10:00")
    other = {"starts_at": at("10-08 09:00"), "ends_at": at("10-08 10:00")}
    with pytest.raises(Refusal, match="LATE_MOVE"):
        do(cast, "resident", "move", booking, now=at("09-29 09:01"), **other)
    do(cast, "resident", "move", booking, now=at("09-29 09:00"), **other)


def test_nothing_that_has_begun_is_moved(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    with pytest.raises(Refusal, match="OVER"):
        do(
            cast,
            "resident",
            "move",
            booking,
            now=at("09-21 09:00"),
            starts_at=at("09-21 11:00"),
            ends_at=at("09-21 12:00"),
        )


def test_moved_in_a_room_that_wants_a_nod_it_waits_again(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    do(cast, "clerk", "approve", booking)
    other = {"starts_at": at("09-22 09:00"), "ends_at": at("09-22 10:00")}
    assert do(cast, "resident", "move", booking, **other).state == "pending"
    assert falls_due(booking) == {"expire": at("09-22 07:00")}


def test_staff_move_it_and_the_person_is_told(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    do(cast, "clerk", "move", booking, starts_at=at("09-22 09:00"), ends_at=at("09-22 10:00"))
    assert told(cast.resident) == ["您的预约改到了 9月22日 周二 9:00–10:00，书画室。"]


def test_move_with_a_reason_is_for_the_staff(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    long = {"starts_at": at("09-22 09:00"), "ends_at": at("09-22 15:00"), "override_reason": "比赛"}
    with pytest.raises(Forbidden):
        do(cast, "resident", "move", booking, **long)
    assert do(cast, "clerk", "move", booking, **long).ends_at == at("09-22 15:00")


# ---------------------------------------------------------------- the day itself
@pytest.mark.parametrize(("when", "code"), [("09-21 08:44", "TOO_EARLY"), ("09-21 10:00", "OVER")])
def test_check_in_from_a_quarter_before_until_the_end(cast, house, when, code):
    booking = book(cast, house.studio, *MONDAY)
    with pytest.raises(Refusal, match=code):
        do(cast, "clerk", "check_in", booking, now=at(when))
    do(cast, "clerk", "check_in", booking, now=at("09-21 08:45"))
    assert (state(booking), falls_due(booking)) == ("checked_in", {"complete": at("09-21 10:00")})


def test_used_and_over_it_is_completed(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    do(cast, "clerk", "check_in", booking, now=at("09-21 09:05"))
    due.sweep(at("09-21 09:59"))
    assert state(booking) == "checked_in"
    due.sweep(at("09-21 10:00"))
    assert (state(booking), counts(booking), len(taken(booking))) == ("completed", True, 1)


def test_reminder_goes_out_the_evening_before_once(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    due.sweep(at("09-20 17:59"))
    assert told() == []
    due.sweep(at("09-20 18:00"))
    due.sweep(at("09-20 18:00"))
    assert told(cast.resident) == ["明天 9:00–10:00，书画室，别忘了。来不了就早点取消，让给别人。"]
    assert Notice.objects.filter(about_id=booking.pk, channel="sms").count() == 1


def test_moved_on_it_is_reminded_of_the_new_day(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    due.sweep(at("09-20 18:00"))
    do(
        cast,
        "resident",
        "move",
        booking,
        now=at("09-20 19:00"),
        starts_at=at("09-22 09:00"),
        ends_at=at("09-22 10:00"),
    )
    due.sweep(at("09-21 18:00"))
    assert len(told(cast.resident)) == 2


def test_called_off_nobody_is_reminded(cast, house):
    booking = book(cast, house.studio, *MONDAY)
    do(cast, "resident", "cancel", booking)
    due.sweep(at("09-20 18:00"))
    assert told() == []


def test_person_without_an_account_hears_it_by_telephone(cast, house, settle):
    lin = settle("奶奶", "building", None)
    book(cast, house.studio, *MONDAY, "clerk", on_behalf_of=lin.pk)
    assert list(Notice.objects.values_list("channel", "address", "recipient")) == [("sms", "+8613900000099", None)]


# ---------------------------------------------------------------- the table
def test_every_step_that_the_table_does_not_allow_is_409(cast, house):
    """Each state × each event: fired by the system, to whom every step is permitted, so that only the table speaks."""
    booking = book(cast, house.studio, *MONDAY)
    for before in BookingState.values:
        for event in Event.values:
            if event == Event.BOOK or any(before in row.source for row in TABLE.by_event[event]):
                continue
            Booking.objects.filter(pk=booking.pk).update(state=before)
            with pytest.raises(IllegalTransition):
                flow.fire(booking.pk, event=event, actor=SYSTEM, reason="-", now=NOW)
    assert booking.records.count() == 1


@pytest.mark.parametrize("event", ["expire", "no_show", "complete"])
def test_steps_of_the_system_are_nobodys(cast, house, event):
    booking = book(cast, house.stage if event == "expire" else house.studio, *MONDAY)
    for who in ("resident", "clerk", "secretary", "district_admin"):
        with pytest.raises(Forbidden):
            flow.fire(booking.pk, event=event, actor=cast.actor(who), now=NOW)


def test_every_step_leaves_a_line_in_the_trail(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    do(cast, "clerk", "approve", booking)
    do(cast, "resident", "move", booking, starts_at=at("09-22 09:00"), ends_at=at("09-22 10:00"))
    do(cast, "clerk", "decline", booking, reason="要检修音响")
    lines = AuditEntry.objects.order_by("id").values_list("verb", "actor_role")
    assert [verb for verb, _role in lines] == ["booking.book", "booking.approve", "booking.move", "booking.decline"]
    assert [role for _verb, role in lines] == ["resident", "desk_clerk", "resident", "desk_clerk"]


# ---------------------------------------------------------------- the calendar's address
def test_new_feed_makes_the_old_address_worthless(cast):
    assert services.new_feed(actor=cast.actor("resident")).number == 1
    assert services.new_feed(actor=cast.actor("resident")).number == 2
    assert CalendarFeed.objects.get().user == cast.resident
    assert AuditEntry.objects.filter(verb="booking.feed").count() == 2


def test_nod_given_while_it_is_being_moved_is_not_for_the_new_time(cast, house, monkeypatch):
    """Read before the locks, the wish still waited; the community nodded to another time than this."""
    one, hold = book(cast, house.stage, "09-21 09:00", "09-21 10:00"), locks.hold

    def meanwhile(*args, **given):
        services.approve(actor=cast.actor("clerk"), booking_id=one.pk, now=NOW)
        return hold(*args, **given)

    monkeypatch.setattr(locks, "hold", meanwhile)
    moved = services.move(
        actor=cast.actor("resident"), booking_id=one.pk, starts_at=at("09-22 09:00"), ends_at=at("09-22 10:00"), now=NOW
    )
    assert moved.state == "pending"
