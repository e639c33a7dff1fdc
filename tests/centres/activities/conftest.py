import pytest

from tests.centres.activities.people import Programme, set_up

# The same house, Friday and neighbours as the tests of rooms.
from tests.centres.rooms.conftest import calendar_known, friday, house, settle  # noqa: F401


@pytest.fixture
def programme(cast, house) -> Programme:  # noqa: F811
    return set_up(cast, house)
