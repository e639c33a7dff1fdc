"""What happens to a loan: who may, for how long, who is next, what falls due, who is told, what is recorded."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from centres.sharing import line, services
from centres.sharing.models import CODE_LETTERS, LoanCopy, LoanWait
from centres.sharing.models_loan import Loan, LoanRecord
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.flow import due
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.centres.sharing.people import NOW, a_thing, act, at, bring_to, stock

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def reserve(cast, item, who="resident", now=NOW, **given):
    return services.reserve(actor=cast.actor(who), item_id=item.pk, now=now, **given)


def wait(cast, item, who, now=NOW):
    return services.wait(actor=cast.actor(who), item_id=item.pk, now=now)


def lend(cast, copy, who, now=NOW, by="clerk"):
    return services.lend(actor=cast.actor(by), copy_id=copy.pk, on_behalf_of=cast.users[who].pk, now=now)


def take(cast, code, who, now=NOW):
    return services.take_over(actor=cast.actor(who), code=code, now=now)


def falls_due(loan) -> dict[str, dt.datetime]:
    rows = DueRow.objects.filter(subject_id=loan.pk, done_at=None)
    return {row.kind.removeprefix("loan."): timezone.localtime(row.due_at) for row in rows}


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user, channel="inapp").order_by("id").values_list("subject", flat=True))


def code_of(work) -> str:
    with pytest.raises(Refusal) as refused:
        work()
    return refused.value.code


# ---------------------------------------------------------------- kept, fetched, brought back
def test_what_is_reserved_is_kept_two_days_and_is_due_after_its_own_days(cast, shelf):
    loan = reserve(cast, shelf.kit)
    assert (loan.state, loan.hold_until) == ("reserved", NOW + 2 * DAY)
    assert falls_due(loan) == {"lapse": NOW + 2 * DAY}
    loan = act(cast.actor("clerk"), loan.pk, "hand_over")
    assert (loan.out_on, loan.due_on, loan.hold_until) == (dt.date(2026, 9, 18), dt.date(2026, 10, 2), None)
    days = {"before": at("10-01 09:00"), "due": at("10-02 09:00"), "late": at("10-05 09:00")}
    assert falls_due(loan) == days


def test_return_ends_it_and_keeps_the_note_away_from_the_record(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    loan = act(cast.actor("clerk"), loan.pk, "return", condition="少了体温计")
    assert (loan.state, loan.condition, falls_due(loan)) == ("returned", "少了体温计", {})
    assert "condition" not in LoanRecord.objects.filter(subject=loan).latest("version").data
    assert AuditEntry.objects.filter(verb="loan.return", object_id=str(loan.pk)).exists()


def test_what_is_back_cannot_come_back_again(cast, shelf):
    loan = bring_to(cast, "returned", shelf.copy(shelf.kit))
    assert code_of(lambda: act(cast.actor("clerk"), loan.pk, "return")) == "ILLEGAL_TRANSITION"


def test_note_that_is_too_long_is_refused(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    with pytest.raises(Invalid):
        act(cast.actor("clerk"), loan.pk, "return", condition="坏" * 201)
    assert Loan.objects.get(pk=loan.pk).state == "out"


def test_late_is_a_fact_from_the_day_after(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    assert not loan.is_overdue(dt.date(2026, 10, 2))
    assert loan.is_overdue(dt.date(2026, 10, 3))
    assert list(Loan.objects.overdue(dt.date(2026, 10, 3))) == [loan]
    assert list(Loan.objects.overdue(dt.date(2026, 10, 2))) == []


# ---------------------------------------------------------------- limits
def test_three_at_once_and_not_two_of_one(cast, shelf):
    reserve(cast, shelf.kit)
    assert code_of(lambda: reserve(cast, shelf.kit)) == "ALREADY"
    reserve(cast, shelf.drill)
    reserve(cast, shelf.book)
    more = a_thing(shelf.centre, "tool", "梯子", 1)
    assert code_of(lambda: reserve(cast, more)) == "LIMIT"
    assert code_of(lambda: lend(cast, more.copies.get(), "resident")) == "LIMIT"
    assert code_of(lambda: wait(cast, more, "resident")) == "LIMIT"
    assert Loan.objects.count() == 3


def test_three_are_counted_over_account_and_register(cast, shelf, settle):
    """What somebody took before their account was linked is theirs after it."""
    for item in (shelf.kit, shelf.drill, shelf.book):
        reserve(cast, item)
    resident = settle("resident", "building")
    more = a_thing(shelf.centre, "tool", "梯子", 1)
    given = {"actor": cast.actor("clerk"), "copy_id": more.copies.get().pk, "on_behalf_of": resident.pk, "now": NOW}
    assert code_of(lambda: services.lend(**given)) == "LIMIT"


def test_none_free_says_so_and_one_may_wait(cast, shelf):
    reserve(cast, shelf.drill)
    assert code_of(lambda: reserve(cast, shelf.drill, "neighbour")) == "NONE_FREE"
    place = wait(cast, shelf.drill, "neighbour")
    assert wait(cast, shelf.drill, "neighbour") == place
    assert code_of(lambda: wait(cast, shelf.kit, "neighbour")) == "FREE_NOW"


def test_nobody_without_an_account_and_nobody_for_others(cast, shelf):
    from portal.accounts.actors import Actor

    for work in (services.reserve, services.wait):
        assert code_of(lambda work=work: work(actor=Actor(), item_id=shelf.kit.pk)) == "FORBIDDEN"
    assert code_of(lambda: services.take_over(actor=Actor(), code=shelf.code)) == "FORBIDDEN"
    for who in ("neighbour", "clerk_b", "grid_worker"):
        with pytest.raises(Forbidden):
            reserve(cast, shelf.kit, who, on_behalf_of=cast.resident.pk)
        with pytest.raises(NotFound):
            lend(cast, shelf.copy(shelf.kit), "resident", by=who)


def test_what_is_not_lent_any_more_is_not_there(cast, shelf):
    shelf.kit.is_active = False
    shelf.kit.save()
    with pytest.raises(NotFound):
        reserve(cast, shelf.kit)
    with pytest.raises(NotFound):
        lend(cast, shelf.copy(shelf.kit), "resident")


# ---------------------------------------------------------------- at the counter
def test_counter_lends_on_the_spot_to_somebody_of_the_register(cast, shelf, settle):
    resident = settle("林秀英", "building", user=None)
    given = {"actor": cast.actor("clerk"), "copy_id": shelf.copy(shelf.kit, 1).pk, "on_behalf_of": resident.pk}
    loan = services.lend(**given, now=NOW)
    assert (loan.state, loan.resident, loan.user, loan.copy.label) == ("out", resident, None, "2 号")
    notice = Notice.objects.get(about_id=loan.pk)
    assert (notice.channel, notice.address) == ("sms", resident.phone)


def test_counter_hands_over_what_was_kept_for_them(cast, shelf):
    kept = reserve(cast, shelf.kit)
    loan = lend(cast, shelf.copy(shelf.kit), "resident")
    assert (loan.pk, loan.state) == (kept.pk, "out")


def test_counter_cannot_lend_what_another_has(cast, shelf):
    reserve(cast, shelf.drill)
    assert code_of(lambda: lend(cast, shelf.copy(shelf.drill), "neighbour")) == "TAKEN"


def test_somebody_out_of_reach_is_not_found(cast, shelf, settle):
    stranger = settle("外人", "building", user=None)
    other = stock(cast.place.community_b, "南大街社区党群服务中心")
    with pytest.raises(NotFound):
        services.lend(actor=cast.actor("clerk_b"), copy_id=other.copy(other.kit).pk, on_behalf_of=stranger.pk, now=NOW)


# ---------------------------------------------------------------- renewing
def test_renewing_once_moves_the_day_and_the_reminders(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    loan = act(cast.actor("resident"), loan.pk, "renew", now=at("10-01 10:00"))
    assert (loan.due_on, loan.renewed) == (dt.date(2026, 10, 16), True)
    moved = {"before": at("10-15 09:00"), "due": at("10-16 09:00"), "late": at("10-19 09:00")}
    assert falls_due(loan) == moved
    assert code_of(lambda: act(cast.actor("resident"), loan.pk, "renew", now=at("10-02 10:00"))) == "RENEWED"


def test_no_renewing_while_somebody_waits_or_when_it_is_late(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.drill))
    assert code_of(lambda: act(cast.actor("resident"), loan.pk, "renew", now=at("09-22 10:00"))) == "OVERDUE"
    wait(cast, shelf.drill, "neighbour")
    assert code_of(lambda: act(cast.actor("resident"), loan.pk, "renew")) == "AWAITED"
    assert Loan.objects.get(pk=loan.pk).due_on == dt.date(2026, 9, 21)


# ---------------------------------------------------------------- the line
def test_what_comes_back_is_kept_for_the_first_then_for_the_next(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.drill))
    wait(cast, shelf.drill, "neighbour", NOW)
    wait(cast, shelf.drill, "volunteer", NOW + dt.timedelta(minutes=1))
    act(cast.actor("clerk"), loan.pk, "return", now=at("09-20 10:00"))
    first = Loan.objects.live().get()
    assert (first.user, first.state, first.hold_until) == (cast.neighbour, "reserved", at("09-22 10:00"))
    assert "轮到您了" in told(cast.neighbour)[0]
    # Exclusive: nobody else has it meanwhile.
    assert code_of(lambda: reserve(cast, shelf.drill, "outsider", at("09-20 11:00"))) == "NONE_FREE"
    due.sweep(at("09-22 09:59"))
    assert Loan.objects.live().get() == first
    due.sweep(at("09-22 10:00"))
    second = Loan.objects.live().get()
    assert (second.user, second.state) == (cast.volunteer, "reserved")
    assert second.hold_until == at("09-24 10:00")
    due.sweep(at("09-24 10:00"))
    assert Loan.objects.live().count() == 0
    assert LoanWait.objects.live().count() == 0


def test_cancelling_keeps_it_for_the_next_and_leaving_the_line_passes_one_over(cast, shelf):
    loan = reserve(cast, shelf.drill)
    mine = wait(cast, shelf.drill, "neighbour")
    wait(cast, shelf.drill, "volunteer", NOW + dt.timedelta(minutes=1))
    services.leave_line(actor=cast.actor("neighbour"), wait_id=mine.pk, now=NOW)
    assert code_of(lambda: services.leave_line(actor=cast.actor("neighbour"), wait_id=mine.pk)) == "LINE_OVER"
    with pytest.raises(NotFound):
        services.leave_line(actor=cast.actor("outsider"), wait_id=mine.pk)
    act(cast.actor("resident"), loan.pk, "cancel")
    assert Loan.objects.live().get().user == cast.volunteer


def test_who_has_three_in_hand_keeps_the_place_and_is_passed_over(cast, shelf):
    loan = reserve(cast, shelf.drill)
    wait(cast, shelf.drill, "neighbour")
    wait(cast, shelf.drill, "volunteer", NOW + dt.timedelta(minutes=1))
    for n in range(line.AT_ONCE):
        reserve(cast, a_thing(shelf.centre, "tool", f"梯子{n}", 1), "neighbour")
    act(cast.actor("resident"), loan.pk, "cancel")
    assert Loan.objects.live().get(copy__item=shelf.drill).user == cast.volunteer
    assert LoanWait.objects.live().get().user == cast.neighbour


def test_lapse_is_told_once_and_nothing_lapses_early_or_twice(cast, shelf):
    loan = reserve(cast, shelf.kit)
    assert not services.lapse(loan_id=loan.pk, now=NOW + 2 * DAY - dt.timedelta(seconds=1))
    due.sweep(NOW + 2 * DAY)
    due.sweep(NOW + 2 * DAY)
    assert Loan.objects.get(pk=loan.pk).state == "lapsed"
    assert not services.lapse(loan_id=loan.pk, now=NOW + 3 * DAY)
    assert len([one for one in told(cast.resident) if "没等到您" in one]) == 1


# ---------------------------------------------------------------- drifting books
def test_book_goes_from_the_shelf_from_hand_to_hand(cast, shelf):
    first = take(cast, shelf.code.lower(), "resident")
    assert (first.state, first.due_on) == ("out", dt.date(2026, 10, 9))
    second = take(cast, f" {shelf.code[:3]} {shelf.code[3:]} ", "neighbour", NOW + DAY)
    assert Loan.objects.get(pk=first.pk).state == "returned"
    assert (second.user, second.due_on) == (cast.neighbour, dt.date(2026, 10, 10))
    assert falls_due(first) == {}
    assert "到了下一位读者手里" in told(cast.resident)[-1]
    events = list(LoanRecord.objects.filter(subject=first).values_list("event", "actor__username"))
    assert events == [("take_over", "resident"), ("pass_on", "neighbour")]


def test_code_is_refused_to_its_own_holder_when_unknown_and_for_a_kit(cast, shelf):
    loan = take(cast, shelf.code, "resident")
    assert code_of(lambda: take(cast, shelf.code, "resident")) == "OWN_COPY"
    for nonsense in ("", "AAAAAA", "K7M2QP9X1", "\x00" * 6, "边城边城边城", "'; --"):
        assert code_of(lambda nonsense=nonsense: take(cast, nonsense, "neighbour")) == "UNKNOWN_CODE"
    assert code_of(lambda: take(cast, shelf.copy(shelf.kit).code, "neighbour")) == "NOT_A_BOOK"
    assert Loan.objects.get() == loan
    assert loan.records.count() == 1


def test_book_that_is_kept_stays_where_it_is(cast, shelf):
    reserve(cast, shelf.book)
    assert code_of(lambda: take(cast, shelf.code, "neighbour")) == "KEPT"
    assert code_of(lambda: take(cast, shelf.code, "resident")) == "KEPT"


def test_book_others_wait_for_comes_to_the_first_of_them_only(cast, shelf):
    take(cast, shelf.code, "resident")
    wait(cast, shelf.book, "volunteer")
    assert code_of(lambda: take(cast, shelf.code, "neighbour")) == "AWAITED"
    assert take(cast, shelf.code, "volunteer").user == cast.volunteer
    assert LoanWait.objects.live().count() == 0


def test_next_reader_has_three_at_once_like_anybody(cast, shelf):
    take(cast, shelf.code, "resident")
    for n in range(line.AT_ONCE):
        reserve(cast, a_thing(shelf.centre, "tool", f"梯子{n}", 1), "neighbour")
    assert code_of(lambda: take(cast, shelf.code, "neighbour")) == "LIMIT"
    assert Loan.objects.get(copy__item=shelf.book).user == cast.resident


def test_codes_have_no_letters_that_eyes_mistake(shelf):
    assert set("0O1IL").isdisjoint(CODE_LETTERS)
    assert all(len(copy.code) == 6 and set(copy.code) <= set(CODE_LETTERS) for copy in LoanCopy.objects.all())


# ---------------------------------------------------------------- reminders
def reminders(user) -> list[str]:
    return [one for one in told(user) if "该还" in one]


def test_reminders_come_once_each_however_often_the_sweep_runs(cast, shelf):
    bring_to(cast, "out", shelf.copy(shelf.kit))
    seen = []
    for day in ("10-01", "10-02", "10-03", "10-05", "10-06"):
        for _twice in range(2):
            due.sweep(at(f"{day} 09:00"))
        seen.append(len(reminders(cast.resident)))
    assert seen == [1, 2, 2, 3, 3]


def test_renewed_loan_is_reminded_of_its_new_day_only(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    act(cast.actor("resident"), loan.pk, "renew", now=at("09-30 10:00"))
    due.sweep(at("10-05 10:00"))
    assert reminders(cast.resident) == []
    due.sweep(at("10-15 09:00"))
    assert len(reminders(cast.resident)) == 1


def test_what_is_back_is_not_asked_for(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    act(cast.actor("clerk"), loan.pk, "return", now=at("09-30 10:00"))
    due.sweep(at("10-06 10:00"))
    assert reminders(cast.resident) == []


def test_after_an_outage_only_what_is_still_true_is_said(cast, shelf):
    bring_to(cast, "out", shelf.copy(shelf.kit))
    due.sweep(at("10-08 10:00"))
    assert len(reminders(cast.resident)) == 1
    assert set(DueRow.objects.filter(kind__in=["loan.before", "loan.due"]).values_list("outcome", flat=True)) == {
        "skipped"
    }


# ---------------------------------------------------------------- the database stands behind it
def test_database_refuses_two_for_one_copy_and_a_loan_without_a_day(cast, shelf):
    copy = shelf.copy(shelf.drill)
    bring_to(cast, "out", copy)
    for fields in (
        {"state": "reserved", "hold_until": NOW},
        {"state": "out", "out_on": NOW.date(), "due_on": NOW.date()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Loan.objects.create(copy=copy, user=cast.neighbour, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.create(copy=shelf.copy(shelf.kit), user=cast.neighbour, state="out")
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.create(copy=shelf.copy(shelf.kit), state="returned")


def test_database_refuses_one_person_twice_in_a_line(cast, shelf):
    LoanWait.objects.create(item=shelf.drill, user=cast.resident)
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanWait.objects.create(item=shelf.drill, user=cast.resident)


def test_conflict_of_the_constraint_is_a_sentence(cast, shelf, monkeypatch):
    """Looked before the rival wrote: the answer is the same as after."""
    copy = shelf.copy(shelf.drill)
    bring_to(cast, "out", copy)
    monkeypatch.setattr(line, "free_copy", lambda item: LoanCopy.objects.with_item().get(pk=copy.pk))
    with pytest.raises(Conflict) as refused:
        reserve(cast, shelf.drill, "neighbour")
    assert refused.value.code == "TAKEN"
