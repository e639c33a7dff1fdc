import pytest
import time_machine

from grids.postings.models import Posting
from tests.cast import Cast
from tests.centres.rooms.people import NOW, at
from tests.centres.training.people import Training, found


@pytest.fixture
def training(cast: Cast) -> Training:
    # Whoever works here did so before the Friday of the tests.
    Posting.objects.update(starts_at=at("01-01 08:00"))
    return found(cast.place.community)


@pytest.fixture
def friday():
    """It is Friday 18 September 2026, 14:20, and stays so."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
