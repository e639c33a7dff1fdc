"""Keys: told once, kept as a hash, ended at any time."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from petitions.open311.models import Open311Filing, Open311Key
from petitions.open311.services import end_key
from portal.accounts.actors import SYSTEM
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Invalid
from tests.petitions.open311.people import a_key, get, post


def command(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("open311_key", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_tells_a_key_once_and_ends_it(place):
    _said, told = command("随手拍", "--contact", "小王", "--grid", "620902001")
    key = Open311Key.objects.get()
    assert (key.contact, key.grid, key.tail) == ("小王", place.street, told[-4:])
    assert told not in str(vars(key))
    assert get("requests", api_key=told).status_code == 200
    command("随手拍", "--end")
    assert get("requests", api_key=told).status_code == 403
    assert post(told, service_code="lamp", address_string="门口").status_code == 403
    assert list(AuditEntry.objects.values_list("verb", flat=True).order_by("id")) == ["open311.issue", "open311.end"]


def test_ending_twice_changes_nothing(place):
    key, _told = a_key()
    for _time in range(2):
        end_key(actor=SYSTEM, key=key)
    assert AuditEntry.objects.filter(verb="open311.end").count() == 1


@pytest.mark.parametrize(
    "arguments", [["随手拍"], ["", "--contact", "x"], ["x", "--contact", "x", "--grid", "no"], ["x", "--end"]]
)
def test_the_command_says_what_is_wrong(place, arguments):
    with pytest.raises(CommandError):
        command(*arguments)
    assert not Open311Key.objects.exists()


def test_a_name_is_one_system(place):
    a_key()
    with pytest.raises(Conflict):
        a_key()
    with pytest.raises(Invalid):
        a_key("  ")


def test_the_office_lists_and_ends_keys_and_makes_none(place, browse):
    key, told = a_key()
    client = browse("sysadmin")
    page = client.get("/admin/petitions/open311key/").content.decode()
    assert "随手拍" in page
    assert told not in page
    assert key.digest not in page
    assert client.get("/admin/petitions/open311key/add/").status_code == 403
    client.post("/admin/petitions/open311key/", {"action": "end", "_selected_action": str(key.pk)})
    key.refresh_from_db()
    assert not key.is_active
    assert AuditEntry.objects.get(verb="open311.end").channel == "admin"


def test_the_database_keeps_a_number_of_theirs_single(desk):
    key, _told = a_key()
    given = {"key": key, "external_id": "CT-1", "digest": "x"}
    Open311Filing.objects.create(case=desk.file(), **given)
    with pytest.raises(IntegrityError, match="open311_filed_once"), transaction.atomic():
        Open311Filing.objects.create(case=desk.file(), **given)


def test_the_page_says_who_sees_what_and_whom_to_call(place, client):
    page = client.get("/open311/").content.decode()
    assert "文昌花园社区 85550110" in page
    assert "http://testserver/open311/v2/" in page
