"""The API as interface.md has it."""

import pytest

from petitions.cases.models import Case
from portal.attachments.models import Attachment
from portal.attachments.services import keep_photo
from tests.petitions.cases.test_report import photo

BODY = {"title": "楼道灯不亮", "description": "三楼的灯坏了一周了"}


def problem(response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def test_filing_answers_number_deadlines_and_link(cast, call, browse, category):
    answer = call("resident").post("/api/v1/cases/", BODY | {"category": "lamp", "contact_phone": "13800000001"})
    assert answer.status_code == 201
    said = answer.json()
    assert set(said) == {"ref", "state", "due_at", "respond_by", "sign_by", "provisional", "track_url"}
    case = Case.objects.get(ref=said["ref"])
    assert (case.sla, case.state, case.reporter) == ("help", "submitted", cast.resident)
    assert browse().get(said["track_url"]).status_code == 200


def test_nobody_signed_in_is_401(cast, call):
    assert problem(call().post("/api/v1/cases/", BODY)) == (401, "NOT_SIGNED_IN")
    assert problem(call().get("/api/v1/cases/")) == (401, "NOT_SIGNED_IN")


def test_the_same_key_answers_the_same_once(cast, call):
    first, second = [
        call("resident").post("/api/v1/cases/", BODY, headers={"Idempotency-Key": "k1"}) for _n in range(2)
    ]
    assert first.json() == second.json()
    assert Case.objects.count() == 1
    other = call("resident").post("/api/v1/cases/", {"title": "别的事"}, headers={"Idempotency-Key": "k1"})
    assert problem(other) == (409, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "", "description": ""}, "description"),
        ({"contact_phone": "12345"}, "contact_phone"),
        ({"category": "没有"}, "category"),
        ({"sla": "rework"}, "sla"),
        ({"sla": "soon"}, "sla"),
        ({"reply_by": "call", "contact_phone": ""}, None),
        ({"attachments": ["x"]}, "attachments"),
        ({"title": "a\x00b"}, "title"),
        ({"description": "长" * 2001}, "description"),
    ],
)
def test_what_cannot_be_read_is_told_by_field(cast, call, change, field):
    cast.users["resident"].phone = None
    cast.users["resident"].save()
    answer = call("resident").post("/api/v1/cases/", BODY | change)
    assert problem(answer) == (422, "INVALID")
    assert field is None or field in answer.json()["errors"]
    assert not Case.objects.exists()


def test_a_grid_that_does_not_exist_is_404(cast, call):
    assert problem(call("resident").post("/api/v1/cases/", BODY | {"grid": "nowhere"})) == (404, "NOT_FOUND")


def test_staff_file_on_behalf_on_their_own_ground_only(cast, place, call):
    answer = call("clerk").post("/api/v1/cases/", BODY | {"grid": place.grid.code, "contact_phone": "13800002046"})
    case = Case.objects.get(ref=answer.json()["ref"])
    assert (case.on_behalf_by, case.reporter) == (cast.clerk, None)
    assert problem(call("clerk").post("/api/v1/cases/", BODY | {"grid": place.grid_c.code})) == (403, "FORBIDDEN")


@pytest.mark.parametrize("who", ["street_supervisor", "district_admin", "department_handler", "auditor", "sysadmin"])
def test_who_neither_lives_there_nor_writes_for_residents_does_not_file(cast, call, who):
    assert problem(call(who).post("/api/v1/cases/", BODY)) == (403, "FORBIDDEN")


def test_photos_of_the_filer_come_along_and_no_others(cast, call):
    mine = keep_photo(actor=cast.actor("resident"), upload=photo())
    others = keep_photo(actor=cast.actor("neighbour"), upload=photo())
    call("resident").post("/api/v1/cases/", BODY | {"attachments": [str(mine.pk), str(others.pk)]})
    assert [Attachment.objects.get(pk=one.pk).owner_id is not None for one in (mine, others)] == [True, False]


