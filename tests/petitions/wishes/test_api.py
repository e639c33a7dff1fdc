"""The API of the wall, as interface.md says it."""

import pytest

from petitions.wishes import services
from petitions.wishes.models import Wish, WishRecord
from portal.attachments.models import Attachment
from portal.attachments.services import keep_photo
from portal.audit.models import AuditEntry
from tests.petitions.wishes.people import TEXT, a_wish, bring_to, helpers
from tests.petitions.wishes.test_privacy import photo

pytestmark = pytest.mark.django_db
WISHES = "/api/v1/wishes/"


def events(wish: Wish) -> str:
    return f"{WISHES}{wish.pk}/events/"


def test_post_writes_a_wish(cast, call):
    answer = call("resident").post(WISHES, {"text": TEXT, "grid": str(cast.place.community.pk)})
    assert answer.status_code == 201
    assert (answer.data["state"], answer.data["mine"], answer.data["said"]) == ("in_review", True, TEXT)
    assert answer.data["ref"].startswith("XY")
    assert set(answer.data["events"]) == {"withdraw"}
    assert [record["event"] for record in answer.data["records"]] == ["submit"]


def test_same_key_is_the_same_wish(cast, call):
    client = call("resident")
    first, again = (client.post(WISHES, {"text": TEXT}, headers={"Idempotency-Key": "a"}) for _n in range(2))
    other = client.post(WISHES, {"text": TEXT}, headers={"Idempotency-Key": "b"})
    assert first.json() == again.json()
    assert (again.status_code, other.json()["id"] != first.json()["id"], Wish.objects.count()) == (201, True, 2)


