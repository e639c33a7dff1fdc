"""Fifty people at one case at one moment, over HTTP, of the real server on the real database: one does it.

The others are told so (409); nobody gets an error page. The negative control takes the locks out and must go wrong.
"""

import pytest
from rest_framework.authtoken.models import Token

from grids.postings.models import Posting
from petitions.cases.models import Case, CaseRecord
from portal.accounts.enums import Role
from portal.accounts.models import User
from tests.petitions.cases.conftest import Desk, at
from tests.races.rivals import Sent, all_at_once, serving

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
RIVALS = 50
ONE, TOO_LATE, OLD = (200, ""), (409, "ILLEGAL_TRANSITION"), (409, "STALE")


@pytest.fixture
def desk(cast) -> Desk:
    Posting.objects.update(starts_at=at("2026-01-01 00:00"))
    return Desk(cast)


@pytest.fixture
def tokens(cast) -> list[str]:
    """Fifty clerks of the community."""
    people = User.objects.bulk_create([User(username=f"rival-{n}", name=f"小{n}") for n in range(RIVALS)])
    role, begin = Role.DESK_CLERK, at("2026-01-01 00:00")
    Posting.objects.bulk_create(
        Posting(user=user, role=role, grid=cast.place.community, starts_at=begin) for user in people
    )
    return [Token.objects.create(user=user).key for user in people]


def all_send(case: Case, tokens: list[str], *bodies: dict) -> list[Sent]:
    path = f"/api/v1/cases/{case.ref}/events/"
    return [Sent(path, token, bodies[n % len(bodies)]) for n, token in enumerate(tokens)]


def steps_of(case: Case) -> list[int]:
    return list(CaseRecord.objects.filter(subject=case).order_by("version").values_list("version", flat=True))


def test_of_fifty_one_does_it_and_the_others_are_told(desk, tokens):
    person = {"person": str(desk.cast.grid_worker.pk)}
    with serving() as port:
        for _round in range(3):
            case = desk.file()
            assert all_at_once(port, all_send(case, tokens, {"event": "accept"})) == {ONE: 1, TOO_LATE: RIVALS - 1}
            said = all_at_once(port, all_send(case, tokens, {"event": "assign", "version": 2, **person}))
            assert said == {ONE: 1, OLD: RIVALS - 1}
            assert steps_of(case) == [1, 2, 3]


def test_of_fifty_different_steps_seen_at_one_version_one_is_taken(desk, tokens):
    """Each would be allowed, some even one after the other: whoever saw the same page is told that it is old."""
    with serving() as port:
        for _round in range(3):
            case = desk.file()
            seen = {"version": 1, "reason": "因为"}
            steps = [{"event": event, **seen} for event in ("accept", "reject", "request_info")]
            assert all_at_once(port, all_send(case, tokens, *steps)) == {ONE: 1, OLD: RIVALS - 1}
            assert steps_of(case) == [1, 2]


def test_without_the_lock_it_goes_wrong(desk, tokens):
    """The negative control: two go ahead; one of them finds its record's place taken, which is an error page."""
    with serving("--without-locks") as port:
        said = all_at_once(port, all_send(desk.file(), tokens[:12], {"event": "accept"}))
    assert said[ONE] != 1 or any(status >= 500 for status, _code in said), said
