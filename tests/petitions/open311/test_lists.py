"""What a list shows: filters, the default of ninety days, a thousand at most, at a constant price."""

from datetime import timedelta

from django.db import connection

from petitions.cases import services as cases
from petitions.cases.models import Case, Category
from petitions.open311 import queries
from petitions.open311.reading import Asked
from tests.petitions.cases.conftest import at
from tests.petitions.open311.people import NOW, get, read


def numbers(**query: str) -> list[str]:
    answer = get("requests", **query)
    assert answer.status_code == 200, answer.content.decode()
    return [row["service_request_id"] for row in read(answer)]


def test_the_newest_come_first_and_filters_narrow(told, desk, category):
    drain = Category.objects.create(code="drain", name="下水", sla="help")
    older = desk.at("closed", category=category)
    newer = desk.file(now=at("2026-09-16 10:00"), category=drain)
    assert numbers() == [newer.ref, older.ref]
    assert numbers(status="open") == numbers(service_code="drain") == [newer.ref]
    assert numbers(status="closed") == numbers(service_code="lamp") == [older.ref]
    assert numbers(status="open,closed") == numbers(service_code="lamp,drain") == [newer.ref, older.ref]
    assert numbers(service_code="lamp", status="open") == numbers(service_code="nothing\x00") == []
    assert numbers(page_size="1") == [newer.ref]
    assert numbers(page_size="1", page="2") == [older.ref]


def test_numbers_override_all_the_rest(told, desk):
    one, two, _three = desk.file(), desk.file(), desk.file()
    asked = f"{one.ref},{two.ref.lower().replace('-', ' ')},WC-0914-0999-1,没有"
    assert set(numbers(service_request_id=asked, status="closed", start_date="2020-01-01T00:00:00Z")) == {
        one.ref,
        two.ref,
    }
    assert numbers(service_request_id="没有") == []


def test_dates_are_by_when_it_was_requested(told, desk):
    days = {month: desk.file(now=at(f"2026-{month}-01 10:00")).ref for month in ("03", "06", "07", "09")}
    assert numbers() == [days["09"], days["07"]]  # ninety days back from 18 September
    assert numbers(start_date="2026-02-28T00:00:00Z") == [days["03"]]  # and as many on from there
    assert numbers(end_date="2026-07-01") == [days["06"]]
    assert numbers(start_date="2026-06-01T10:00:00+08:00", end_date="2026-07-01T02:00:00Z") == [days["07"], days["06"]]
    assert numbers(start_date="2026-06-01T10:00:01 08:00", end_date="2026-06-20T00:00:00Z") == []  # a + came as space
    assert numbers(start_date="2026-09-18T00:00:00Z", end_date="2026-09-01T00:00:00Z") == []


def test_a_jurisdiction_is_a_node_of_the_tree(told, desk, place):
    here, there = desk.file(), desk.file(grid=place.grid_c)
    assert set(numbers()) == set(numbers(jurisdiction_id="620902")) == {here.ref, there.ref}
    assert numbers(jurisdiction_id="620902002") == [there.ref]
    assert numbers(jurisdiction_id="620902001001") == [here.ref]
    assert set(numbers(jurisdiction_id="127.0.0.1")) == {here.ref, there.ref}  # the portal itself


def a_thousand_and_one() -> None:
    first = Case.objects.get()
    template = {field.attname: getattr(first, field.attname) for field in Case._meta.concrete_fields}
    Case.objects.bulk_create(
        Case(
            **template
            | {"id": None, "ref": f"X{n}", "token_hash": f"{n:064}", "submitted_at": NOW - timedelta(minutes=n)}
            | {"id": Case._meta.pk.get_default()}
        )
        for n in range(1001)
    )


def test_a_thousand_at_most_none_costs_a_query_and_the_index_is_read(told, desk, category, django_assert_num_queries):
    desk.file(category=category)
    with django_assert_num_queries(4):  # a try counted (two), the cases, their places
        get("requests")
    a_thousand_and_one()
    with django_assert_num_queries(4):
        assert len(read(get("requests"))) == 1000
    assert len(numbers(page="2")) == 2
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE petitions_case; ANALYZE petitions_category; ANALYZE grids_grid")
    rows = queries.cases.in_public().filter(submitted_at__gte=NOW - timedelta(days=90), submitted_at__lte=NOW)
    assert "case_in_time" in rows.order_by("-submitted_at", "-id")[:50].explain()


def test_too_many_reads_are_told_to_wait(told, monkeypatch):
    monkeypatch.setattr("petitions.open311.views.READS", 2)
    assert [get("services").status_code for _read in range(3)] == [200, 200, 429]
    answer = get("requests", "xml")
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert read(answer)[0]["code"] == "429"


STANDS = [
    ("submitted", "open", "待受理。"),
    ("needs_info", "open", "待补充。"),
    ("under_review", "open", "待核查。"),
    ("awaiting_feedback", "open", "待评价。"),
    ("closed", "closed", "已结案。反映人说办好了。"),
    ("rejected", "closed", "不予受理。"),
    ("withdrawn", "closed", "已撤回。"),
]


def test_open_and_closed_and_what_that_means(told, desk):
    for state, status, notes in STANDS:
        (row,) = queries.shown(queries.requests(Asked(numbers=[desk.at(state).ref])), None, "")
        assert (row["status"], row["status_notes"]) == (status, notes)
        assert (row["expected_datetime"] is None) == (status == "closed")


def test_closed_is_not_solved(told, desk):
    case = desk.at("awaiting_feedback")
    desk.sweep(NOW + timedelta(days=9))
    (row,) = read(get(f"requests/{case.ref}"))
    assert (row["status"], row["status_notes"]) == ("closed", "已结案。经办人说办好了，反映人没有评价。")


def test_what_was_merged_names_the_other_unless_that_is_nobodys_business(told, desk, cast):
    talk = Category.objects.create(code="talk", name="邻里纠纷", sla="complaint", kind="mediation")
    for category, said in ((None, "和 {} 是同一件事，并在一起办。"), (talk, "已并到另一件办。")):
        case, target = desk.file(), desk.file()
        cases.act(actor=cast.actor("secretary"), case_id=case.pk, event="merge", target=target, now=NOW)
        cases.act(actor=cast.actor("secretary"), case_id=target.pk, event="accept", category=category, now=NOW)
        (row,) = read(get(f"requests/{case.ref}"))
        assert (row["status"], row["status_notes"]) == ("closed", said.format(target.ref))
