"""A person says what is wrong about them; staff look, and the register changes only then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.registry.corrections import ask_correction, decide
from grids.registry.life import move_away, write_death
from grids.registry.models_correction import Correction
from grids.registry.todos import corrections_waiting
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.notifications.models import Notice
from portal.privacy.erasing import unname
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db
NEW = "+8613900007788"


@pytest.fixture
def xiuying(homes, cast):
    person = homes.xiuying
    person.user, person.linked_by, person.linked_at = cast.resident, cast.clerk, timezone.now()
    person.save()
    return person


def ask(cast, person, who="resident", field="phone", value="139 0000 7788", reason="换了号码"):
    return ask_correction(actor=cast.actor(who), resident_id=person.pk, field=field, value=value, reason=reason)


def test_register_changes_only_when_it_is_granted(cast, xiuying):
    made = ask(cast, xiuying)
    xiuying.refresh_from_db()
    assert xiuying.phone == "+8613800002046"
    decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=True)
    xiuying.refresh_from_db()
    assert (xiuying.phone, xiuying.phone_tail) == (NEW, "7788")
    assert Notice.objects.get(recipient=cast.resident).subject == "您登记的电话，改好了"


def test_name_takes_its_pinyin_along(cast, xiuying):
    made = ask(cast, xiuying, field="name", value="林岫颖")
    decide(actor=cast.actor("secretary"), correction_id=made.pk, accept=True)
    xiuying.refresh_from_db()
    assert (xiuying.name, xiuying.initials) == ("林岫颖", "lxy")
    assert xiuying.sort_key == "lin xiu ying"


def test_refusal_says_why_and_changes_nothing(cast, xiuying):
    made = ask(cast, xiuying)
    with pytest.raises(Invalid):
        decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=False, reason="。")
    decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=False, reason="打过去是空号")
    xiuying.refresh_from_db()
    assert xiuying.phone == "+8613800002046"
    assert Notice.objects.get(recipient=cast.resident).body == "打过去是空号"


def test_trail_names_the_field_and_the_person_but_no_value(cast, xiuying):
    decide(actor=cast.actor("clerk"), correction_id=ask(cast, xiuying).pk, accept=True)
    entries = AuditEntry.objects.filter(subject_id=xiuying.pk).order_by("id")
    assert [entry.verb for entry in entries] == ["registry.correction_ask", "registry.correction_accept"]
    assert all(entry.fields == ["phone"] for entry in entries)


def test_asked_again_changes_the_open_one(cast, xiuying):
    first = ask(cast, xiuying)
    assert ask(cast, xiuying, value="13900007799").pk == first.pk
    assert Correction.objects.get().value == "+8613900007799"


def test_decided_twice_is_decided_once_and_the_other_way_is_refused(cast, xiuying):
    made = ask(cast, xiuying)
    for _again in range(2):
        decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=True)
    assert Notice.objects.filter(about_id=made.pk).count() == 1
    with pytest.raises(Conflict):
        decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=False, reason="想想还是不改")


def test_who_wrote_it_down_for_somebody_does_not_grant_it(cast, xiuying):
    made = ask(cast, xiuying, who="clerk")
    with pytest.raises(Forbidden):
        decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=True)
    decide(actor=cast.actor("secretary"), correction_id=made.pk, accept=True)
    assert Notice.objects.filter(recipient=cast.resident, about_id=made.pk).exists()


@pytest.mark.parametrize("who", ["neighbour", "grid_worker_b", "clerk_b", "street_supervisor", "sysadmin", "auditor"])
def test_nobody_else_asks_or_decides(cast, xiuying, who):
    with pytest.raises(NotFound):
        ask(cast, xiuying, who=who)
    made = ask(cast, xiuying)
    with pytest.raises(NotFound):
        decide(actor=cast.actor(who), correction_id=made.pk, accept=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "123"),
        ("phone", "13800002046"),
        ("name", ""),
        ("name", "空户"),
        ("relation", "king"),
        ("user", "x"),
    ],
)
def test_what_cannot_stand_there_is_not_asked(cast, xiuying, field, value):
    with pytest.raises(Invalid):
        ask(cast, xiuying, field=field, value=value)


def test_name_of_another_in_the_household_is_a_conflict(cast, xiuying):
    made = ask(cast, xiuying, field="name", value="林建国")
    with pytest.raises(Conflict):
        decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=True)


def test_unanswered_one_is_on_the_desk_until_it_is_late(cast, xiuying):
    made = ask(cast, xiuying)
    assert made.answer_by > timezone.now() + timedelta(days=4)
    assert [todo.late for todo in corrections_waiting(cast.actor("clerk"), timezone.now())] == [False]
    assert [todo.late for todo in corrections_waiting(cast.actor("clerk"), made.answer_by + timedelta(1))] == [True]
    assert corrections_waiting(cast.actor("clerk_b"), timezone.now()) == []


def test_page_asks_and_the_list_decides(browse, cast, xiuying):
    page = f"/my/corrections/{xiuying.pk}/"
    assert "2046" in browse("resident").get(page).content.decode()
    assert browse("resident").post(page, {"field": "relation", "relation": "head"}).status_code == 302
    clerk = browse("clerk")
    assert "林秀英" in clerk.get("/grid/corrections/").content.decode()
    url = Correction.objects.get().get_absolute_url()
    assert clerk.post(url, {"word": "refuse"}).status_code == 422
    assert clerk.post(url, {"word": "accept"}).status_code == 302
    assert "改好了" in browse("resident").get(page).content.decode()
    assert "林秀英" in clerk.get("/grid/corrections/?show=done").content.decode()
    assert clerk.get(url).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_list_takes_the_same_queries(browse, cast, homes, no_masthead, django_assert_num_queries, rows):
    for n in range(rows):
        person = open_door(cast.place.building, f"{500 + n}", (f"周晓{n}", None)).residents.get()
        ask(cast, person, who="grid_worker")
    client = browse("clerk")
    client.get("/grid/corrections/")
    with django_assert_num_queries(5):  # session, user, reach, count, rows
        client.get("/grid/corrections/")


@pytest.mark.parametrize("accept", [True, False])
def test_correction_of_somebody_who_has_gone_since_is_answered(cast, xiuying, browse, accept):
    made = ask(cast, xiuying)
    move_away(
        actor=cast.actor("clerk"), household_id=xiuying.household_id, people=[xiuying.pk], on=timezone.localdate()
    )
    client = browse("clerk")
    sent = {"word": "accept" if accept else "refuse", "reason": "已经搬走了"}
    assert client.post(f"/grid/corrections/{made.pk}/", sent).status_code == 302
    made.refresh_from_db()
    assert made.state == ("accepted" if accept else "refused")


def test_answer_about_somebody_who_died_goes_to_nobody(cast, xiuying):
    made = ask(cast, xiuying)
    write_death(actor=cast.actor("clerk"), resident_id=xiuying.pk, on=timezone.localdate())
    decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=False, reason="人不在了")
    assert not Notice.objects.filter(recipient=cast.resident).exists()


def test_correction_writes_nothing_into_a_row_that_was_emptied(cast, xiuying):
    made = ask(cast, xiuying)
    move_away(
        actor=cast.actor("clerk"), household_id=xiuying.household_id, people=[xiuying.pk], on=timezone.localdate()
    )
    unname([xiuying.pk])
    with pytest.raises(Conflict, check=lambda refused: refused.code == "GONE"):
        decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=True)
    decide(actor=cast.actor("clerk"), correction_id=made.pk, accept=False, reason="已经搬走了")
