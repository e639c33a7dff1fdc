"""Visits by API: sent once or five times, from a phone that was offline for a week."""

import hashlib
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from grids.postings.models import Posting
from grids.visits.models import Promise, Visit
from grids.visits.services import admit, dismiss
from portal.accounts.enums import Role
from portal.attachments.models import Attachment
from portal.audit.models import AuditEntry
from portal.notifications.models import Notice
from portal.rows import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(homes):
    def of(at=None, **more):
        return {
            "household": str((at or homes.lin).pk),
            "purposes": ["publicity", "information"],
            "outcome": "met",
            "visited_at": (timezone.now() - timedelta(hours=2)).isoformat(),
            "note": "送了助餐点的单子",
            **more,
        }

    return of


def put(client, body, visit_id=None):
    return client.put(f"/api/v1/visits/{visit_id or uuid7()}/", body)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return out.getvalue()


def test_visit_is_created_once_and_answered_again(call, body):
    visit_id, given = uuid7(), body(promises=[{"text": "带申请表来", "due_on": "2099-01-01"}])
    first = put(call("grid_worker"), given, visit_id)
    again = put(call("grid_worker"), given, visit_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (Visit.objects.count(), Promise.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(verb="visit.log").count() == 1


def test_codes_are_those_of_the_interface(call, body):
    purposes = ["publicity", "mediation", "information", "needs", "emergency"]
    said = [put(call("grid_worker"), body(outcome=one, purposes=purposes)) for one in ("met", "not_home", "declined")]
    assert [one.status_code for one in said] == [201, 201, 201]
    assert [(one.json()["outcome"], one.json()["purposes"]) for one in said] == [
        ("met", purposes),
        ("not_home", purposes),
        ("declined", purposes),
    ]


@pytest.mark.parametrize("who", ["clerk", "secretary"])
def test_the_office_knocks_in_every_grid_of_its_community(call, body, homes, who):
    assert put(call(who), body(homes.zhao)).status_code == 201


def test_order_of_purposes_does_not_make_another_visit(call, body):
    visit_id, given = uuid7(), body()
    put(call("grid_worker"), given, visit_id)
    assert put(call("grid_worker"), {**given, "purposes": ["information", "publicity"]}, visit_id).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "not_home"},
        {"note": "别的话"},
        {"purposes": ["needs"]},
        {"promises": [{"text": "带申请表来", "due_on": "2099-01-01"}]},
        {"photos": ["a" * 64]},
    ],
)
def test_other_content_under_the_same_id_is_a_conflict(call, body, change):
    visit_id, given = uuid7(), body()
    put(call("grid_worker"), given, visit_id)
    response = put(call("grid_worker"), {**given, **change}, visit_id)
    assert (response.status_code, response.json()["code"]) == (409, "DIFFERENT_VISIT")
    assert Visit.objects.get().note == given["note"]
    assert not Promise.objects.exists()


def test_id_of_somebody_elses_visit_is_not_there(call, body, homes):
    visit_id = uuid7()
    put(call("grid_worker"), body(), visit_id)
    assert put(call("grid_worker_b"), body(homes.zhao), visit_id).status_code == 404
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("who", ["grid_worker_b", "clerk_b", "street_supervisor", "resident", "auditor", "sysadmin"])
def test_door_of_another_grid_is_not_there(call, body, who):
    assert put(call(who), body()).status_code == 404
    assert not Visit.objects.exists()


def test_visit_by_nobody_asks_to_sign_in(call, body):
    assert put(call(), body()).status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "seen"),
        ("outcome", ""),
        ("purposes", ["spying"]),
        ("purposes", "publicity"),
        ("household", "5-1-301"),
        ("visited_at", "yesterday"),
        ("visited_at", "2099-01-01T10:00:00+08:00"),
        ("visited_at", "2020-01-01T10:00:00+08:00"),
        ("note", "长" * 1001),
        ("promises", [{"text": "", "due_on": "2099-01-01"}]),
        ("promises", [{"text": "带表来", "due_on": "2020-01-01"}]),
        ("promises", [{"text": "带表来"}]),
        ("promises", [{"text": "一件", "due_on": "2099-01-01"}] * 6),
        ("photos", ["not-a-hash"]),
        ("follow_ups", [{"code": "petition", "text": "灯不亮"}]),
        ("follow_ups", [{"text": "灯不亮"}]),
        ("follow_ups", ["case"]),
        ("follow_ups", [{"code": "case", "text": "灯不亮", "address": "5 号楼\0"}]),
        ("follow_ups", [{"code": "case", "text": "灯不亮", "category": {"code": "lamp"}}]),
        ("follow_ups", [{"code": "case", "text": "灯不亮", "地址": "5 号楼"}]),
        ("follow_ups", [{"code": "case", "text": "灯不亮"}] * 4),
        ("note", "送了单子\0"),
        ("resident", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_visit_that_cannot_be_read_is_refused_whole(call, body, field, value):
    response = put(call("grid_worker"), body(**{field: value}))
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]
    said = sentences(response.json()["errors"])
    assert said
    assert [one for one in said if not re.search("[一-鿿]", one)] == []
    assert not Visit.objects.exists()


def sentences(errors) -> list[str]:
    if isinstance(errors, dict):
        return [one for value in errors.values() for one in sentences(value)]
    return [one for value in errors for one in sentences(value)] if isinstance(errors, list) else [errors]


