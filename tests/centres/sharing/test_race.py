"""Who wants the last copy at the same moment, and bags counted at once. Real connections, no mocks."""

import time
from functools import partial

import pytest
from django.db import connection

from centres.sharing import giving, line, locks, services, stock
from centres.sharing.models import LoanCopy, LoanWait
from centres.sharing.models_drive import Donation, Pledge
from centres.sharing.models_loan import Loan
from centres.sharing.persons import Person
from centres.sharing.queries import totals_by_community
from portal.accounts.actors import Actor
from tests.centres.rooms.test_race import all_at_once
from tests.centres.sharing.people import NOW, a_drive, a_thing, bring_to, rivals

pytestmark = pytest.mark.django_db(transaction=True)
LIVE_ONCE = next(one for one in Loan._meta.constraints if one.name == "loan_copy_live_once")


def wants(actor: Actor, item):
    return partial(services.reserve, actor=actor, item_id=item.pk, now=NOW)


@pytest.mark.parametrize("number", [2, 50])
def test_last_copy_is_had_by_exactly_one(shelf, number):
    """Two rivals as well as fifty: never both, never nobody, no error page."""
    answers = all_at_once(*(wants(one, shelf.drill) for one in rivals(number)))
    assert answers == {"ok": 1, "409 NONE_FREE": number - 1}
    assert Loan.objects.live().count() == 1


def test_book_is_taken_over_by_exactly_one_next_reader(cast, shelf):
    holder = bring_to(cast, "out", shelf.copy(shelf.book))
    takes = [partial(services.take_over, actor=one, code=shelf.code, now=NOW) for one in rivals(6)]
    answers = all_at_once(*takes)
    # Each of those who came later took it over from the one before; every hand let go of it once.
    assert answers == {"ok": 6}
    assert Loan.objects.live().count() == 1
    assert Loan.objects.filter(state="returned").count() == 6
    assert holder.records.filter(event="pass_on").count() == 1


def test_fourth_at_once_is_refused_whichever_it_is(shelf):
    (one,) = rivals(1)
    things = [a_thing(shelf.centre, "tool", f"梯子{n}", 1) for n in range(6)]
    assert all_at_once(*(wants(one, thing) for thing in things)) == {"ok": 3, "409 LIMIT": 3}


def test_what_comes_back_while_others_reach_for_it_goes_to_the_line(cast, shelf):
    """The return and the hands on the shelf meet: whoever waited has it, and nobody else."""
    loan = bring_to(cast, "out", shelf.copy(shelf.drill))
    services.wait(actor=cast.actor("neighbour"), item_id=shelf.drill.pk, now=NOW)
    clerk = cast.actor("clerk")
    back = partial(services.return_, actor=clerk, loan_id=loan.pk, now=NOW)
    answers = all_at_once(back, *(wants(one, shelf.drill) for one in rivals(5)))
    assert answers == {"ok": 1, "409 NONE_FREE": 5}
    assert Loan.objects.live().get().user == cast.neighbour


def test_two_at_the_counter_take_one_thing_back_once(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.drill))
    backs = [partial(services.return_, actor=cast.actor(who), loan_id=loan.pk) for who in ("clerk", "secretary")]
    assert all_at_once(*backs) == {"ok": 1, "409 ILLEGAL_TRANSITION": 1}
    assert loan.records.filter(event="return").count() == 1


def test_lines_of_two_things_do_not_lock_each_other_out(cast, shelf):
    """Two returns at once, and the same two people first in both lines."""
    things = [shelf.drill, shelf.book]
    loans = [bring_to(cast, "out", shelf.copy(thing)) for thing in things]
    for thing, order in zip(things, (("neighbour", "volunteer"), ("volunteer", "neighbour")), strict=True):
        for who in order:
            services.wait(actor=cast.actor(who), item_id=thing.pk)
    backs = [partial(services.return_, actor=cast.actor("clerk"), loan_id=loan.pk) for loan in loans]
    assert all_at_once(*backs) == {"ok": 2}
    assert {loan.user.username for loan in Loan.objects.live()} == {"neighbour", "volunteer"}
    assert LoanWait.objects.live().count() == 2


# ---------------------------------------------------------------- drives
def test_bags_counted_at_once_are_all_counted(cast):
    drive, clerk = a_drive(cast), cast.actor("clerk")
    give = partial(giving.record_donation, actor=clerk, drive_id=drive.pk, community=cast.place.community, now=NOW)
    answers = all_at_once(*(partial(give, quantity=n + 1) for n in range(30)))
    assert answers == {"ok": 30}
    assert totals_by_community(drive) == {cast.place.community.pk: sum(range(1, 31))}


