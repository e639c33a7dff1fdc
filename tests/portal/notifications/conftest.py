import pytest

from portal.notifications.services import queue
from tests.gateways import Texts


@pytest.fixture
def texts(settings) -> type[Texts]:
    settings.SMS_BACKEND = "tests.gateways.Texts"
    Texts.empty()
    return Texts


@pytest.fixture
def forgetful(settings) -> type[Texts]:
    """A gateway that sends the same message twice when asked twice."""
    settings.SMS_BACKEND = "tests.gateways.ForgetfulTexts"
    Texts.empty()
    return Texts


@pytest.fixture
def tell(cast):
    """tell("k") → one text to the resident, key k."""

    def one(key: str = "k", by: tuple[str, ...] = ("sms",), **more) -> int:
        return queue(key=key, to=cast.resident, subject="您的事有进展", by=by, **more)

    return one
