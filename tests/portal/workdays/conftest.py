from collections.abc import Iterator

import pytest

from portal.workdays import official


@pytest.fixture(autouse=True, scope="package")
def nothing_is_published_after_2026() -> Iterator[None]:
    """Tests speak of 2027 as not yet published; a newer package must not make them lie."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(official, "YEARS", frozenset(range(2004, 2027)))
        yield
