import pytest

from tests.portal.privacy.people import lin


@pytest.fixture
def resident(cast):
    """林秀英, whose account is confirmed."""
    return lin(cast)


@pytest.fixture(autouse=True)
def _own_list(settings, tmp_path):
    """Erasures are written down outside the database: each test has its own folder."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
