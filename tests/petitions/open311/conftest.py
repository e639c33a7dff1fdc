from collections.abc import Iterator

import pytest
import time_machine

from petitions.cases.models import Category
from tests.petitions.cases.conftest import Desk, category, desk
from tests.petitions.open311.people import NOW, a_key

__all__ = ["category", "desk"]


@pytest.fixture
def told(desk: Desk, category: Category) -> Iterator[str]:
    """A key that files anywhere, on the Friday of the tests."""
    with time_machine.travel(NOW, tick=False):
        yield a_key()[1]
