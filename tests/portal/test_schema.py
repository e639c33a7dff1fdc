"""The OpenAPI document: other systems are written from it, so it says everything and warns of nothing."""

import pytest
import yaml
from django.core.management import call_command


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("schema") / "schema.yml"
    # Fails on the first warning: a serializer that cannot be told, two calls by one name.
    call_command("spectacular", "--file", str(path), "--validate", "--fail-on-warn")
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("rooms/", "get"),
        ("rooms/{room_id}/availability/", "get"),
        ("bookings/", "post"),
        ("bookings/{booking_id}/cancel/", "post"),
        ("bookings/{booking_id}/approve/", "post"),
        ("bookings/{booking_id}/decline/", "post"),
        ("bookings/{booking_id}/check_in/", "post"),
        ("bookings/{booking_id}/move/", "post"),
        ("cases/", "post"),
        ("cases/", "get"),
        ("cases/{ref}/", "get"),
        ("cases/{ref}/events/", "post"),
        ("attachments/", "post"),
        ("wishes/", "post"),
        ("wishes/{wish_id}/events/", "post"),
        ("households/", "get"),
        ("households/{household_id}/", "get"),
        ("residents/", "get"),
        ("residents/{resident_id}/reveal/", "post"),
        ("visits/{visit_id}/", "put"),
        ("visits/{visit_id}/photos/{sha256}", "put"),
        ("figures/", "get"),
    ],
)
def test_call_of_the_contract_is_described(document, path, method):
    assert method in document["paths"][f"/api/v1/{path}"]


def test_lists_are_pages_and_every_call_may_be_refused(document):
    calls = [(path, call) for path, calls in document["paths"].items() for call in calls.values()]
    assert all("application/problem+json" in call["responses"]["default"]["content"] for _path, call in calls)
    schemas, listed = document["components"]["schemas"], 0
    for path, call in calls:
        shape = call["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        name = shape.get("$ref", "").rpartition("/")[2]
        if "cursor" in [one["name"] for one in call.get("parameters", ())]:
            assert set(schemas[name]["properties"]) == {"next", "previous", "results"}, path
            listed += 1
    assert listed == 7
    assert {} in document["paths"]["/api/v1/rooms/"]["get"]["security"]
    assert {} not in document["paths"]["/api/v1/bookings/"]["get"]["security"]


def test_document_is_served(client, db):
    assert client.get("/api/v1/schema/").status_code == 200
