import pytest
import time_machine

from tests.cast import Cast
from tests.centres.rooms.conftest import calendar_known, settle  # noqa: F401 (fixtures)
from tests.centres.sharing.people import NOW, Shelf, stock


@pytest.fixture
def shelf(cast: Cast) -> Shelf:
    return stock(cast.place.community)


@pytest.fixture
def friday():
    """It is Friday 18 September 2026, 14:20, and stays so."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