def test_same_key_with_another_body_is_refused(cast, call):
    client = call("resident")
    client.post(WISHES, {"text": TEXT}, headers={"Idempotency-Key": "a"})
    answer = client.post(WISHES, {"text": TEXT + "谢谢"}, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": "镜"}, "text"),
        ({"text": "字" * 121}, "text"),
        ({"text": TEXT, "consent": True, "contact_phone": "123"}, "contact_phone"),
        ({"text": TEXT, "grid": "nonsense"}, "grid"),
        ({"text": TEXT, "grid": "01a20d22-0000-7000-8000-000000000000"}, "grid"),
    ],
)
def test_bad_input_is_422_and_writes_nothing(cast, call, body, field):
    answer = call("resident").post(WISHES, body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert field in answer.json()["errors"]
    assert not Wish.objects.exists()


def test_a_resident_names_a_building_and_the_wish_is_the_communitys(cast, call):
    """Where it came from is nobody's business: the place is lifted to who looks after it."""
    call("resident").post(WISHES, {"text": TEXT, "grid": str(cast.place.building.pk)})
    assert Wish.objects.get().grid == cast.place.community


def test_on_behalf_is_for_the_worker(cast, call):
    body = {"text": TEXT, "on_behalf": True, "grid": str(cast.place.building.pk)}
    assert call("resident").post(WISHES, body).status_code == 403
    answer = call("grid_worker").post(WISHES, body)
    assert (answer.status_code, answer.data["mine"]) == (201, False)
    assert Wish.objects.get().grid == cast.place.grid


def test_nobody_signed_in_is_401(cast, call):
    wish = bring_to(cast, "open")
    for answer in (
        call().get(WISHES),
        call().post(WISHES, {"text": TEXT}),
        call().post(events(wish), {"event": "claim"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "NOT_SIGNED_IN")


def test_list_is_scoped(cast, call):
    hidden, hung = a_wish(cast), bring_to(cast, "open")
    ids = {
        who: {row["id"] for row in call(who).get(WISHES).data["results"]} for who in ("outsider", "resident", "clerk")
    }
    assert ids["outsider"] == {str(hung.pk)}
    assert ids["resident"] == ids["clerk"] == {str(hidden.pk), str(hung.pk)}
    assert [row["id"] for row in call("clerk").get(WISHES, {"state": "open"}).data["results"]] == [str(hung.pk)]


@pytest.mark.parametrize("number", [1, 30])
def test_list_asks_the_same_at_any_length(cast, call, django_assert_num_queries, number):
    helpers(cast)
    for n in range(number):
        Wish(
            ref=f"XY{n}",
            state="open",
            version=2,
            grid=cast.place.community,
            written_by=cast.clerk,
            text=TEXT,
            wall_text=TEXT,
        ).save()
    client = call("resident")
    client.get(WISHES)
    with django_assert_num_queries(3):
        assert len(client.get(WISHES).data["results"]) == number


def test_claim_and_taken(cast, call):
    helpers(cast)
    wish = bring_to(cast, "open")
    first = call("volunteer").post(events(wish), {"event": "claim"})
    assert (first.status_code, first.data["state"], first.data["claimant"]["name"]) == (200, "claimed", "小孙")
    second = call("neighbour").post(events(wish), {"event": "claim"})
    assert (second.status_code, second.json()["code"]) == (409, "TAKEN")
    assert second["Content-Type"] == "application/problem+json"


def test_claim_with_a_key_sent_twice_is_one_claim(cast, call):
    helpers(cast)
    wish = bring_to(cast, "open")
    client = call("volunteer")
    sent = [client.post(events(wish), {"event": "claim"}, headers={"Idempotency-Key": "k"}) for _n in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert WishRecord.objects.filter(event="claim").count() == 1


def test_team_claims_by_capacity(cast, call):
    team = helpers(cast).team
    wish = bring_to(cast, "open")
    answer = call("neighbour").post(events(wish), {"event": "claim", "capacity": f"team:{team.pk}"})
    assert answer.data["claimant"] == {"kind": "team", "name": "邻里志愿服务队"}
    assert call("outsider").get(f"{WISHES}{wish.pk}/").data["claimant"]["name"] == "邻里志愿服务队"


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("secretary", {"event": "start"}, 403, "FORBIDDEN"),
        ("secretary", {"event": "revoke", "reason": "x"}, 409, "ILLEGAL_TRANSITION"),
        ("secretary", {"event": "approve", "version": 9}, 409, "STALE"),
        ("secretary", {"event": "decline"}, 422, "REASON_REQUIRED"),
        ("secretary", {"event": "release"}, 422, "INVALID"),
        ("secretary", {"event": "submit"}, 422, "INVALID"),
        ("secretary", {}, 422, "INVALID"),
        ("secretary", {"event": "approve", "text": "打13800009999"}, 422, "WALL_TEXT"),
        ("outsider", {"event": "approve"}, 404, "NOT_FOUND"),
        ("clerk_b", {"event": "approve"}, 404, "NOT_FOUND"),
        ("resident", {"event": "approve"}, 403, "FORBIDDEN"),
    ],
)
def test_refusals_are_problem_documents(cast, call, who, body, status, code):
    wish = a_wish(cast)
    answer = call(who).post(events(wish), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    after = Wish.objects.get(pk=wish.pk)
    assert (after.state, after.version) == ("in_review", 1)


def test_an_unknown_id_is_404(cast, call):
    assert call("secretary").get(f"{WISHES}01a20d22-0000-7000-8000-000000000000/").status_code == 404


def test_hand_in_brings_ones_own_photos_only(cast, call):
    helpers(cast)
    wish = bring_to(cast, "in_progress")
    mine = keep_photo(actor=cast.actor("volunteer"), upload=photo())
    others = keep_photo(actor=cast.actor("outsider"), upload=photo())
    body = {"event": "hand_in", "evidence": "送到了", "attachments": [str(mine.pk), str(others.pk)]}
    assert call("volunteer").post(events(wish), body).status_code == 200
    assert [kept.pk for kept in Attachment.objects.exclude(owner_id=None)] == [mine.pk]


def test_claimant_reads_the_contact_and_it_is_recorded(cast, call):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    assert call("volunteer").get(f"{WISHES}{wish.pk}/").data["contact"] == {"name": "林奶奶", "phone": "+8613800009999"}
    assert AuditEntry.objects.get(verb="wish.contact").channel == "api"
    assert call("neighbour").get(f"{WISHES}{wish.pk}/").data["contact"] is None
    assert call("clerk").get(f"{WISHES}{wish.pk}/").data["contact"] is None


def test_events_say_what_the_reader_may_do(cast, call):
    helpers(cast)
    wish = bring_to(cast, "claimed")
    allowed = {
        who: set(call(who).get(f"{WISHES}{wish.pk}/").data["events"]) for who in ("volunteer", "clerk", "outsider")
    }
    assert allowed == {"volunteer": {"start", "give_up"}, "clerk": {"revoke"}, "outsider": set()}
    services.release(wish_id=wish.pk, now=wish.due_at)
    assert "claim" in call("volunteer").get(f"{WISHES}{wish.pk}/").data["events"]
