"""Nobody came: the rest of the time is free again, and the third time in 90 days puts self-booking off."""

import datetime as dt

import pytest

from centres.rooms import services, steps
from centres.rooms.models_booking import Booking, Occupancy, Suspension
from centres.rooms.refusals import Refused
from portal.audit.models import AuditEntry
from portal.flow import due
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW, at, book, digits


def missed(cast, house, *days: str, who="resident", **given) -> list[Booking]:
    """Booked for nine o'clock of these days, and nobody came: the sweep looks by at a quarter past."""
    house.centre.monthly_quota = 30
    house.centre.save()
    bookings = []
    for day in days:
        now = at(f"{day} 08:00")
        bookings.append(book(cast, house.studio, f"{day} 09:00", f"{day} 12:00", who, now=now, **given))
        due.sweep(at(f"{day} 09:15"))
    return bookings


def period(booking: Booking) -> tuple[dt.datetime, dt.datetime]:
    row = Occupancy.objects.get(booking=booking)
    return row.period.lower, row.period.upper


def test_not_there_after_a_quarter_of_an_hour(cast, house):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 12:00")
    due.sweep(at("09-21 09:14"))
    assert Booking.objects.get().state == "confirmed"
    due.sweep(at("09-21 09:15"))
    assert (Booking.objects.get().state, Booking.objects.get().counts) == ("no_show", True)
    assert booking.records.latest("version").actor_role == "system"
    assert "一刻钟没见到您" in Notice.objects.get(key__contains=":v2:", channel="inapp").subject


def test_there_in_time_is_there(cast, house):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 12:00")
    moment = at("09-21 09:14")
    code = digits(house.studio, moment)
    services.check_in(actor=cast.actor("resident"), booking_id=booking.pk, code=code, now=moment)
    due.sweep(at("09-21 09:15"))
    assert Booking.objects.get().state == "checked_in"


@pytest.mark.parametrize(
    ("start", "end", "free_from"),
    [
        ("09:00", "12:00", "09:30"),
        ("09:15", "12:00", "09:30"),
        ("09:30", "12:00", "10:00"),
        ("09:45", "12:00", "10:00"),
        ("09:00", "09:30", "09:30"),
    ],
)
def test_rest_is_free_from_the_next_half_hour(cast, house, start, end, free_from):
    house.studio.buffer_minutes = 15
    house.studio.save()
    booking = book(cast, house.studio, f"09-21 {start}", f"09-21 {end}")
    late = at(f"09-21 {start}") + dt.timedelta(minutes=15)
    due.sweep(late)
    assert period(booking) == (at(f"09-21 {start}"), at(f"09-21 {free_from}"))
    assert Occupancy.objects.get().used_until == at(f"09-21 {free_from}")


def test_next_one_may_have_the_rest(cast, house):
    missed(cast, house, "09-21")
    moment = at("09-21 09:16")
    with pytest.raises(Refused, match="CONFLICT"):
        book(cast, house.studio, "09-21 09:15", "09-21 10:00", "clerk", now=moment, walk_in=True)
    assert book(cast, house.studio, "09-21 09:30", "09-21 10:30", "neighbour", now=moment)


def test_own_of_the_house_is_nobodys_absence(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 12:00", "clerk")
    due.sweep(at("09-21 09:15"))
    assert Booking.objects.get().state == "confirmed"


def test_sweep_that_comes_after_the_end_gives_the_benefit_of_the_doubt(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 12:00")
    due.sweep(at("09-21 12:00"))
    assert Booking.objects.get().state == "completed"


def test_twice_is_as_good_as_once(cast, house):
    booking = missed(cast, house, "09-21")[0]
    assert not steps.no_show(booking_id=booking.pk, now=at("09-21 09:16"))
    assert booking.records.count() == 2


def test_third_in_ninety_days_puts_it_off_for_thirty(cast, house):
    missed(cast, house, "09-21", "09-22")
    assert not Suspension.objects.exists()
    missed(cast, house, "09-23")
    suspension = Suspension.objects.get()
    assert (suspension.user, suspension.until) == (cast.resident, at("09-23 09:15") + dt.timedelta(days=30))
    assert AuditEntry.objects.get(verb="booking.suspend").subject_id == cast.resident.pk
    assert "到窗口说一声" in Notice.objects.get(key__contains="put-off", channel="inapp").subject
    with pytest.raises(Refused, match="SUSPENDED"):
        book(cast, house.studio, "09-24 09:00", "09-24 10:00", now=at("09-23 10:00"))
    assert book(cast, house.studio, "09-24 09:00", "09-24 10:00", "neighbour", now=at("09-23 10:00"))


@pytest.mark.parametrize(("third", "put_off"), [("09-28", True), ("09-30", False)])
def test_ninety_days_and_no_longer(cast, house, third, put_off):
    missed(cast, house, "07-01", "09-22", third)
    assert Suspension.objects.exists() is put_off


def test_what_was_answered_for_is_not_held_against_them_again(cast, house):
    missed(cast, house, "09-21", "09-22", "09-23")
    Suspension.objects.update(lifted_at=NOW)
    missed(cast, house, "09-24", "09-28")
    assert Suspension.objects.count() == 1
    missed(cast, house, "09-29")
    assert Suspension.objects.count() == 2


def test_standing_bookings_stay_and_the_desk_may_still_book(cast, house):
    house.centre.monthly_quota = 30
    house.centre.save()
    kept = book(cast, house.hall, "09-28 09:00", "09-28 10:00")
    missed(cast, house, "09-21", "09-22", "09-23")
    kept.refresh_from_db()
    assert kept.state == "confirmed"
    given = {"on_behalf_of": cast.resident.pk, "now": at("09-23 10:00")}
    with pytest.raises(Refused, match="SUSPENDED"):
        book(cast, house.studio, "09-29 09:00", "09-29 10:00", "clerk", **given)
    booking = book(cast, house.studio, "09-29 09:00", "09-29 10:00", "clerk", override_reason="住院刚回来", **given)
    assert booking.overridden == "SUSPENDED"


def test_family_of_one_account_is_put_off_one_by_one(cast, house, settle):
    first, second = settle("resident", "building"), settle("奶奶", "building", "resident")
    missed(cast, house, "09-21", "09-22", on_behalf_of=second.pk)
    missed(cast, house, "09-23", on_behalf_of=first.pk)
    assert not Suspension.objects.exists()
    missed(cast, house, "09-24", on_behalf_of=second.pk)
    assert Suspension.objects.get().resident == second
    assert book(cast, house.studio, "09-28 09:00", "09-28 10:00", now=at("09-24 10:00")).resident == first
