"""Standing in line: who may, what is offered to whom, until when, and that every way out leads to the next."""

import datetime as dt

import pytest
from django.db import transaction

from centres.rooms import closures, services, steps, waitlist
from centres.rooms.enums import WaitEvent, WaitState
from centres.rooms.models_booking import Booking, Occupancy
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.offers import line
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict, Forbidden, IllegalTransition, NotFound, Refusal, Stale
from portal.flow import due
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.centres.rooms.line import held, state, wait
from tests.centres.rooms.people import NOW, at, book

MONDAY = ("09-21 09:00", "09-21 10:00")
HALF_PAST_EIGHT = at("09-19 02:20")  # NOW and twelve hours


@pytest.fixture
def taken(cast, house) -> Booking:
    return book(cast, house.studio, *MONDAY)


def give_back(cast, booking, who="resident", now=NOW, **given) -> Booking:
    return services.cancel(actor=cast.actor(who), booking_id=booking.pk, now=now, **given)


def accept(cast, entry, who="neighbour", now=NOW, **given) -> Booking:
    return waitlist.accept(actor=cast.actor(who), entry_id=entry.pk, now=now, **given)


def told(who) -> list[str]:
    return list(Notice.objects.filter(recipient=who, channel="inapp").order_by("id").values_list("subject", flat=True))


# ---------------------------------------------------------------- joining
def test_join_waits_and_takes_nothing(cast, house, taken):
    entry = wait(cast, house.studio, *MONDAY)
    assert (state(entry), held(entry), entry.records.get().event) == ("waiting", [], "join")
    assert DueRow.objects.get(subject_id=entry.pk).due_at == at("09-21 09:00")
    assert not told(cast.neighbour)


def test_join_what_is_free_is_told_to_book_it(cast, house):
    with pytest.raises(Conflict, match="FREE"):
        wait(cast, house.studio, *MONDAY)
    assert not WaitlistEntry.objects.exists()


def test_join_twice_is_refused(cast, house, taken):
    wait(cast, house.studio, *MONDAY)
    with pytest.raises(Conflict, match="ALREADY_WAITING"):
        wait(cast, house.studio, *MONDAY)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("09-21 10:00", "09-21 09:00", "TOO_SHORT"),
        ("09-21 09:00", "09-21 09:00", "TOO_SHORT"),
        ("09-17 09:00", "09-17 10:00", "TOO_SOON"),
        ("12-21 09:00", "12-21 10:00", "TOO_FAR"),
        ("09-21 09:05", "09-21 10:00", "OFF_GRID"),
        ("09-26 09:00", "09-26 10:00", "HOLIDAY"),
        ("09-21 06:00", "09-21 07:00", "OUTSIDE_HOURS"),
    ],
)
def test_nobody_waits_for_what_no_cancellation_would_open(cast, house, taken, start, end, code):
    with pytest.raises(Refusal, match=code):
        wait(cast, house.studio, start, end)
    assert not WaitlistEntry.objects.exists()


