from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.actors import SYSTEM
from portal.audit.models import AuditEntry
from portal.pages.services import publish


@pytest.fixture
def notice(cast):
    return publish(actor=SYSTEM, slug="lift", title="加装电梯公示", scope_code=cast.place.community.code)


def test_notice_is_on_the_home_page_of_its_community(browse, notice):
    assert "加装电梯公示" in browse("secretary").get("/").content.decode()


def test_notice_of_another_community_is_not_there(browse, notice):
    assert browse("secretary_b").get("/notices/lift/").status_code == 404


def test_notice_of_tomorrow_is_not_out_yet(browse, cast):
    publish(actor=SYSTEM, slug="soon", title="明天的事", at=timezone.now() + timedelta(days=1))
    assert browse().get("/notices/soon/").status_code == 404


def test_publishing_is_in_the_trail(notice):
    assert AuditEntry.objects.filter(verb="pages.publish", object_id=str(notice.pk)).exists()


def test_notices_without_any_say_so(browse):
    assert "还没有通知" in browse().get("/notices/").content.decode()


def test_guide_opens(browse):
    assert browse().get("/help/").status_code == 200
