"""`georeport`, the reader from PyPI, follows a request on the running portal; two clients repeat a call at once."""

from threading import Barrier, Thread

import pytest
import requests
from georeport import GeoReport

from petitions.cases import services as cases
from petitions.cases.models import Case, Category
from petitions.open311 import services
from portal.accounts.actors import Actor
from tests.cast import gather, lay_out
from tests.petitions.open311.people import a_key

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = (
    ("accept", "clerk", {}, "待分派。"),
    ("assign", "clerk", {"person": "grid_worker"}, "待签收。"),
    ("sign", "grid_worker", {}, "办理中。"),
    ("submit_result", "grid_worker", {"answer": "换了新灯。", "solved": "yes"}, "待核查。"),
    ("verify_pass", "secretary", {}, "待评价。"),
)


@pytest.fixture
def cast():
    found = gather(lay_out())
    Category.objects.create(code="lamp", name="公共设施坏了", hint="路灯、单元门", sla="help", order=10)
    Category.objects.create(code="drain", name="下水", sla="help", order=20)
    return found


def file(url: str, told: str, **more: str) -> requests.Response:
    sent = {"api_key": told, "service_code": "lamp", "address_string": "5 号楼", "description": "灯不亮"} | more
    return requests.post(f"{url}/open311/v2/requests.json", data=sent, timeout=30)


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_georeport_follows_a_request_from_filing_to_closing(cast, live_server, fmt):
    _key, told = a_key()
    reader = GeoReport(f"{live_server.url}/open311/v2", jurisdiction="620902001001", output_format=fmt)
    assert [one["service_code"] for one in reader.get_service_list()] == ["lamp", "drain"]
    attributes = reader.get_service_definition("lamp")["attributes"]
    listed = attributes["attribute"] if fmt == "xml" else attributes
    assert [one["code"] for one in listed] == ["reply_by", "external_id"]
    number = file(live_server.url, told).json()[0]["service_request_id"]
    other = file(live_server.url, told, service_code="drain").json()[0]["service_request_id"]
    case = Case.objects.get(ref=number)
    assert reader.get_service_request(number)["status_notes"] == "待受理。"
    for event, who, data, said in STEPS:
        given = {name: cast.users[value] if name == "person" else value for name, value in data.items()}
        cases.act(actor=cast.actor(who), case_id=case.pk, event=event, **given)
        found = reader.get_service_request(number)
        assert (found["service_request_id"], found["status"], found["status_notes"]) == (number, "open", said)
    assert {one["service_request_id"] for one in reader.get_service_requests(status="open")} == {number, other}
    cases.act(
        actor=Actor(channel="slip", slip_of=case.pk),
        case_id=case.pk,
        event="rate",
        satisfaction="satisfied",
        solved="yes",
    )
    found = reader.get_service_request(number)
    assert (found["status"], found["status_notes"]) == ("closed", "已结案。反映人说办好了。")
    both = reader.get_service_requests(service_request_id=f"{number},{other}")
    assert {one["service_request_id"]: one["status"] for one in both} == {number: "closed", other: "open"}


def repeated(url: str, told: str, times: int = 6) -> list[requests.Response]:
    """The same call, at the same moment."""
    barrier, answers = Barrier(times), []

    def one() -> None:
        barrier.wait(timeout=30)
        answers.append(file(url, told, **{"attribute[external_id]": "CT-1"}))

    threads = [Thread(target=one) for _time in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_a_call_repeated_at_the_same_moment_files_once(cast, live_server):
    _key, told = a_key()
    answers = repeated(live_server.url, told)
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.text for answer in answers}) == 1
    assert Case.objects.count() == 1


def test_without_the_lock_it_goes_wrong(cast, live_server, monkeypatch, error_log):
    """The control: the constraint still keeps a second case out, but a rival is answered with a crash."""
    monkeypatch.setattr(services, "_one_at_a_time", lambda key, external_id: None)
    statuses = set()
    for n in range(10):
        _key, told = a_key(f"系统 {n}")
        statuses |= {answer.status_code for answer in repeated(live_server.url, told)}
        if 500 in statuses:
            break
    assert statuses == {201, 500}
    assert "open311_filed_once" in "".join(error_log.take())