def test_what_is_no_json_is_told_in_plain_words(call):
    response = call("grid_worker").generic("PUT", f"/api/v1/visits/{uuid7()}/", "{", content_type="application/json")
    assert response.status_code == 400
    assert response.json()["detail"] == "送来的内容读不出来，可能没有传全，请再送一次。"


def test_what_a_visit_becomes_is_read_as_strictly_when_it_has_to_wait(call, body, left):
    follow_up = {"code": "case", "text": "灯不亮", "address": "5 号楼\0"}
    assert put(call("grid_worker"), body(follow_ups=[follow_up])).status_code == 422
    assert not Visit.objects.exists()


def test_person_of_another_door_did_not_say_it(call, body, homes):
    response = put(call("grid_worker"), body(resident=str(homes.guoping.pk)))
    assert (response.status_code, list(response.json()["errors"])) == (422, ["resident"])


def test_household_that_does_not_exist_is_not_there(call, body):
    assert put(call("grid_worker"), body(household=str(uuid7()))).status_code == 404


def test_visit_handed_in_after_the_posting_ended_waits_for_the_secretary(call, body, cast, left):
    visit_id, given = uuid7(), body(promises=[{"text": "带申请表来", "due_on": "2099-01-01"}])
    first, again = (put(call("grid_worker"), given, visit_id) for _twice in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["state"] == "quarantined"
    assert not Promise.objects.exists()
    assert Notice.objects.get(recipient=cast.secretary).about_id == visit_id
    assert put(call("grid_worker"), {**given, "note": "改了"}, visit_id).status_code == 409


def test_visit_that_was_judged_is_answered_as_it_is_now(call, body, cast, left):
    for judge, state in ((admit, "kept"), (lambda **of: dismiss(**of, reason="不在岗"), "dismissed")):
        visit_id, given = uuid7(), body(note=state)
        put(call("grid_worker"), given, visit_id)
        judge(actor=cast.actor("secretary"), visit_id=visit_id)
        again = put(call("grid_worker"), given, visit_id)
        assert (again.status_code, again.json()["state"]) == (200, state)


def test_visit_of_a_grid_one_never_had_does_not_wait_it_is_not_there(call, body, homes, left):
    assert put(call("grid_worker"), body(homes.zhao)).status_code == 404


def test_worker_who_moved_on_hands_in_both_grids(call, body, cast, homes, left):
    Posting.objects.create(user=cast.grid_worker, grid=cast.place.grid_b, role=Role.GRID_WORKER)
    assert put(call("grid_worker"), body(homes.zhao)).status_code == 201
    assert put(call("grid_worker"), body(homes.lin)).status_code == 202


def send(client, visit_id, data, digest=None):
    digest = digest or hashlib.sha256(data).hexdigest()
    return client.generic("PUT", f"/api/v1/visits/{visit_id}/photos/{digest}", data, content_type="image/jpeg")


def test_photo_is_taken_once_and_redrawn(call, body):
    data, visit_id = photo(), uuid7()
    client = call("grid_worker")
    put(client, body(photos=[hashlib.sha256(data).hexdigest()]), visit_id)
    assert [send(client, visit_id, data).status_code for _twice in range(2)] == [201, 200]
    kept = Attachment.objects.get()
    assert (kept.owner_type, kept.owner_id) == ("visit", visit_id)


def test_photo_that_was_not_announced_or_is_not_whole_is_refused(call, body):
    data, visit_id = photo(), uuid7()
    client = call("grid_worker")
    put(client, body(photos=[hashlib.sha256(data).hexdigest()]), visit_id)
    assert send(client, visit_id, b"another").status_code == 404
    cut = send(client, visit_id, data[:-20], hashlib.sha256(data).hexdigest())
    assert (cut.status_code, cut.json()["code"]) == (422, "SHA_MISMATCH")
    assert send(client, visit_id, b"", hashlib.sha256(data).hexdigest()).status_code == 422
    assert send(call("clerk"), visit_id, data).status_code == 404
    assert not Attachment.objects.exists()


def test_photo_that_is_not_one_is_refused(call, body):
    data, visit_id = b"MZ not a photo", uuid7()
    put(call("grid_worker"), body(photos=[hashlib.sha256(data).hexdigest()]), visit_id)
    response = send(call("grid_worker"), visit_id, data)
    assert (response.status_code, response.json()["code"]) == (422, "NOT_A_PHOTO")


def test_photo_of_a_visit_held_back_is_the_secretarys_alone(call, body, browse, left):
    data, visit_id = photo(), uuid7()
    put(call("grid_worker"), body(photos=[hashlib.sha256(data).hexdigest()]), visit_id)
    assert send(call("grid_worker"), visit_id, data).status_code == 201
    path = f"/photos/{Attachment.objects.get().pk}/"
    assert status(browse("secretary"), path) == 200
    assert [status(browse(who), path) for who in ("clerk", "grid_worker", "street_supervisor")] == [404] * 3


def status(client, path) -> int:
    """A photo is read to its end, or its file would stay open."""
    response = client.get(path)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def test_photo_of_a_visit_is_shown_within_reach_only(call, body, browse):
    data, visit_id = photo(), uuid7()
    put(call("grid_worker"), body(photos=[hashlib.sha256(data).hexdigest()]), visit_id)
    send(call("grid_worker"), visit_id, data)
    path = f"/photos/{Attachment.objects.get().pk}/"
    shown = browse("secretary").get(path)
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    for close in shown._resource_closers:  # not shown.close(): that would close the test's database connection too
        close()
    assert browse("grid_worker_b").get(path).status_code == 404
    assert browse("resident").get(path).status_code == 404
