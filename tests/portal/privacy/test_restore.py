"""Guardrail 10: a backup brings erased people back, and `manage.py restore` erases them again, by itself."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from grids.registry.models import Resident
from portal.accounts.models import User
from portal.notifications.models import Notice
from portal.notifications.services import queue
from portal.privacy import consents, erasing, outside, services
from portal.privacy.models import Consent, Erasure
from tests.portal.privacy.people import AGREED
from tests.servers import url_of_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(cast, resident, settings, tmp_path):
    """Of the day before 林秀英 was erased; on it too, what had reached its end since."""
    settings.DATABASE_OWNER_URL = settings.DATABASE_URL = url_of_database(connection.settings_dict["NAME"])
    consents.give(actor=cast.actor("clerk"), subject_id=resident.pk, purpose=AGREED.code)
    queue(key="t:1", to=cast.neighbour, subject="有进展")
    Notice.objects.update(created_at=timezone.now() - timedelta(days=200))
    call_command("backup", str(tmp_path / "kept.tar"))
    asked = services.ask_erasure(actor=cast.actor("resident"))
    services.decide_erasure(actor=cast.actor("secretary"), erasure_id=asked.pk, erase=True, answer="按您的要求办")
    return str(tmp_path / "kept.tar")


def test_guardrail_10_a_restored_backup_erases_again(cast, resident, backup, monkeypatch, capsys):
    came_back, again = [], erasing.again

    def noted(*args):
        came_back.append((Resident.objects.get(pk=resident.pk).name, Erasure.objects.count()))
        return again(*args)

    monkeypatch.setattr(erasing, "again", noted)
    call_command("restore", backup, yes=True)
    # The backup was whole: the name was there, and no word of an erasure.
    assert came_back == [("林秀英", 0)]
    assert "有 1 人随备份回来了" in capsys.readouterr().out
    one = Resident.objects.get(pk=resident.pk)
    assert (one.phone, one.user, "林" in one.name) == (None, None, False)
    assert User.objects.get(pk=cast.resident.pk).phone is None
    assert Consent.objects.get().ended == "withdrawn"
    assert Notice.objects.get().subject == ""
    assert len(list(outside.lines())) == 1
    assert erasing.again() == 0


def test_without_yes_nothing_is_touched(resident, backup):
    with pytest.raises(Exception, match="--yes"):
        call_command("restore", backup)
    assert Erasure.objects.count() == 1
