"""What somebody puts where a number belongs is no number, and no error of ours."""

import pytest

from portal.requests import whole_number
from tests.centres.rooms.people import furnish
from tests.petitions.cases.conftest import Desk

ODD = ["²", "١٥", "9" * 5000, "-1", "x", ""]


@pytest.mark.parametrize("text", ODD)
def test_what_is_no_number_is_none(text):
    assert whole_number(text) is None
    assert [whole_number("90"), whole_number(90), whole_number(None)] == [90, 90, None]


@pytest.mark.parametrize("text", ODD)
def test_pages_with_a_number_in_them_answer_in_words(browse, cast, text):
    house, desk = furnish(cast.place.community), Desk(cast)
    one, other = desk.file(), desk.file()
    sent = {"do": "merge", "other": other.ref, "version": text, "reason": "因为"}
    asked = {"minutes": text, "start": "9:00"}
    answers = [
        browse().post(one.track_path, {"do": "withdraw", "version": text}),
        browse("clerk").post(f"/cases/{other.ref}/alike/", sent | {"other": one.ref}),
        browse("clerk").post("/desk/walk-in/", {"who": "林", "slot": f"{house.studio.pk}|{text}"}),
        *(browse("resident").get(f"/rooms/{house.studio.pk}/{page}/", asked) for page in ("book", "wait", "series")),
        browse("resident").post(f"/rooms/{house.studio.pk}/book/", asked | {"date": "2026-09-21"}),
    ]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    assert {answer.status_code for answer in answers} <= {200, 302, 409, 422}
