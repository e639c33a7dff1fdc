"""Orders line by line: what is asked for, what is promised, what is given back. All or none."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from centres.rooms import services as rooms
from centres.rooms.models import DayException, Room
from centres.rooms.models_booking import Booking, Occupancy
from centres.training import capacity, services
from centres.training.enums import LineKind, Meal
from centres.training.lifecycle import Unavailable
from centres.training.lines import LineRefused, LineWish
from centres.training.models_order import OrderLine, TrainingOrder
from portal.audit.models import AuditEntry
from portal.errors import Invalid, NotFound, Refusal
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW, at, book
from tests.centres.training.people import (
    GROUP,
    NINE,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    bring_to,
    class_,
    confirm,
    lunch,
    meeting,
    night,
    submit,
    wishes,
)

pytestmark = pytest.mark.django_db


def notices(who) -> list[str]:
    return list(Notice.objects.filter(recipient=who, channel="inapp").order_by("id").values_list("subject", flat=True))


def change(cast, order, lines, who="org_contact", now=NOW, **group):
    group = replace(services.group_of(order), **group)
    return services.change_order(actor=cast.actor(who), order_id=order.pk, group=group, lines=lines, now=now)


# ---------------------------------------------------------------- asking
def test_submitted_order_holds_nothing_and_keeps_its_prices(cast, training):
    order = submit(cast, training, [class_(training), meeting(training), lunch(), night()])
    assert (order.ref, order.contact_phone) == ("PX0918001", "+8613900000001")
    prices = {line.kind: (line.unit_fen, line.amount_fen) for line in order.lines.all()}
    assert prices == {
        "course": (6000, 72000),
        "room": (40000, 40000),
        "meal": (3000, 36000),
        "lodging": (12000, 144000),
    }
    assert not Booking.objects.exists()
    assert capacity.taken(training.base, TUESDAY, THURSDAY).counts == {}
    training.course.price_fen = 1
    training.course.save()
    assert (
        change(cast, order, [LineWish.of(line) for line in order.lines.all()]).lines.get(kind="course").unit_fen == 6000
    )


def test_numbers_run_on_within_a_day(cast, training):
    assert [submit(cast, training).ref for _n in range(3)] == ["PX0918001", "PX0918002", "PX0918003"]


@pytest.mark.parametrize(
    ("group", "field"),
    [
        ({"organisation": " "}, "organisation"),
        ({"organisation": "长" * 61}, "organisation"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"people": 0}, "people"),
        ({"people": -3}, "people"),
        ({"people": 100_000}, "people"),
        ({"first_day": THURSDAY, "last_day": TUESDAY}, "last_day"),
        ({"first_day": dt.date(2026, 9, 18)}, "first_day"),
        ({"first_day": dt.date(2020, 1, 1)}, "first_day"),
        ({"first_day": dt.date(9999, 1, 1), "last_day": dt.date(9999, 12, 31)}, "last_day"),
        ({"last_day": dt.date(2026, 10, 30)}, "last_day"),
        ({"wish": "字" * 301}, "wish"),
    ],
)
def test_group_that_cannot_be_is_refused_by_field(cast, training, group, field):
    with pytest.raises(Invalid) as refused:
        submit(cast, training, **group)
    assert list(refused.value.extra["errors"]) == [field]
    assert not TrainingOrder.objects.exists()


SATURDAY = dt.date(2026, 9, 19)
BAD_LINES = {
    "NO_LINES": lambda t: [],
    "TOO_MANY_LINES": lambda t: [lunch()] * 400,
    "OUTSIDE_DAYS lodging": lambda t: [night(THURSDAY)],
    "OUTSIDE_DAYS lodging before": lambda t: [night(dt.date(2026, 9, 21))],
    "OUTSIDE_DAYS lunch": lambda t: [lunch(dt.date(2026, 9, 25))],
    "OUTSIDE_DAYS course": lambda t: [class_(t, dt.date(9999, 12, 31))],
    "OUTSIDE_DAYS past": lambda t: [class_(t, dt.date(2020, 1, 1))],
    "TOO_MANY_PEOPLE meal": lambda t: [lunch(quantity=13)],
    "TOO_MANY_PEOPLE beds": lambda t: [night(quantity=13)],
    "TOO_MANY_PEOPLE none": lambda t: [lunch(quantity=0)],
    "GROUP_SIZE": lambda t: [class_(t, quantity=4)],
    "UNKNOWN kind": lambda t: [replace(lunch(), kind="party")],
    "UNKNOWN meal": lambda t: [lunch(meal="supper")],
    "UNKNOWN course": lambda t: [replace(class_(t), course=t.base.pk)],
    "UNKNOWN room": lambda t: [replace(class_(t), room=t.base.pk)],
    "UNKNOWN walk-in": lambda t: [class_(t, room="reading")],
    "BAD_TIME none": lambda t: [replace(class_(t), start=None)],
    "BAD_TIME late": lambda t: [class_(t, start=dt.time(23, 30))],
    "BAD_TIME empty": lambda t: [meeting(t, minutes=0)],
    "BAD_TIME endless": lambda t: [meeting(t, minutes=100_000)],
    "OFF_GRID": lambda t: [class_(t, start=dt.time(9, 7))],
    "TWICE same": lambda t: [class_(t), class_(t)],
    "TWICE meal": lambda t: [lunch(), lunch(quantity=3)],
    "TWICE overlapping": lambda t: [class_(t), class_(t, start=dt.time(10))],
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_line_that_cannot_be_is_refused_plainly(cast, training, case):
    with pytest.raises(LineRefused) as refused:
        submit(cast, training, BAD_LINES[case](training))
    assert (refused.value.code, refused.value.status) == (case.split()[0], 422)
    assert str(refused.value.message).endswith("。")
    assert not TrainingOrder.objects.exists()


def test_more_than_the_base_has_or_the_room_seats_is_refused_at_once(cast, training):
    for lines, code in (([night(quantity=61)], "BEYOND_BASE"), ([lunch(quantity=101)], "BEYOND_BASE")):
        with pytest.raises(LineRefused) as refused:
            submit(cast, training, lines, people=200)
        assert refused.value.code == code
    with pytest.raises(LineRefused) as refused:
        submit(cast, training, [class_(training, quantity=13)], people=13)
    assert refused.value.code == "ROOM_TOO_SMALL"


def test_base_that_is_shut_takes_no_orders(cast, training):
    training.base.is_active = False
    training.base.save()
    with pytest.raises(NotFound):
        submit(cast, training)


# ---------------------------------------------------------------- promising
def test_confirming_takes_every_room_bed_and_meal(cast, training):
    order = submit(cast, training, [*wishes(training), meeting(training)])
    confirm(cast, order)
    booked = {one.purpose: one for one in Booking.objects.select_related("room")}
    assert set(booked) == {"培训：垃圾分类这样推", "培训：开会"}
    course = booked["培训：垃圾分类这样推"]
    assert (course.starts_at, course.ends_at) == (at("09-22 09:00"), at("09-22 10:30"))
    assert course.is_centres_own
    assert GROUP.organisation not in "".join(booked)  # the room's day is read by everybody
    assert order.lines.get(kind="course").booking == course
    assert capacity.taken(training.base, TUESDAY, THURSDAY).counts == {(TUESDAY, ""): 12, (TUESDAY, "lunch"): 12}


def test_line_that_cannot_be_had_refuses_the_whole_and_offers_others(cast, training):
    book(cast, training.house.studio, "09-22 09:00", "09-22 10:00", "clerk", purpose="书法班")
    order = submit(cast, training, [*wishes(training), meeting(training)])
    before = Booking.objects.count(), AuditEntry.objects.count(), Notice.objects.count()
    with pytest.raises(Unavailable) as refused:
        confirm(cast, order)
    (trouble,) = refused.value.troubles
    assert (trouble.code, trouble.line.kind, refused.value.status) == ("CONFLICT", "course", 409)
    assert "垃圾分类这样推" in str(refused.value.message)
    assert "有人约" in trouble.message
    assert trouble.alternatives
    assert {"label", "room", "starts_at"} == set(trouble.alternatives[0])
    order.refresh_from_db()
    assert (order.state, order.version) == ("submitted", 1)
    assert not order.lines.exclude(booking=None).exists()
    assert (Booking.objects.count(), AuditEntry.objects.count(), Notice.objects.count()) == before


def test_every_line_in_trouble_is_named_at_once(cast, training):
    book(cast, training.house.studio, "09-22 09:00", "09-22 10:00", "clerk", purpose="书法班")
    confirm(cast, submit(cast, training, [night(quantity=50), lunch(quantity=95)], people=95))
    order = submit(cast, training)
    with pytest.raises(Unavailable) as refused:
        confirm(cast, order)
    assert [(one.code, one.line.kind) for one in refused.value.troubles] == [
        ("CONFLICT", "course"),
        ("SEATS", "meal"),
        ("BEDS", "lodging"),
    ]
    assert "只剩 10 张床，要的是 12 张" in refused.value.troubles[2].message
    assert len(refused.value.extra["lines"]) == 3


def test_alternative_is_taken_with_one_press_and_then_confirmed(cast, training):
    book(cast, training.house.studio, "09-22 09:00", "09-22 10:00", "clerk", purpose="书法班")
    order = submit(cast, training)
    with pytest.raises(Unavailable) as refused:
        confirm(cast, order)
    slot = refused.value.troubles[0].alternatives[0]
    starts_at = dt.datetime.fromisoformat(slot["starts_at"])
    line = order.lines.get(kind="course")
    services.move_line(
        actor=cast.actor("clerk"),
        order_id=order.pk,
        line_id=line.pk,
        room=UUID(slot["room"]),
        starts_at=starts_at,
        now=NOW,
    )
    assert confirm(cast, order).state == "confirmed"
    assert Booking.objects.get(training_line__order=order).starts_at == starts_at
    assert any("基地改了" in said for said in notices(cast.org_contact))


@pytest.mark.parametrize("day", ["2026-09-22", "2026-10-01"])
def test_shut_house_refuses_a_course(cast, training, day):
    """On a holiday, and on a day the centre says so itself."""
    date = dt.date.fromisoformat(day)
    if date == TUESDAY:
        DayException.objects.create(
            centre=training.house.centre, first_day=date, last_day=date, reason="停电检修", created_at=NOW
        )
    order = submit(cast, training, [class_(training, date)], first_day=date, last_day=date)
    with pytest.raises(Unavailable) as refused:
        confirm(cast, order)
    assert refused.value.troubles[0].code in ("CLOSED", "HOLIDAY")


def test_order_is_not_confirmed_once_its_day_has_come(cast, training):
    order = submit(cast, training)
    with pytest.raises(Refusal) as refused:
        confirm(cast, order, now=at("09-22 08:00"))
    assert refused.value.code == "ILLEGAL_TRANSITION"


def test_beds_are_counted_by_night_and_meals_by_sitting(cast, training):
    confirm(cast, submit(cast, training, [night(quantity=50)], people=50))
    confirm(cast, submit(cast, training, [night(WEDNESDAY, 50), lunch(quantity=50)], people=50))
    confirm(cast, submit(cast, training, [night(quantity=10), lunch(quantity=50)], people=50))
    confirm(cast, submit(cast, training, [lunch(quantity=50, meal=Meal.DINNER)], people=50))
    for lines in ([night(quantity=1)], [lunch(quantity=1)]):
        with pytest.raises(Unavailable):
            confirm(cast, submit(cast, training, lines))
    counts = capacity.taken(training.base, TUESDAY, WEDNESDAY)
    assert (counts.left(TUESDAY), counts.left(WEDNESDAY), counts.left(TUESDAY, "lunch")) == (0, 10, 0)


# ---------------------------------------------------------------- giving back
@pytest.mark.parametrize("who", ["org_contact", "clerk"])
def test_cancelling_gives_everything_back(cast, training, who):
    order = bring_to(cast, training, "confirmed")
    services.cancel(actor=cast.actor(who), order_id=order.pk, reason="汛期", now=NOW)
    assert Booking.objects.get().state == "cancelled"
    assert not Occupancy.objects.exists()
    assert not order.lines.exclude(booking=None).exists()
    assert capacity.taken(training.base, TUESDAY, THURSDAY).counts == {}
    assert confirm(cast, submit(cast, training)).state == "confirmed"


def test_organisation_cancels_until_it_comes_and_the_house_until_it_has_left(cast, training):
    order = bring_to(cast, training, "confirmed")
    with pytest.raises(Refusal) as refused:
        services.cancel(actor=cast.actor("org_contact"), order_id=order.pk, now=at("09-22 07:00"))
    assert refused.value.code == "BEGUN"
    services.cancel(actor=cast.actor("clerk"), order_id=order.pk, reason="停电", now=at("09-22 09:30"))
    assert Booking.objects.get().state == "cancelled"


def test_what_is_over_stays_booked_when_the_rest_is_called_off(cast, training):
    order = submit(cast, training, [class_(training), class_(training, WEDNESDAY)])
    confirm(cast, order)
    services.cancel(actor=cast.actor("clerk"), order_id=order.pk, reason="停电", now=at("09-22 18:00"))
    states = dict(Booking.objects.values_list("starts_at__day", "state"))
    assert states == {22: "confirmed", 23: "cancelled"}
    with pytest.raises(Refusal):
        services.cancel(actor=cast.actor("clerk"), order_id=order.pk, reason="停电", now=at("09-25 08:00"))


# ---------------------------------------------------------------- changing
def test_organisation_changes_people_days_and_lines_while_it_waits(cast, training):
    order = submit(cast, training)
    lines = [class_(training, WEDNESDAY, quantity=10), lunch(WEDNESDAY, 10)]
    changed = change(cast, order, lines, people=10, first_day=WEDNESDAY)
    assert (changed.people, changed.first_day, changed.version) == (10, WEDNESDAY, 2)
    assert sorted(changed.lines.values_list("kind", flat=True)) == ["course", "meal"]
    assert changed.organisation == GROUP.organisation


def test_change_of_a_confirmed_order_takes_what_is_new_and_frees_what_is_gone(cast, training):
    order = bring_to(cast, training, "confirmed")
    first = Booking.objects.get()
    change(cast, order, [class_(training, start=dt.time(10, 30)), meeting(training), night(quantity=10)], who="clerk")
    first.refresh_from_db()
    assert first.state == "cancelled"
    live = Booking.objects.live().order_by("starts_at").values_list("starts_at", flat=True)
    assert list(live) == [at("09-22 10:30"), at("09-23 09:00")]
    assert capacity.taken(training.base, TUESDAY, THURSDAY).counts == {(TUESDAY, ""): 10}


def test_change_that_cannot_be_had_leaves_everything_as_it_was(cast, training):
    order = bring_to(cast, training, "confirmed")
    book(cast, training.house.east, "09-23 09:00", "09-23 10:00", "clerk", purpose="义诊")
    with pytest.raises(Unavailable):
        change(cast, order, [meeting(training), night(quantity=10)], who="clerk")
    order.refresh_from_db()
    assert (order.version, sorted(order.lines.values_list("kind", flat=True))) == (2, ["course", "lodging", "meal"])
    assert Booking.objects.get(training_line__order=order).state == "confirmed"


def test_kept_line_is_not_refused_where_the_base_has_less_by_now(cast, training):
    order = bring_to(cast, training, "confirmed")
    type(training.base).objects.update(beds=12, seats_per_meal=12)
    other = [LineWish.of(line) for line in order.lines.all()]
    type(training.base).objects.update(beds=12, seats_per_meal=100)
    changed = change(cast, order, [*other, lunch(WEDNESDAY)], who="clerk")
    assert changed.lines.count() == 4


def test_past_of_a_running_order_stays(cast, training):
    order = bring_to(cast, training, "confirmed")
    lines = [LineWish.of(line) for line in order.lines.all()]
    wednesday = at("09-23 08:00")
    with pytest.raises(Refusal) as refused:
        change(cast, order, lines[1:], who="clerk", now=wednesday)
    assert refused.value.code == "PAST"
    changed = change(cast, order, [*lines, lunch(THURSDAY)], who="clerk", now=wednesday)
    assert changed.lines.count() == 4


def test_people_cannot_shrink_below_a_line(cast, training):
    order = submit(cast, training)
    with pytest.raises(LineRefused):
        change(cast, order, [LineWish.of(line) for line in order.lines.all()], people=3)
    order.refresh_from_db()
    assert order.people == 12


@pytest.mark.parametrize("kind", [LineKind.MEAL, LineKind.LODGING])
def test_only_what_stands_in_a_room_is_moved(cast, training, kind):
    order = submit(cast, training)
    line = order.lines.get(kind=kind)
    with pytest.raises(NotFound):
        services.move_line(
            actor=cast.actor("clerk"),
            order_id=order.pk,
            line_id=line.pk,
            room=training.house.east.pk,
            starts_at=at("09-22 09:00"),
            now=NOW,
        )


# ---------------------------------------------------------------- a room that goes
def test_room_called_off_is_told_to_both_and_found_again_by_a_change(cast, training):
    order = bring_to(cast, training, "confirmed")
    booking = Booking.objects.get()
    rooms.cancel_programme(actor=cast.actor("clerk"), booking_id=booking.pk, reason="屋顶漏水", now=NOW)
    line = order.lines.get(kind="course")
    assert (line.booking_id, line.lost) == (None, "屋顶漏水")
    assert "一间房临时停用" in notices(cast.org_contact)[-1]
    assert "少了一间房" in notices(cast.clerk)[-1]
    order.refresh_from_db()
    assert (order.state, order.version, order.records.latest("version").event) == ("confirmed", 3, "lose_room")
    lines = [replace(LineWish.of(one), room=training.house.stage.pk) if one.takes_room else LineWish.of(one)
             for one in order.lines.all()]  # fmt: skip
    change(cast, order, lines, who="clerk")
    line = order.lines.get(kind="course")
    assert (line.lost, line.booking.room) == ("", training.house.stage)


def test_lost_room_that_is_free_again_is_taken_by_saving_once_more(cast, training):
    order = bring_to(cast, training, "confirmed")
    rooms.cancel_programme(actor=cast.actor("clerk"), booking_id=Booking.objects.get().pk, reason="漏水", now=NOW)
    change(cast, order, [LineWish.of(one) for one in order.lines.all()], who="clerk")
    line = order.lines.get(kind="course")
    assert line.lost == ""
    assert line.booking is not None


def test_booking_of_nobodys_order_concerns_nobody(cast, training):
    made = book(cast, training.house.east, "09-23 09:00", "09-23 10:00", "clerk", purpose="义诊")
    rooms.cancel_programme(actor=cast.actor("clerk"), booking_id=made.pk, reason="改期", now=NOW)
    assert not OrderLine.objects.exists()


# ---------------------------------------------------------------- notices
def test_contact_is_told_at_each_step(cast, training):
    order = bring_to(cast, training, "confirmed")
    services.cancel(actor=cast.actor("clerk"), order_id=order.pk, reason="汛期封路", now=NOW)
    received, promised, called_off = notices(cast.org_contact)
    assert "收到了" in received
    assert promised.startswith("定下了")
    assert "汛期封路" in called_off
    assert not notices(cast.clerk)


def test_house_is_told_when_a_promised_group_stays_away(cast, training):
    order = bring_to(cast, training, "confirmed")
    services.cancel(actor=cast.actor("org_contact"), order_id=order.pk, now=NOW)
    for who in (cast.clerk, cast.secretary):
        assert "取消了" in notices(who)[-1]
    bring_to(cast, training, "cancelled")
    assert len(notices(cast.clerk)) == 1


def test_telephone_is_shown_to_the_house_and_the_look_is_recorded(cast, training):
    order = submit(cast, training)
    with pytest.raises(Invalid):
        services.reveal_phone(actor=cast.actor("clerk"), order_id=order.pk, reason=" . ")
    shown = services.reveal_phone(actor=cast.actor("clerk"), order_id=order.pk, reason="核对人数")
    assert shown == "+8613900000001"
    entry = AuditEntry.objects.latest("id")
    assert (entry.verb, entry.fields, entry.subject_id) == ("training.reveal", ["contact_phone"], cast.org_contact.pk)
    with pytest.raises(NotFound):
        services.reveal_phone(actor=cast.actor("clerk_b"), order_id=order.pk, reason="核对人数")


def test_rooms_of_the_house_are_the_only_ones(cast, training):
    from tests.centres.rooms.people import furnish

    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    with pytest.raises(LineRefused):
        submit(cast, training, [replace(class_(training, start=NINE), room=other.studio.pk)])
    assert Room.objects.filter(centre=other.centre).exists()
