"""Field names and shapes as published with GeoReport v2, in JSON and XML alike."""

import json

import pytest
from django.test import Client

from petitions.cases.models import Case, Category
from petitions.open311.answers import written
from tests.petitions.open311.people import EXAMPLE, FORM, V2, get, post, read

BOTH = pytest.mark.parametrize("fmt", ["json", "xml"])
# The names of the published examples, in their order.
SERVICE = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
ATTRIBUTE = ["variable", "code", "datatype", "required", "datatype_description", "order", "description"]
REQUEST = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
    "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip
FILED = ["service_request_id", "service_notice", "account_id"]


@BOTH
def test_services(told, fmt):
    Category.objects.create(code="talk", name="邻里纠纷", sla="complaint", kind="mediation")
    Category.objects.create(code="old", name="不用了", sla="help", is_active=False)
    answer = get("services", fmt)
    assert answer.status_code == 200
    (service,) = read(answer)
    assert list(service) == SERVICE
    assert (service["service_code"], service["service_name"], service["type"]) == ("lamp", "公共设施坏了", "realtime")
    assert service["metadata"] is True if fmt == "json" else service["metadata"] == "true"


@BOTH
def test_a_service_definition(told, fmt):
    said = read(get("services/lamp", fmt))
    assert list(said) == ["service_code", "attributes"]
    one, two = said["attributes"]
    assert list(one) == [*ATTRIBUTE, "values"]
    assert list(two) == ATTRIBUTE
    assert (one["datatype"], two["datatype"]) == ("singlevaluelist", "string")
    assert [list(value) for value in one["values"]] == [["key", "name"]] * 3
    assert str(one["variable"]).lower() == "true"
    assert str(one["required"]).lower() == "false"
    assert [str(one["order"]), str(two["order"])] == ["1", "2"]


@BOTH
def test_a_list_of_requests_and_one_request(told, desk, category, fmt):
    case = desk.at("in_progress", category=category)
    listed = read(get("requests", fmt))
    assert [list(row) for row in listed] == [REQUEST]
    assert listed == read(get(f"requests/{case.ref}", fmt))
    (row,) = listed
    assert (row["service_request_id"], row["status"], row["status_notes"]) == (case.ref, "open", "办理中。")
    assert (row["service_code"], row["service_name"]) == ("lamp", "公共设施坏了")
    assert (row["requested_datetime"], row["updated_datetime"]) == ("2026-09-14T09:00:00+08:00",) * 2
    assert row["expected_datetime"] == "2026-09-20T09:00:00+08:00"  # forty hours on, over a Sunday that is worked
    assert row["address"] == "第 1 网格，文昌花园社区，曲江街道，槐荫区"
    assert row["address_id"] == "620902001001-0101"
    assert [row[name] for name in ("zipcode", "lat", "long", "media_url", "service_notice")] == [None] * 5


@BOTH
def test_no_requests_is_an_empty_list(told, fmt):
    answer = get("requests", fmt)
    assert answer.status_code == 200
    assert not read(answer)


@BOTH
def test_filing_the_published_example(told, fmt):
    answer = post(told, fmt, **EXAMPLE)
    assert answer.status_code == 201
    (filed,) = read(answer)
    assert list(filed) == FILED
    case = Case.objects.get()
    assert filed["service_request_id"] == case.ref
    assert filed["account_id"] is None
    assert case.track_path in filed["service_notice"]
    assert (case.description, case.address) == (EXAMPLE["description"], EXAMPLE["address_string"])
    assert (case.reporter_name, case.reporter, case.on_behalf_by) == ("john smith", None, None)
    assert (case.channel, case.state, case.category.code) == ("open311", "submitted", "lamp")


def test_filing_it_in_the_very_bytes_of_a_form(told):
    body = (
        f"api_key={told}&jurisdiction_id=620902001001&service_code=lamp&address_string=5+%E5%8F%B7%E6%A5%BC"
        "&description=A+large+sinkhole+is+destroying+the+street%0Aand+the+door&attribute[WHISPAWN]=123456"
    )
    answer = Client().post(f"{V2}/requests.json", body, content_type=FORM)
    assert answer.status_code == 201
    case = Case.objects.get()
    assert (case.grid.label, case.description.splitlines()[1]) == ("5 号楼", "and the door")


@BOTH
def test_a_token_leads_to_the_number(told, desk, fmt):
    case = desk.file()
    assert read(get(f"tokens/{case.token}", fmt)) == [{"service_request_id": case.ref, "token": case.token}]
    assert get(f"tokens/{case.token[:-1]}", fmt).status_code == 404


@BOTH
def test_discovery(told, fmt):
    said = read(Client().get(f"/open311/discovery.{fmt}"))
    assert said == read(get("discovery", fmt))
    assert list(said) == ["changeset", "contact", "key_service", "endpoints"]
    (endpoint,) = said["endpoints"]
    assert list(endpoint) == ["specification", "url", "changeset", "type", "formats"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]


# ---------------------------------------------------------------- errors
WRONG = [
    ("requests/WC-0914-0999-1", {}, 404),
    ("requests/没有", {}, 404),
    ("services/nothing", {}, 404),
    ("services/talk", {}, 404),
    ("tokens/abc", {}, 404),
    ("services", {"jurisdiction_id": "city.gov"}, 404),
    ("requests", {"jurisdiction_id": "city.gov"}, 404),
    ("requests", {"status": "fixed"}, 400),
    ("requests", {"start_date": "gestern"}, 400),
    ("requests", {"start_date": "2026-13-01T00:00:00Z"}, 400),
    ("requests", {"start_date": "0001-01-01T00:00:00Z"}, 400),
    ("requests", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
    ("requests", {"page": "0"}, 400),
    ("requests", {"page_size": "1001"}, 400),
    ("requests", {"page_size": "²"}, 400),
    ("requests", {"api_key": "xyz"}, 403),
]


@BOTH
def test_errors_are_an_array_with_code_and_description(told, fmt):
    Category.objects.create(code="talk", name="邻里纠纷", sla="complaint", kind="mediation")
    for path, query, status in WRONG:
        answer = get(path, fmt, **query)
        assert answer.status_code == status, (path, query)
        for error in read(answer):
            assert list(error) == ["code", "description"]
            assert str(error["code"]) == str(status)
            assert error["description"]


@BOTH
def test_what_is_asked_in_another_way_is_told_which(told, fmt):
    answer = Client().delete(f"{V2}/requests.{fmt}")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert read(answer)[0]["description"] == "这个地址只接受 GET, POST。"


def test_other_pages_may_read_and_nothing_is_kept(told):
    answer = get("services")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "no-store" in answer["Cache-Control"]


def test_xml_says_nothing_that_xml_cannot_say():
    body = [{"description": "a\x00b\x0bc <&> \ufffe 行\n二"}]
    assert (
        written("errors", body, "xml")
        .decode()
        .endswith("<errors><error><description>abc &lt;&amp;&gt;  行\n二</description></error></errors>")
    )
    assert json.loads(written("errors", body, "json")) == body
