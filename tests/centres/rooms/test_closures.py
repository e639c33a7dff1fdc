"""A house or a room that shuts: what it costs is listed first, then each is told once and has their time back."""

import datetime as dt

import pytest

from centres.rooms import closures, locks, services
from centres.rooms.closures import Closure
from centres.rooms.models import DayException
from centres.rooms.models_booking import Booking, Occupancy
from centres.rooms.refusals import Refused
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from portal.notifications.models import Notice
from tests.centres.rooms.line import state, wait
from tests.centres.rooms.people import NOW, at, book

MONDAY, TUESDAY = dt.date(2026, 9, 21), dt.date(2026, 9, 22)


def shut(house, first=MONDAY, last=MONDAY, **given) -> Closure:
    return Closure(**({"centre": house.centre, "first_day": first, "last_day": last, "reason": "停电检修"} | given))


def close(cast, closure, expected=None, who="clerk", now=NOW):
    if expected is None:
        expected = closures.preview(actor=cast.actor(who), closure=closure, now=now).ids
    return closures.close(actor=cast.actor(who), closure=closure, expected=expected, now=now)


def states() -> list[str]:
    return list(Booking.objects.order_by("starts_at", "pk").values_list("state", flat=True))


def test_preview_lists_what_would_go_and_writes_nothing(cast, house):
    gone = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    cost = closures.preview(actor=cast.actor("clerk"), closure=shut(house), now=NOW)
    assert (cost.bookings, cost.waiting, cost.keeps) == ([gone], [], [])
    assert not DayException.objects.exists()
    assert "confirmed" in states()


def test_close_calls_them_off_once_each_and_gives_the_times_back(cast, house):
    first = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    waits = book(cast, house.stage, "09-21 18:00", "09-21 19:00", "neighbour")
    stays = book(cast, house.studio, "09-22 09:00", "09-22 10:00", "neighbour")
    row, cost = close(cast, shut(house))
    assert {first, waits} == set(cost.bookings)
    assert states() == ["cancelled", "cancelled", "confirmed"]
    assert not Booking.objects.filter(pk__in=[first.pk, waits.pk], counts=True).exists()
    assert [one.booking for one in Occupancy.objects.all()] == [stays]
    said = list(Notice.objects.filter(channel="inapp").values_list("recipient__username", "subject"))
    assert sorted(who for who, _text in said) == ["neighbour", "resident"]
    assert all("停电检修" in text for _who, text in said)
    assert AuditEntry.objects.get(verb="room.close").object_id == str(row.pk)
    with pytest.raises(Refused, match="CLOSED"):
        book(cast, house.studio, "09-21 11:00", "09-21 12:00")


def test_even_less_than_a_day_before_the_quota_comes_back(cast, house):
    booking = book(cast, house.studio, "09-18 18:00", "09-18 19:00")
    close(cast, shut(house, NOW.date(), NOW.date()))
    booking.refresh_from_db()
    assert (booking.state, booking.counts) == ("cancelled", False)


