import pytest

from portal.accounts.demo import equip
from portal.accounts.models import User
from tests.gateways import Texts


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """Real hashes are slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def texts(settings) -> type[Texts]:
    settings.SMS_BACKEND = "tests.gateways.Texts"
    Texts.empty()
    return Texts


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO = True


@pytest.fixture
def clerk(cast, demo) -> User:
    """The clerk with a password and the second factor of the demo."""
    user = cast.clerk
    user.set_password("right-password")
    user.save()
    equip(user)
    return user
