"""manage.py appoint: how the first people of an empty place come to their work."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from grids.postings.models import Posting
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.accounts.reach import reach_of
from portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def run(*given: str) -> str:
    said = StringIO()
    call_command("appoint", *given, stdout=said)
    return said.getvalue()


def test_appoint_opens_an_account_and_gives_it_work(place):
    said = run("chen.lixin", "secretary", place.community.code, "--new", "--name", "陈立新")
    user = User.objects.get(username="chen.lixin")
    assert reach_of(user.pk).covers(place.building.path, Role.SECRETARY)
    password = said.split("密码：")[1].split()[0]
    assert user.check_password(password)


def test_appoint_is_in_the_trail(place):
    run("chen.lixin", "secretary", place.community.code, "--new")
    assert set(AuditEntry.objects.values_list("verb", "channel")) == {
        ("account.open", "command"),
        ("posting.appoint", "command"),
    }


def test_appoint_knows_an_account_that_is_there(cast):
    said = run("outsider", "desk_clerk", cast.place.community.code)
    assert Posting.objects.filter(user=cast.outsider, role=Role.DESK_CLERK).exists()
    assert "密码" not in said


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("nobody", "desk_clerk", "620902001001"), "没有“nobody”这个账号"),
        (("outsider", "desk_clerk", "999999999999"), "没有代码是 999999999999 的网格"),
        (("newcomer", "secretary", "620902", "--new"), "不在这一层"),
        (("outsider", "desk_clerk", "620902001001", "--new"), "已经有叫“outsider”的账号"),
        (("R-x", "desk_clerk", "620902001001", "--new"), "小写字母"),
        (("r-x", "desk_clerk", "620902001001", "--new"), "小写字母"),
        (("auditor", "desk_clerk", "620902001001"), "要分开三个人"),
        (("outsider", "resident", "620902001001"), "resident"),
    ],
)
def test_appoint_refuses_in_a_sentence_and_leaves_nothing_behind(cast, given, why):
    before = (User.objects.count(), Posting.objects.count())
    with pytest.raises(CommandError, match=why):
        run(*given)
    assert (User.objects.count(), Posting.objects.count()) == before
