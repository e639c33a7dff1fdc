import shutil
import time

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.test import Client
from django.utils import translation
from rest_framework.test import APIClient

from portal.services.translations import compile_stale
from portal.workdays import queries as calendars
from tests.cast import Cast, Place, gather, lay_out
from tests.servers import wait_until_migrated

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@receiver(connection_created)
def let_the_owner_flush(connection, **kwargs) -> None:
    """Tests that commit are cleaned up by TRUNCATE, which the trail's triggers refuse unless the owner says so."""
    with connection.cursor() as cursor:
        cursor.execute("SET jiamenkou.maintenance = 'on'")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """Test databases are copies of one that was migrated once."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = wait_until_migrated()


@pytest.fixture(autouse=True)
def _speaks_chinese(settings):
    """A page asked for in English leaves its language active in the thread; the next test starts afresh."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _static_files_are_looked_up_when_asked_for(settings):
    """Else every test client lists all of them before its first request, which takes longer than the request."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _knows_that_no_calendar_is_written_yet(monkeypatch):
    """As in a portal that has answered before. Else what a test's first question costs depends on the test before."""
    monkeypatch.setattr(calendars, "_kept", calendars._Shelf(None, frozenset(), {}, {}, {}))


@pytest.fixture
def english(settings, tmp_path):
    """The English sentences as they are written now, whether or not anybody has compiled them."""
    target = tmp_path / "en/LC_MESSAGES"
    target.mkdir(parents=True)
    shutil.copy(settings.BASE_DIR / "locale/en/LC_MESSAGES/django.po", target)
    compile_stale(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def place(db: None) -> Place:
    """A district of two streets, two communities, a handful of grids and buildings."""
    return lay_out()


@pytest.fixture
def cast(place: Place) -> Cast:
    """Everyone a test may need: cast.resident, cast.grid_worker, cast.actor("secretary") …"""
    return gather(place)


@pytest.fixture
def browse(cast: Cast):
    """browse("clerk") → a Django test client signed in as that person, second factor shown; browse() → nobody."""

    def signed_in(name: str = "") -> Client:
        client = Client()
        if name:
            user = cast.users[name]
            # Written at once: force_login is four writes and every receiver of a sign-in, for each of thousands.
            session = SessionStore()
            session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND})
            session.update({HASH_SESSION_KEY: user.get_session_auth_hash()})
            session.update({"second_factor": str(user.pk), "seen": int(time.time())})
            session.create()
            client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return signed_in


@pytest.fixture
def call(cast: Cast):
    """call("clerk") → an API client of that person; call() → nobody."""

    def signed_in(name: str = "") -> APIClient:
        client = APIClient()
        if name:
            client.force_authenticate(cast.users[name])
        return client

    return signed_in