# ---------------------------------------------------------------- reading
def test_a_case_with_its_records(desk, call):
    case = desk.at("assigned", contact_phone="13800002046")
    said = call("clerk").get(f"/api/v1/cases/{case.ref}/").json()
    assert [record["event"] for record in said["records"]] == ["submit", "accept", "assign"]
    assert (said["round"], said["version"], said["contact_phone"]) == (1, 3, "138****2046")
    assert "reassign" in said["events"]


def test_the_reporter_reads_neither_quarrels_nor_an_unverified_answer(desk, call):
    case = desk.at("under_review")
    said = call("resident").get(f"/api/v1/cases/{case.ref}/").json()
    assert said["answer"] == ""
    assert "换了新灯" not in str(said)


def test_lists_are_scoped_and_paged(desk, call):
    for _row in range(3):
        desk.file()
    page = call("clerk").get("/api/v1/cases/?page_size=2").json()
    assert set(page) == {"next", "previous", "results"}
    rest = call("clerk").get(page["next"]).json()
    assert [len(page["results"]), len(rest["results"])] == [2, 1]
    assert call("neighbour").get("/api/v1/cases/").json()["results"] == []
    assert len(call("resident").get("/api/v1/cases/").json()["results"]) == 3


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_at_one_and_at_thirty(desk, call, django_assert_num_queries, rows):
    for _row in range(rows):
        desk.file()
    with django_assert_num_queries(3):
        call("clerk").get("/api/v1/cases/")


# ---------------------------------------------------------------- events
def events(call, who, case, **body):
    return call(who).post(f"/api/v1/cases/{case.ref}/events/", body)


def test_events_move_it_and_answer_the_case(desk, call, place):
    case = desk.file()
    assert events(call, "clerk", case, event="accept", version=1).json()["state"] == "accepted"
    said = events(call, "clerk", case, event="assign", department=place.sector.code).json()
    assert (said["state"], said["holder"]) == ("assigned", "城管网格")
    assert events(call, "department_handler", case, event="sign").json()["state"] == "in_progress"
    given = {"event": "submit_result", "answer": "拆了", "solved": "yes"}
    assert events(call, "department_handler", case, **given).json()["state"] == "under_review"
    assert events(call, "secretary", case, event="verify_pass").json()["state"] == "awaiting_feedback"
    said = events(call, "resident", case, event="rate", satisfaction="满意", solved="yes").json()
    assert (said["state"], said["satisfaction"]) == ("closed", "satisfied")


@pytest.mark.parametrize(
    ("who", "body", "expected"),
    [
        ("clerk", {"event": "accept", "version": 7}, (409, "STALE")),
        ("clerk", {"event": "assign"}, (409, "ILLEGAL_TRANSITION")),
        ("clerk", {"event": "fly"}, (409, "ILLEGAL_TRANSITION")),
        ("clerk", {"event": "submit"}, (409, "ILLEGAL_TRANSITION")),
        ("clerk", {"event": "lapse"}, (403, "FORBIDDEN")),
        ("resident", {"event": "accept"}, (403, "FORBIDDEN")),
        ("clerk", {"event": "reject", "reason": "  "}, (422, "REASON_REQUIRED")),
        ("clerk", {}, (422, "INVALID")),
        ("clerk", {"event": "accept", "sla": "rework"}, (422, "INVALID")),
        ("clerk", {"event": "accept", "version": "x"}, (422, "INVALID")),
        ("clerk", {"event": "merge", "target": "WC-0914-0999-1"}, (404, "NOT_FOUND")),
    ],
)
def test_a_refused_event_says_why_and_changes_nothing(desk, call, who, body, expected):
    case = desk.file()
    assert problem(events(call, who, case, **body)) == expected
    case.refresh_from_db()
    assert (case.state, case.version) == ("submitted", 1)


def test_return_is_known_by_both_its_names(desk, call):
    for name in ("return", "return_"):
        assert (
            events(call, "grid_worker", desk.at("assigned"), event=name, reason="不归我").json()["state"] == "accepted"
        )