def test_one_word_said_twice_at_once_is_one_pledge(cast):
    drive, resident = a_drive(cast), cast.actor("resident")
    say = partial(giving.pledge, actor=resident, drive_id=drive.pk, quantity=5, community=cast.place.community, now=NOW)
    assert all_at_once(*[say] * 4) == {"ok": 1, "409 PLEDGED_ALREADY": 3}
    assert Pledge.objects.count() == 1


def test_one_thing_put_on_the_shelf_twice_at_once_is_there_once(cast, shelf):
    given = {"centre": shelf.centre, "kind": "tool", "name": "折叠梯"}
    adds = [partial(stock.add_item, actor=cast.actor(who), **given) for who in ("clerk", "secretary")]
    assert all_at_once(*adds) == {"ok": 1, "409 ITEM_EXISTS": 1}


def test_one_bag_confirmed_by_two_is_counted_once(cast):
    drive = a_drive(cast)
    pledge = giving.pledge(
        actor=cast.actor("resident"), drive_id=drive.pk, quantity=5, community=cast.place.community, now=NOW
    )
    confirms = [
        partial(giving.confirm_pledge, actor=cast.actor(who), pledge_id=pledge.pk, quantity=5, now=NOW)
        for who in ("clerk", "secretary")
    ]
    assert all_at_once(*confirms) == {"ok": 1, "409 PLEDGE_OVER": 1}
    assert totals_by_community(drive) == {cast.place.community.pk: 5}


def test_one_mistake_is_taken_back_once(cast):
    drive, place = a_drive(cast), cast.place.community
    wrong = giving.record_donation(actor=cast.actor("clerk"), drive_id=drive.pk, community=place, quantity=120, now=NOW)
    mends = [
        partial(giving.correct, actor=cast.actor(who), donation_id=wrong.pk, quantity=12, reason="多个零", now=NOW)
        for who in ("clerk", "secretary")
    ]
    assert all_at_once(*mends) == {"ok": 1, "409 CORRECTED": 1}
    assert totals_by_community(drive) == {place.pk: 12}
    assert Donation.objects.count() == 3


# ---------------------------------------------------------------- negative controls: what holds it, taken away
@pytest.fixture
def without_locks(monkeypatch):
    """Nobody waits for anybody, and everybody looks before anybody writes."""
    free = line.free_copy

    def slowly(item):
        copy = free(item)
        time.sleep(0.4)
        return copy

    monkeypatch.setattr(line, "free_copy", slowly)
    monkeypatch.setattr(locks, "hold_item", lambda pk: services.LoanItem.objects.with_centre().get(pk=pk))
    monkeypatch.setattr(locks, "hold_person", lambda person: None)


def test_without_the_locks_the_constraint_still_says_taken(shelf, without_locks):
    answers = all_at_once(*(wants(one, shelf.drill) for one in rivals(4)))
    assert answers == {"ok": 1, "409 TAKEN": 3}


def test_without_the_locks_somebody_has_four(shelf, without_locks):
    """Nothing stands behind the lock of the person: the test of the fourth measures just that."""
    (one,) = rivals(1)
    things = [a_thing(shelf.centre, "tool", f"梯子{n}", 1) for n in range(4)]
    assert all_at_once(*(wants(one, thing) for thing in things)) == {"ok": 4}
    assert line.in_hand(Person(one.user)) == 4


def test_without_locks_and_constraint_several_have_the_last_copy(shelf, without_locks):
    with connection.schema_editor() as editor:
        editor.remove_constraint(Loan, LIVE_ONCE)
    try:
        assert all_at_once(*(wants(one, shelf.drill) for one in rivals(4)))["ok"] > 1
        assert Loan.objects.live().filter(copy=LoanCopy.objects.get(item=shelf.drill)).count() > 1
    finally:
        Loan.objects.update(state="returned")
        with connection.schema_editor() as editor:
            editor.add_constraint(Loan, LIVE_ONCE)


def test_a_number_that_is_read_and_written_back_loses_bags(cast):
    """What the count would be if it stood in one field: the sum of entries is there for a reason."""
    pledge = giving.pledge(
        actor=cast.actor("resident"),
        drive_id=a_drive(cast).pk,
        quantity=1,
        community=cast.place.community,
        now=NOW,
    )

    def add():
        row = Pledge.objects.get(pk=pledge.pk)
        time.sleep(0.3)
        row.quantity += 1
        row.save(update_fields=["quantity"])

    assert all_at_once(*[add] * 4) == {"ok": 4}
    assert Pledge.objects.get(pk=pledge.pk).quantity < 5
