import pytest
import time_machine

from tests.centres.rooms.people import NOW


@pytest.fixture
def friday():
    """It is Friday 18 September 2026, 14:20, and stays so."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
