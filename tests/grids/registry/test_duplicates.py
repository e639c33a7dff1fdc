"""Rows that may be one person: suggested, decided by somebody, taken apart again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.registry import duplicates
from grids.registry.corrections import ask_correction
from grids.registry.models import Resident
from grids.registry.models_correction import Correction
from grids.registry.models_life import ResidentMerge
from grids.registry.services import reveal
from grids.visits.models import Visit
from portal.audit.models import AuditNote
from portal.errors import Conflict, NotFound
from portal.privacy import erasing, held, looks, subjects
from portal.privacy.services import ask_erasure
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db
PHONE = "+8613800002046"


@pytest.fixture
def twins(cast, homes):
    """林秀英 of 5-1-301, and once more behind another door of the building, without a telephone."""
    return homes.xiuying, open_door(cast.place.building, "302", ("林秀英", None)).residents.get()


def suggested(cast, who="clerk"):
    reach = cast.actor(who).reach
    return [(one.first, one.second) for one in duplicates.pairs_of(reach, list(duplicates.alike(reach)))]


def merge(cast, keep, gone, who="clerk"):
    return duplicates.merge(actor=cast.actor(who), keep_id=keep.pk, gone_id=gone.pk)


def test_same_name_is_suggested_in_a_building_or_with_its_telephone(cast, homes):
    elsewhere = open_door(cast.place.building_b, "501", ("林秀英", PHONE), ("林建国", None)).residents.get(
        name="林秀英"
    )
    assert suggested(cast) == [(homes.xiuying, elsewhere)]
    assert suggested(cast, "secretary_b") == []


def test_told_apart_for_good(cast, twins):
    for _again in range(2):
        duplicates.tell_apart(actor=cast.actor("clerk"), first_id=twins[1].pk, second_id=twins[0].pk)
    assert suggested(cast) == []


def test_merge_carries_over_what_points_at_it(cast, twins):
    keep, gone = twins[1], twins[0]
    Resident.objects.filter(pk=gone.pk).update(user=cast.resident, linked_by=cast.clerk, linked_at=timezone.now())
    asked = ask_correction(actor=cast.actor("resident"), resident_id=gone.pk, field="relation", value="head")
    made = merge(cast, keep, gone)
    assert merge(cast, keep, gone) == made
    keep.refresh_from_db()
    assert (keep.phone, keep.user, Correction.objects.get().resident) == (PHONE, cast.resident, keep)
    assert Resident.everyone.get(pk=gone.pk).leaving == "merged"
    assert suggested(cast) == []
    duplicates.take_apart(actor=cast.actor("clerk"), merge_id=made.pk)
    keep.refresh_from_db()
    assert (keep.phone, keep.user) == (None, None)
    back = Resident.objects.get(pk=gone.pk)
    assert (back.phone, back.user, Correction.objects.get(pk=asked.pk).resident) == (PHONE, cast.resident, back)


def test_looks_at_both_rows_are_theirs_until_taken_apart(cast, twins):
    """Guardrail 9: the trail is never rewritten; reading it follows what was merged, and what into that before."""
    keep, gone = twins
    third = open_door(cast.place.building, "303", ("林秀英", None)).residents.get()
    Resident.objects.filter(pk=third.pk).update(phone="+8613800002047")
    Resident.objects.filter(pk=keep.pk).update(user=cast.resident, linked_by=cast.clerk, linked_at=timezone.now())
    Visit.objects.create(
        household=third.household, worker=cast.grid_worker, purposes=["needs"], outcome="met",
        visited_at=timezone.now() + timedelta(hours=1), note="别人家的事", digest="a",
    )  # fmt: skip
    reveal(actor=cast.actor("clerk"), resident_id=third.pk, field="phone", reason="看的是多出来的那条")

    def seen():
        found = looks.of_subject(subjects.of_account(cast.resident))
        return [one.why for one in looks.in_words(found) if one.seen]

    assert seen() == []
    merge(cast, gone, third)
    made = merge(cast, keep, gone)
    assert seen() == ["看的是多出来的那条"]
    rooms = held.rooms(subjects.of_account(cast.resident))
    register = next(block for room in rooms for block in room.blocks if block.table == "grids.Resident")
    assert {row.key for row in register.rows} == {str(one.pk) for one in (keep, gone, third)}
    # What was written at the other door is not about them.
    assert "别人家的事" not in str(rooms)
    duplicates.take_apart(actor=cast.actor("clerk"), merge_id=made.pk)
    assert seen() == []


def test_erased_in_every_row_that_was_theirs(cast, twins):
    keep, gone = twins[1], twins[0]
    reveal(actor=cast.actor("clerk"), resident_id=gone.pk, field="phone", reason="林秀英来电")
    merge(cast, keep, gone)
    erasing.erase(subjects.by_ids(account_id=None, resident_id=keep.pk))
    assert not Resident.everyone.filter(name="林秀英").exists()
    assert not AuditNote.objects.filter(text="林秀英来电").exists()


def test_what_knows_them_by_a_bare_id_keeps_that_row(cast, twins):
    ask_erasure(actor=cast.actor("clerk"), resident_id=twins[1].pk)
    with pytest.raises(Conflict, match="KEEP_OTHER"):
        merge(cast, *twins)
    assert not ResidentMerge.objects.exists()
    merge(cast, twins[1], twins[0])


def test_two_accounts_are_not_one_person(cast, twins):
    for one, user in zip(twins, (cast.resident, cast.neighbour), strict=True):
        Resident.objects.filter(pk=one.pk).update(user=user, linked_by=cast.clerk, linked_at=timezone.now())
    with pytest.raises(Conflict, match="TWO_ACCOUNTS"):
        merge(cast, *twins)


def test_both_asked_the_same_is_refused_whole(cast, twins):
    for one in twins:
        ask_correction(actor=cast.actor("clerk"), resident_id=one.pk, field="relation", value="head")
    with pytest.raises(Conflict, match="SAME_THING"):
        merge(cast, *twins)


def test_touched_since_is_not_taken_apart(cast, twins):
    made = merge(cast, *twins)
    Resident.objects.filter(pk=twins[0].pk).update(relation="head")
    with pytest.raises(Conflict, match="TOUCHED"):
        duplicates.take_apart(actor=cast.actor("clerk"), merge_id=made.pk)


def test_after_thirty_days_it_stays(cast, twins):
    made = merge(cast, *twins)
    ResidentMerge.objects.update(created_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Conflict, match="TOO_LATE"):
        duplicates.take_apart(actor=cast.actor("clerk"), merge_id=made.pk)


def test_beyond_reach_is_not_there(cast, twins):
    for who in ("secretary_b", "grid_worker"):
        with pytest.raises(NotFound):
            merge(cast, *twins, who=who)


@pytest.mark.parametrize("pairs", [1, 19])
def test_list_asks_the_same_for_any_number(browse, cast, no_masthead, django_assert_num_queries, pairs):
    for n in range(pairs):
        for door in ("1", "2"):
            open_door(cast.place.building, f"{door}{n:02d}", (f"王{n:02d}", None))
    client = browse("clerk")
    client.get("/grid/duplicates/")
    with django_assert_num_queries(8):
        assert client.get("/grid/duplicates/").content.decode().count("/grid/duplicates/0") == pairs
