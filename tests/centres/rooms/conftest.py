import datetime as dt

import pytest
import time_machine

from grids.registry.models import Household, Resident
from portal.workdays.enums import DayKind
from portal.workdays.models import DayOverride
from portal.workdays.queries import calendar_for
from tests.cast import Cast
from tests.centres.rooms.people import NOW, House, furnish


@pytest.fixture
def house(cast: Cast) -> House:
    return furnish(cast.place.community)


@pytest.fixture
def friday():
    """It is Friday 18 September 2026, 14:20, and stays so."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def calendar_known(db: None) -> None:
    """Somebody has written to the calendar, as in every portal that is in use: it is then kept in memory."""
    DayOverride.objects.create(scope_code=None, date=dt.date(2030, 1, 1), kind=DayKind.HOLIDAY, name="元旦")
    calendar_for()


@pytest.fixture
def settle(cast: Cast):
    """settle("resident", "building") → a person of the register behind a door of that node, linked to the account."""

    def move_in(name: str, node: str, user: str | None = "") -> Resident:
        household = Household.objects.create(
            building=getattr(cast.place, node), unit="1", door=f"30{Household.objects.count()}", code=name
        )
        account = cast.users[user or name] if user is not None else None
        return Resident.objects.create(
            household=household,
            name=name,
            sort_key=name,
            initials=name[:1],
            phone="+8613900000099",
            user=account,
            linked_at=NOW if account else None,
        )

    return move_in
