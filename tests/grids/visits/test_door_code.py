"""门口口令: who it is, without opening, and without anybody being followed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.postings.models import Posting
from grids.visits.door_code import STEP, code_of, codes_of_day, who_is_it
from portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
HERE, THERE = "620902001001", "620902002001"


@pytest.fixture
def code(cast) -> str:
    Posting.objects.update(starts_at=timezone.now() - timedelta(days=9))
    return code_of(cast.actor("grid_worker"), timezone.now())


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_digits_name_the_worker_for_one_step_either_way(cast, code):
    now = timezone.now()
    for after, found in ((-1, True), (0, True), (1, True), (2, False), (-2, False)):
        card = who_is_it(HERE, code, now + after * STEP)
        assert (card is not None) is found, after
    card = who_is_it(HERE, f"{code[:3]} {code[3:]}", now)
    assert (card.name, card.place) == ("grid_worker", "第 1 网格")


def test_digits_are_nobodys_elsewhere_or_when_the_posting_has_ended(cast, code):
    now = timezone.now()
    assert who_is_it(THERE, code, now) is None
    assert who_is_it(HERE, wrong(code), now) is None
    Posting.objects.filter(user=cast.grid_worker).update(ends_at=now - timedelta(seconds=1))
    assert who_is_it(HERE, code, now) is None
    assert code_of(cast.actor("grid_worker"), now) == code_of(cast.actor("resident"), now) == ""


def test_digits_of_the_day_are_those_the_screen_shows_later(cast):
    actor, now = cast.actor("grid_worker"), timezone.now()
    codes = dict(codes_of_day(actor, now))
    later = now + 7 * STEP
    assert codes[int(later.timestamp() // 300 * 300)] == code_of(actor, later)
    assert len(codes) == 192


def test_pages_show_check_and_keep_nothing(browse, code):
    client, before = browse(), AuditEntry.objects.count()
    assert code[:3] in browse("grid_worker").get("/grid/code/").content.decode()
    page = client.post("/door/", {"place": HERE, "digits": code}).content.decode()
    assert "是我们的人：" in page
    assert "先别开门" in client.post("/door/", {"place": HERE, "digits": wrong(code)}).content.decode()
    assert AuditEntry.objects.count() == before


def test_digits_as_a_chinese_keyboard_writes_them_are_the_same(browse, code):
    client = browse()
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    answer = client.post("/door/", {"place": HERE, "digits": wide})
    assert (answer.status_code, "是我们的人：" in answer.content.decode()) == (200, True)
    assert "先别开门" in client.post("/door/", {"place": HERE, "digits": "²²²²²²"}).content.decode()


def test_guessing_is_throttled_and_the_desk_may_ask_more(browse, code):
    client = browse()
    answers = [client.post("/door/", {"place": HERE, "digits": "000000"}).status_code for _try in range(9)]
    assert answers == [200] * 8 + [429]
    assert browse("clerk").post("/door/", {"place": HERE, "digits": code}).status_code == 200


def test_phone_without_signal_takes_its_digits_along_and_a_resident_none(browse, cast):
    Posting.objects.update(starts_at=timezone.now() - timedelta(days=9))
    digits = browse("grid_worker").get("/grid/today/doors.json").json()["digits"]
    assert digits["step"] == STEP.total_seconds()
    later = timezone.now() + 40 * STEP
    own = next(code for first, code in digits["codes"] if first <= later.timestamp() < first + digits["step"])
    assert own == code_of(cast.actor("grid_worker"), later)
    assert browse("resident").get("/grid/today/doors.json").status_code == 403
