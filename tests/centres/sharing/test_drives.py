"""Drives: what may be given when, the running count and its corrections, who sees what, the table without names."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from centres.sharing import giving, queries
from centres.sharing.models_drive import Donation, Pledge
from portal.accounts.actors import Actor
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.notifications.models import Notice
from tests.centres.sharing.people import NOW, a_drive, at

pytestmark = pytest.mark.django_db


def give(cast, drive, quantity=10, who="clerk", node="community", now=NOW, **given):
    place = getattr(cast.place, node)
    return giving.record_donation(
        actor=cast.actor(who), drive_id=drive.pk, community=place, quantity=quantity, now=now, **given
    )


def say(cast, drive, quantity=5, who="resident", node="community", now=NOW):
    place = getattr(cast.place, node)
    return giving.pledge(actor=cast.actor(who), drive_id=drive.pk, quantity=quantity, community=place, now=now)


def code_of(work) -> str:
    with pytest.raises(Refusal) as refused:
        work()
    return refused.value.code


# ---------------------------------------------------------------- the count
def test_count_is_by_community_in_the_order_of_the_tree_with_those_at_nought(cast):
    drive = a_drive(cast)
    give(cast, drive, 30)
    give(cast, drive, 12, "secretary")
    counted = [(one.street.name, one.total, [(row.community.name, row.total) for row in one.communities])
               for one in queries.count_of(drive)]  # fmt: skip
    assert counted == [("曲江街道", 42, [("文昌花园社区", 42)]), ("南街街道", 0, [("南大街社区", 0)])]
    assert queries.drive_by_id(drive.pk).total == 42


@pytest.mark.parametrize("number", [1, 30])
def test_running_count_is_one_query(cast, django_assert_num_queries, number):
    drive = a_drive(cast)
    for n in range(number):
        give(cast, drive, n + 1)
    with django_assert_num_queries(1):
        assert sum(queries.totals_by_community(drive).values()) == number * (number + 1) // 2
    with django_assert_num_queries(3):  # the entries, the communities, the streets
        queries.count_of(drive)


def test_street_and_community_have_drives_of_their_own(cast):
    wide = a_drive(cast, "street_supervisor", "street", title="街道的")
    own = a_drive(cast, "secretary", "community", title="社区的")
    elsewhere = a_drive(cast, "street_supervisor_b", "street_b", title="别处的")
    seen = queries.drives_for(cast.place.community, NOW.date())
    assert {one.pk for one in seen} == {wide.pk, own.pk}
    assert [row.community.name for one in queries.count_of(own) for row in one.communities] == ["文昌花园社区"]
    assert {one.pk for one in queries.drives_looked_after(cast.actor("clerk_b"), NOW.date())} == {elsewhere.pk}


def test_mistake_is_taken_back_by_an_entry_of_its_own(cast):
    drive = a_drive(cast)
    wrong = give(cast, drive, 120, giver_name="孙老师")
    right = giving.correct(actor=cast.actor("clerk"), donation_id=wrong.pk, quantity=12, reason="多打了一个零", now=NOW)
    assert list(Donation.objects.order_by("id").values_list("quantity", flat=True)) == [120, -120, 12]
    assert (right.giver_name, right.reason) == ("孙老师", "多打了一个零")
    assert queries.totals_by_community(drive) == {cast.place.community.pk: 12}
    clerk = cast.actor("clerk")
    back = Donation.objects.get(reverses=wrong)
    for entry in (wrong, back):
        mend = {"actor": clerk, "donation_id": entry.pk, "quantity": 1, "reason": "再改"}
        assert code_of(lambda mend=mend: giving.correct(**mend)) == "CORRECTED"
    gone = giving.correct(actor=clerk, donation_id=right.pk, quantity=0, reason="没有这回事", now=NOW)
    assert (gone.quantity, queries.totals_by_community(drive)) == (-12, {cast.place.community.pk: 0})


def test_correcting_needs_a_reason_reach_and_a_number(cast):
    entry = give(cast, a_drive(cast))
    mend = {"donation_id": entry.pk, "quantity": 1, "reason": "数错了"}
    for who in ("clerk_b", "resident", "grid_worker", "street_supervisor", "district_admin"):
        with pytest.raises(NotFound):
            giving.correct(actor=cast.actor(who), **mend)
    for wrong in ({"reason": " "}, {"quantity": -1}, {"quantity": 10**9}, {"reason": "长" * 101}):
        with pytest.raises(Invalid):
            giving.correct(actor=cast.actor("clerk"), **(mend | wrong))
    assert Donation.objects.count() == 1


def test_entries_cannot_be_changed_or_deleted_even_in_the_database(cast):
    entry = give(cast, a_drive(cast))
    with pytest.raises(DatabaseError), transaction.atomic():
        Donation.objects.filter(pk=entry.pk).update(quantity=11)
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    Donation.objects.filter(pk=entry.pk).update(giver_name="")  # erasure reaches the name


def test_database_refuses_numbers_that_are_none(cast):
    drive, by = a_drive(cast), cast.clerk
    for fields in ({"quantity": 0}, {"quantity": -3}, {"quantity": 100_001}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Donation.objects.create(drive=drive, community=cast.place.community, recorded_by=by, **fields)


@pytest.mark.parametrize("quantity", [0, -1, 100_001, 10**9])
def test_quantity_that_is_none_is_refused_and_nothing_written(cast, quantity):
    drive = a_drive(cast)
    for work in (give, say):
        with pytest.raises(Invalid) as refused:
            work(cast, drive, quantity)
        assert "quantity" in refused.value.extra["errors"]
    pledge = say(cast, drive)
    with pytest.raises(Invalid):
        giving.confirm_pledge(actor=cast.actor("clerk"), pledge_id=pledge.pk, quantity=quantity, now=NOW)
    assert Donation.objects.count() == 0
    assert Pledge.objects.get().state == "pledged"


# ---------------------------------------------------------------- who, when
@pytest.mark.parametrize(
    "who", ["resident", "grid_worker", "clerk_b", "secretary_b", "street_supervisor", "district_admin", "auditor"]
)
def test_only_the_counter_of_the_place_records(cast, who):
    with pytest.raises(Forbidden):
        give(cast, a_drive(cast), who=who)


def test_counter_records_only_where_the_drive_is(cast):
    own = a_drive(cast, "secretary_b", "community_b", title="别处的")
    with pytest.raises(Forbidden):
        give(cast, own)


def test_drive_is_opened_by_who_works_for_the_place(cast):
    for who, node in (("clerk", "street"), ("street_supervisor", "district"), ("resident", "community"),
                      ("grid_worker", "grid"), ("auditor", "district")):  # fmt: skip
        with pytest.raises(Forbidden):
            a_drive(cast, who, node)
    a_drive(cast)
    assert code_of(lambda: a_drive(cast)) == "DRIVE_EXISTS"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"last_day": dt.date(2026, 9, 1)}, "last_day"),
        ({"last_day": dt.date(2036, 9, 1)}, "last_day"),
        ({"target": 0}, "target"),
        ({"target": 10**9}, "target"),
        ({"title": " "}, "title"),
        ({"where": ""}, "where"),
        ({"unit": "tons"}, "unit"),
    ],
)
def test_drive_that_cannot_be_is_refused(cast, given, field):
    with pytest.raises(Invalid) as refused:
        a_drive(cast, **given)
    assert list(refused.value.extra["errors"]) == [field]


def test_nothing_before_the_first_day_and_no_pledge_after_the_last(cast):
    drive = a_drive(cast)
    for work in (give, say):
        assert code_of(lambda work=work: work(cast, drive, now=at("09-09 23:59"))) == "DRIVE_NOT_YET"
    assert say(cast, drive, now=at("09-30 23:59")).quantity == 5
    assert code_of(lambda: say(cast, drive, who="neighbour", now=at("10-01 00:00"))) == "DRIVE_OVER"
    assert give(cast, drive, now=at("10-07 23:00")).quantity == 10
    assert code_of(lambda: give(cast, drive, now=at("10-08 00:00"))) == "DRIVE_OVER"


# ---------------------------------------------------------------- pledges
def test_pledge_counts_once_the_counter_has_seen_it(cast):
    drive = a_drive(cast)
    pledge = say(cast, drive, 20)
    assert queries.totals_by_community(drive) == {}
    assert code_of(lambda: say(cast, drive)) == "PLEDGED_ALREADY"
    made = giving.confirm_pledge(actor=cast.actor("clerk"), pledge_id=pledge.pk, quantity=18, now=NOW)
    assert (made.giver, made.pledge, queries.totals_by_community(drive)) == (
        cast.resident, pledge, {cast.place.community.pk: 18},
    )  # fmt: skip
    assert "18 册" in Notice.objects.get(about_id=made.pk).subject
    again = {"actor": cast.actor("clerk"), "pledge_id": pledge.pk, "quantity": 18}
    assert code_of(lambda: giving.confirm_pledge(**again)) == "PLEDGE_OVER"
    with pytest.raises(Conflict):
        giving.withdraw_pledge(actor=cast.actor("resident"), pledge_id=pledge.pk)


def test_pledge_is_its_own_makers_and_the_counters(cast):
    pledge = say(cast, a_drive(cast))
    for who in ("neighbour", "clerk", "clerk_b"):
        with pytest.raises(NotFound):
            giving.withdraw_pledge(actor=cast.actor(who), pledge_id=pledge.pk)
    for who in ("resident", "clerk_b", "grid_worker", "street_supervisor"):
        with pytest.raises(NotFound):
            giving.confirm_pledge(actor=cast.actor(who), pledge_id=pledge.pk, quantity=5)
    with pytest.raises(NotFound):
        giving.withdraw_pledge(actor=Actor(), pledge_id=pledge.pk)
    assert giving.withdraw_pledge(actor=cast.actor("resident"), pledge_id=pledge.pk).state == "withdrawn"


def test_pledge_goes_to_a_community_of_the_drive(cast):
    drive = a_drive(cast, "secretary", "community")
    with pytest.raises(Invalid):
        say(cast, drive, node="community_b")
    with pytest.raises(Forbidden):
        giving.pledge(actor=Actor(), drive_id=drive.pk, quantity=1, community=cast.place.community)


# ---------------------------------------------------------------- taken away
def test_table_has_communities_and_days_and_no_names(cast, browse):
    drive = a_drive(cast)
    give(cast, drive, 30, giver=cast.resident, giver_name="孙老师")
    wrong = give(cast, drive, 7)
    giving.correct(actor=cast.actor("clerk"), donation_id=wrong.pk, quantity=0, reason="没有这回事", now=NOW)
    answer = browse("clerk").get(f"/desk/sharing/drives/{drive.pk}/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sums, entries = ([[cell.value for cell in row] for row in sheet] for sheet in book)
    assert sums[1:] == [["曲江街道", "文昌花园社区", 30], ["南街街道", "南大街社区", 0], ["合计", None, 30]]
    assert [row[1:3] for row in entries[1:]] == [["文昌花园社区", -7], ["文昌花园社区", 7], ["文昌花园社区", 30]]
    said = " ".join(str(value) for row in (*sums, *entries) for value in row)
    assert not any(name in said for name in ("孙老师", "resident", "clerk", "没有这回事"))


def test_table_of_another_community_has_its_sums_but_not_its_entries(cast, browse):
    drive = a_drive(cast)
    give(cast, drive, 30)
    answer = browse("clerk_b").get(f"/desk/sharing/drives/{drive.pk}/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [sheet.max_row for sheet in book] == [4, 1]