def test_join_with_the_month_used_up_is_refused(cast, house, taken):
    for day in ("09-22", "09-23"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00", "neighbour")
    with pytest.raises(Refusal, match="QUOTA"):
        wait(cast, house.studio, *MONDAY)


def test_in_line_for_five_times_at_most(cast, house):
    house.centre.monthly_quota = 30
    house.centre.save()
    for hour in range(9, 15):
        book(cast, house.studio, f"09-21 {hour:02}:00", f"09-21 {hour + 1}:00")
    for hour in range(9, 14):
        wait(cast, house.studio, f"09-21 {hour:02}:00", f"09-21 {hour + 1}:00")
    with pytest.raises(Refusal, match="TOO_MANY_WAITING"):
        wait(cast, house.studio, "09-21 14:00", "09-21 15:00")


def test_house_itself_stands_in_no_line(cast, house, taken):
    with pytest.raises(Forbidden):
        wait(cast, house.studio, *MONDAY, who="clerk")


def test_counter_takes_it_down_for_somebody_and_they_are_told(cast, house, taken, settle):
    resident = settle("neighbour", "building_b")
    entry = wait(cast, house.studio, *MONDAY, who="clerk", on_behalf_of=resident.pk)
    assert (entry.user, entry.resident, entry.joined_by) == (cast.neighbour, resident, cast.clerk)
    assert "排上候补" in told(cast.neighbour)[0]


# ---------------------------------------------------------------- the offer
def test_what_is_given_back_is_held_for_the_first_in_line(cast, house, taken):
    first, second = wait(cast, house.studio, *MONDAY), wait(cast, house.studio, *MONDAY, who="volunteer")
    give_back(cast, taken)
    assert (state(first), state(second)) == ("offered", "waiting")
    assert held(first) == [(at(MONDAY[0]), at(MONDAY[1]))]
    first.refresh_from_db()
    assert (first.offered_at, first.offer_until) == (NOW, HALF_PAST_EIGHT)
    assert "轮到您了" in told(cast.neighbour)[0]
    assert not told(cast.volunteer)


def test_outsider_cannot_take_what_is_being_offered(cast, house, taken):
    wait(cast, house.studio, *MONDAY)
    give_back(cast, taken)
    with pytest.raises(Refusal, match="CONFLICT"):
        book(cast, house.studio, *MONDAY, "outsider")
    with pytest.raises(Refusal, match="CONFLICT"):
        book(cast, house.studio, *MONDAY, "clerk", override_reason="书记要用")


def test_only_the_one_it_was_offered_to_accepts(cast, house, taken):
    first, second = wait(cast, house.studio, *MONDAY), wait(cast, house.studio, *MONDAY, who="volunteer")
    give_back(cast, taken)
    with pytest.raises(NotFound):
        accept(cast, first, "outsider")
    with pytest.raises(NotFound):
        accept(cast, first, "volunteer")
    with pytest.raises(IllegalTransition):
        accept(cast, second, "volunteer")


def test_accept_books_it(cast, house, taken):
    entry = wait(cast, house.studio, *MONDAY, purpose="练二胡", people=3)
    give_back(cast, taken)
    booking = accept(cast, entry)
    entry.refresh_from_db()
    assert (entry.state, entry.booking, held(entry)) == ("accepted", booking, [])
    assert (booking.state, booking.user, booking.purpose, booking.people) == ("confirmed", cast.neighbour, "练二胡", 3)
    assert booking.counts
    assert Occupancy.objects.get().booking == booking
    assert not DueRow.objects.filter(subject_id=entry.pk, done_at=None).exists()


def test_accept_in_a_room_that_wants_a_nod_waits_for_it(cast, house):
    booking = book(cast, house.stage, *MONDAY)
    entry = wait(cast, house.stage, *MONDAY)
    give_back(cast, booking)
    entry.refresh_from_db()
    assert accept(cast, entry).state == "pending"


def test_accept_twice_is_refused(cast, house, taken):
    entry = wait(cast, house.studio, *MONDAY)
    give_back(cast, taken)
    accept(cast, entry)
    with pytest.raises(IllegalTransition):
        accept(cast, entry)
    assert Booking.objects.filter(user=cast.neighbour).count() == 1


def test_accept_on_a_stale_version_is_refused(cast, house, taken):
    entry = wait(cast, house.studio, *MONDAY)
    give_back(cast, taken)
    with pytest.raises(Stale):
        accept(cast, entry, version=1)
    assert accept(cast, entry, version=2)


@pytest.mark.parametrize("swept", [True, False])
def test_accept_after_the_time_to_answer_is_told_so(cast, house, taken, swept):
    """Whether the sweep has come or not: the message said until when."""
    entry = wait(cast, house.studio, *MONDAY)
    give_back(cast, taken)
    if swept:
        due.sweep(HALF_PAST_EIGHT)
    with pytest.raises(Conflict, match="LAPSED") as refused:
        accept(cast, entry, now=HALF_PAST_EIGHT)
    assert "再排一次" in str(refused.value.message)
    assert Booking.objects.filter(user=cast.neighbour).count() == 0


def test_accept_with_the_month_used_up_meanwhile_keeps_the_offer(cast, house, taken):
    entry = wait(cast, house.studio, *MONDAY)
    give_back(cast, taken)
    first = book(cast, house.studio, "09-22 09:00", "09-22 10:00", "neighbour")
    book(cast, house.studio, "09-23 09:00", "09-23 10:00", "neighbour")
    with pytest.raises(Refusal, match="QUOTA"):
        accept(cast, entry)
    assert state(entry) == "offered"
    give_back(cast, first, "neighbour")
    assert accept(cast, entry).state == "confirmed"


def test_offer_ends_with_the_start_where_that_is_sooner(cast, house):
    booking = book(cast, house.studio, "09-18 20:00", "09-18 21:00")
    entry = wait(cast, house.studio, "09-18 20:00", "09-18 21:00")
    give_back(cast, booking)
    entry.refresh_from_db()
    assert entry.offer_until == at("09-18 20:00")


# ---------------------------------------------------------------- every way out leads to the next
def test_lapse_leads_to_the_next(cast, house, taken):
    first, second = wait(cast, house.studio, *MONDAY), wait(cast, house.studio, *MONDAY, who="volunteer")
    give_back(cast, taken)
    due.sweep(HALF_PAST_EIGHT - dt.timedelta(seconds=1))
    assert state(first) == "offered"
    due.sweep(HALF_PAST_EIGHT)
    assert (state(first), state(second)) == ("lapsed", "offered")
    assert "留给您的时间过了" in told(cast.neighbour)[-1]
    due.sweep(HALF_PAST_EIGHT)
    assert WaitlistEntry.objects.get(pk=second.pk).version == 2


def test_withdrawing_an_offer_leads_to_the_next(cast, house, taken):
    first, second = wait(cast, house.studio, *MONDAY), wait(cast, house.studio, *MONDAY, who="volunteer")
    give_back(cast, taken)
    waitlist.withdraw(actor=cast.actor("neighbour"), entry_id=first.pk, now=NOW)
    assert (state(first), state(second), held(first)) == ("withdrawn", "offered", [])


def test_whoever_cannot_take_it_keeps_their_place_and_the_next_is_asked(cast, house, taken):
    first, second = wait(cast, house.studio, *MONDAY), wait(cast, house.studio, *MONDAY, who="volunteer")
    for day in ("09-22", "09-23"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00", "neighbour")
    give_back(cast, taken)
    assert (state(first), state(second)) == ("waiting", "offered")


@pytest.mark.parametrize("way", ["decline", "expire", "no_show", "move"])
def test_however_a_time_comes_free_it_is_offered(cast, house, way):
    room = house.studio if way in ("no_show", "move") else house.stage
    booking = book(cast, room, "09-21 09:00", "09-21 12:00")
    entry = wait(cast, room, "09-21 11:00", "09-21 12:00")
    if way == "decline":
        services.decline(actor=cast.actor("clerk"), booking_id=booking.pk, reason="布展", now=NOW)
    elif way == "expire":
        due.sweep(at("09-21 07:00"))
    elif way == "no_show":
        due.sweep(at("09-21 09:15"))
    else:
        services.move(
            actor=cast.actor("resident"),
            booking_id=booking.pk,
            starts_at=at("09-22 09:00"),
            ends_at=at("09-22 10:00"),
            now=NOW,
        )
    assert state(entry) == "offered"


def test_two_who_want_different_pieces_of_it_are_both_asked(cast, house):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 12:00")
    pieces = (("09:00", "10:00", "neighbour"), ("09:30", "10:30", "outsider"), ("11:00", "12:00", "volunteer"))
    entries = [wait(cast, house.studio, f"09-21 {a}", f"09-21 {b}", who) for a, b, who in pieces]
    give_back(cast, booking)
    assert [state(entry) for entry in entries] == ["offered", "waiting", "offered"]


def test_half_of_the_hall_is_no_use_to_whoever_waits_for_all_of_it(cast, house):
    east, west = book(cast, house.east, *MONDAY), book(cast, house.west, *MONDAY, "neighbour")
    entry = wait(cast, house.hall, *MONDAY, who="volunteer")
    give_back(cast, east)
    assert state(entry) == "waiting"
    give_back(cast, west, "neighbour")
    assert state(entry) == "offered"
    assert len(held(entry)) == 2
    with pytest.raises(Refusal, match="CONFLICT"):
        book(cast, house.east, *MONDAY, "outsider")


def test_waiting_ends_with_the_start(cast, house, taken):
    entry = wait(cast, house.studio, *MONDAY)
    due.sweep(at("09-21 09:00"))
    assert state(entry) == "lapsed"
    assert "没有等到" in told(cast.neighbour)[-1]


def test_lapse_that_comes_too_early_or_twice_changes_nothing(cast, house, taken):
    entry = wait(cast, house.studio, *MONDAY)
    give_back(cast, taken)
    assert not steps.lapse(entry_id=entry.pk, now=NOW)
    assert steps.lapse(entry_id=entry.pk, now=HALF_PAST_EIGHT)
    assert not steps.lapse(entry_id=entry.pk, now=HALF_PAST_EIGHT)


def test_house_that_shuts_takes_its_offers_back(cast, house, taken):
    first, second = wait(cast, house.studio, *MONDAY), wait(cast, house.studio, *MONDAY, who="volunteer")
    give_back(cast, taken)
    closure = closures.Closure(house.centre, at(MONDAY[0]).date(), at(MONDAY[0]).date(), "停电检修")
    closures.close(actor=cast.actor("clerk"), closure=closure, expected=[], now=NOW)
    assert (state(first), state(second), Occupancy.objects.count()) == ("lapsed", "lapsed", 0)
    assert "停电检修" in told(cast.volunteer)[-1]


# ---------------------------------------------------------------- the table
# Written by hand from domain.md: waiting → offered → accepted / lapsed; waiting, offered → withdrawn.
OWN = ("neighbour", "clerk", "secretary")
ALLOWED = {
    ("waiting", "offer"): ("offered", ("system",)),
    ("waiting", "lapse"): ("lapsed", ("system",)),
    ("waiting", "withdraw"): ("withdrawn", (*OWN, "system")),
    ("offered", "accept"): ("accepted", (*OWN, "system")),
    ("offered", "lapse"): ("lapsed", ("system",)),
    ("offered", "withdraw"): ("withdrawn", (*OWN, "system")),
}
EVERYBODY = (
    "neighbour", "resident", "outsider", "volunteer", "grid_worker", "clerk", "clerk_b", "secretary", "secretary_b",
    "street_supervisor", "district_admin", "department_handler", "auditor", "sysadmin", "system",
)  # fmt: skip


@pytest.mark.parametrize("before", WaitState.values)
def test_table_of_the_line(cast, house, before):
    entry = WaitlistEntry.objects.create(
        state=before,
        version=1,
        room=house.studio,
        user=cast.neighbour,
        joined_by=cast.neighbour,
        starts_at=at(MONDAY[0]),
        ends_at=at(MONDAY[1]),
        purpose="练字",
        offer_until=HALF_PAST_EIGHT,
    )
    actors = {who: SYSTEM if who == "system" else cast.actor(who) for who in EVERYBODY}
    wrong = []
    for event in (WaitEvent.OFFER, WaitEvent.ACCEPT, WaitEvent.LAPSE, WaitEvent.WITHDRAW):
        after, allowed = ALLOWED.get((before, event), (before, ()))
        # Who may never do it learns nothing of where it stands.
        ever = {who for (_state, one), (_after, whom) in ALLOWED.items() if one == event for who in whom}
        for who, actor in actors.items():
            got = tried(entry, event, actor)
            no = "ILLEGAL_TRANSITION" if who in ever else "FORBIDDEN"
            wanted = ("ok", after) if who in allowed else (no, before)
            if got != wanted:
                wrong.append((event, who, got, wanted))
    assert wrong == []


def tried(entry: WaitlistEntry, event: str, actor) -> tuple[str, str]:
    """What was said, and the state it led to; taken back afterwards."""
    point = transaction.savepoint()
    try:
        line.fire(entry.pk, event=event, actor=actor, now=NOW, until=HALF_PAST_EIGHT, part_ids=[])
        said = "ok"
    except (Forbidden, IllegalTransition) as refused:
        said = refused.code
    found = said, state(entry)
    transaction.savepoint_rollback(point)
    return found