def test_one_room_shuts_alone(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    book(cast, house.hall, "09-21 09:00", "09-21 10:00", "neighbour")
    close(cast, shut(house, room=house.studio))
    assert sorted(states()) == ["cancelled", "confirmed"]


def test_other_hours_call_off_only_what_lies_outside_them(cast, house):
    for hour in (8, 10, 16):
        book(cast, house.studio, f"09-21 {hour:02}:00", f"09-21 {hour + 1:02}:00", "clerk")
    close(cast, shut(house, opens=dt.time(9), closes=dt.time(16), reason="下午开会"))
    assert states() == ["cancelled", "confirmed", "cancelled"]


def test_what_has_begun_goes_on(cast, house):
    booking = book(cast, house.studio, "09-18 14:30", "09-18 16:00")
    later = at("09-18 14:40")
    services.check_in(actor=cast.actor("clerk"), booking_id=booking.pk, now=later)
    close(cast, shut(house, NOW.date(), NOW.date()), now=later)
    assert states() == ["checked_in"]


def test_what_other_hours_leave_of_a_called_off_time_goes_to_who_waits_for_it(cast, house):
    book(cast, house.studio, "09-21 15:00", "09-21 17:00")
    early, late = (
        wait(cast, house.studio, "09-21 15:00", "09-21 16:00"),
        wait(cast, house.studio, "09-21 16:00", "09-21 17:00", "volunteer"),
    )
    close(cast, shut(house, opens=dt.time(9), closes=dt.time(16), reason="下午开会"))
    assert (state(early), state(late)) == ("offered", "lapsed")


def test_two_who_give_the_same_days_other_hours_at_once_are_one(cast, house, monkeypatch):
    """The colleague was quicker between the look and the lock."""
    hold = locks.hold_around

    def meanwhile(rooms):
        monkeypatch.setattr(locks, "hold_around", hold)
        close(cast, shut(house, opens=dt.time(9), closes=dt.time(16)))
        return hold(rooms)

    monkeypatch.setattr(locks, "hold_around", meanwhile)
    with pytest.raises(Conflict, match="OVERLAPS"):
        close(cast, shut(house, opens=dt.time(10), closes=dt.time(12)), [])


def test_rooms_with_hours_of_their_own_are_named_and_kept(cast, house):
    DayException.objects.create(
        room=house.hall, first_day=MONDAY, last_day=MONDAY, opens=dt.time(9), closes=dt.time(12), reason="义诊"
    )
    booking = book(cast, house.hall, "09-21 09:00", "09-21 10:00")
    cost = closures.preview(actor=cast.actor("clerk"), closure=shut(house), now=NOW)
    assert (cost.bookings, cost.keeps) == ([], [house.hall])
    close(cast, shut(house))
    booking.refresh_from_db()
    assert booking.state == "confirmed"


def test_closure_goes_before_other_hours_of_the_same_days(cast, house):
    close(cast, shut(house, opens=dt.time(9), closes=dt.time(12), reason="半天"))
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    close(cast, shut(house))
    assert states() == ["cancelled"]


def test_somebody_who_booked_meanwhile_is_seen_first(cast, house):
    expected = closures.preview(actor=cast.actor("clerk"), closure=shut(house), now=NOW).ids
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    with pytest.raises(Stale):
        close(cast, shut(house), expected)
    assert (states(), DayException.objects.exists()) == (["confirmed"], False)


def test_the_houses_own_are_called_off_and_whoever_listens_hears_of_it(cast, house, monkeypatch):
    heard = []
    monkeypatch.setattr("centres.rooms.lifecycle._listeners", [lambda *said: heard.append(said)])
    own = services.book_programme(
        actor=cast.actor("clerk"), room=house.studio.pk, starts_at=at("09-21 09:00"), ends_at=at("09-21 18:00"),
        title="暑托班", now=NOW,
    )  # fmt: skip
    close(cast, shut(house))
    booking, actor, moment, reason = heard[0]
    assert (booking.pk, actor.user, moment, reason, len(heard)) == (own.pk, cast.clerk, NOW, "停电检修", 1)


@pytest.mark.parametrize(
    ("first", "last", "given", "field"),
    [
        (TUESDAY, MONDAY, {}, "last_day"),
        (dt.date(2026, 9, 17), MONDAY, {}, "first_day"),
        (MONDAY, dt.date(2036, 9, 21), {}, "last_day"),
        (MONDAY, dt.date(9999, 12, 31), {}, "last_day"),
        (MONDAY, MONDAY, {"reason": " "}, "reason"),
        (MONDAY, MONDAY, {"reason": "字" * 41}, "reason"),
        (MONDAY, MONDAY, {"opens": dt.time(9)}, "closes"),
        (MONDAY, MONDAY, {"opens": dt.time(12), "closes": dt.time(9)}, "closes"),
        (MONDAY, MONDAY, {"opens": dt.time(9, 5), "closes": dt.time(12)}, "opens"),
    ],
)
def test_closures_that_cannot_be(cast, house, first, last, given, field):
    with pytest.raises(Invalid) as refused:
        close(cast, shut(house, first, last, **given), [])
    assert list(refused.value.extra["errors"]) == [field]
    assert not DayException.objects.exists()


def test_other_hours_twice_for_one_day_are_refused(cast, house):
    close(cast, shut(house, opens=dt.time(9), closes=dt.time(16)))
    with pytest.raises(Conflict, match="OVERLAPS"):
        close(cast, shut(house, opens=dt.time(10), closes=dt.time(12)), [])


@pytest.mark.parametrize("who", ["resident", "clerk_b", "secretary_b", "street_supervisor", "grid_worker", "sysadmin"])
def test_only_the_house_itself_shuts(cast, house, who):
    with pytest.raises(Forbidden):
        close(cast, shut(house), [], who)


def test_reopen_asks_whoever_waits_and_brings_nothing_back(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    row, _cost = close(cast, shut(house, room=house.studio))
    # Somebody stands in line from before the row was there: the closure told them, and they came again later.
    closures.reopen(actor=cast.actor("secretary"), exception_id=row.pk, now=NOW)
    assert states() == ["cancelled"]
    assert not DayException.objects.exists()
    assert book(cast, house.studio, "09-21 09:00", "09-21 10:00", "neighbour")


def test_reopen_offers_what_is_open_again(cast, house):
    kept = book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    entry = wait(cast, house.studio, "09-22 09:00", "09-22 10:00")
    row = DayException.objects.create(room=house.studio, first_day=TUESDAY, last_day=TUESDAY, reason="粉刷")
    services.cancel(actor=cast.actor("resident"), booking_id=kept.pk, now=NOW)
    assert state(entry) == "waiting"
    closures.reopen(actor=cast.actor("clerk"), exception_id=row.pk, now=NOW)
    assert state(entry) == "offered"


def test_reopen_what_is_another_houses_or_over(cast, house):
    row, _cost = close(cast, shut(house))
    with pytest.raises(NotFound):
        closures.reopen(actor=cast.actor("clerk_b"), exception_id=row.pk, now=NOW)
    with pytest.raises(Conflict, match="OVER"):
        closures.reopen(actor=cast.actor("clerk"), exception_id=row.pk, now=at("09-22 09:00"))
