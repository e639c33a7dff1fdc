"""A key, a request as another city's client sends it, and answers in either format as one shape."""

from typing import Any
from xml.etree import ElementTree

from django.test import Client

from petitions.open311 import services
from portal.accounts.actors import SYSTEM
from tests.petitions.cases.conftest import at

NOW = at("2026-09-18 14:20")
V2 = "/open311/v2"
# The example published with GeoReport v2, with our key, our kind and our jurisdiction; its place is kept.
EXAMPLE = {
    "jurisdiction_id": "620902001001",
    "service_code": "lamp",
    "lat": "37.76524078",
    "long": "-122.4212043",
    "address_string": "1234 5th street",
    "email": "smit333@sfgov.edu",
    "device_id": "tt222111",
    "account_id": "123456",
    "first_name": "john",
    "last_name": "smith",
    "phone": "111111111",
    "description": "A large sinkhole is destroying the street",
    "media_url": "http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg",
    "attribute[WHISPAWN]": "123456",
    "attribute[WHISDORN]": "COISL001",
}
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def a_key(name: str = "随手拍", **more: Any) -> tuple[Any, str]:
    return services.issue_key(actor=SYSTEM, name=name, contact="小王 8555 0199", **more)


def get(path: str, fmt: str = "json", **query: str) -> Any:
    return Client().get(f"{V2}/{path}.{fmt}", query)


def post(told: str, fmt: str = "json", headers: dict[str, str] | None = None, **given: Any) -> Any:
    """As a client sends it: a form. Files make it multipart."""
    sent = {"api_key": told} | given
    return Client().post(f"{V2}/requests.{fmt}", {k: v for k, v in sent.items() if v is not None}, headers=headers)


def read(answer: Any) -> Any:
    """Either format as dicts, lists and texts; XML's empty elements are None, and its numbers texts."""
    kind = answer["Content-Type"]
    if kind == "application/json; charset=utf-8":
        return answer.json()
    assert kind == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return plain(ElementTree.fromstring(answer.content))


LISTS = {"services", "service_requests", "attributes", "values", "errors", "endpoints", "formats"}


def plain(found: ElementTree.Element) -> Any:
    if found.tag in LISTS:
        singular = {one.tag for one in found}
        assert len(singular) <= 1, singular
        return [plain(one) for one in found]
    if len(found):
        return {one.tag: plain(one) for one in found}
    return found.text
