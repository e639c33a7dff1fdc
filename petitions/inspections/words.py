"""What the pages of inspections say."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from petitions.inspections.enums import State
from petitions.inspections.models import Inspection
from petitions.inspections.queries import Progress
from portal.ui.words import day, spoken


def list_sentence(open_count: int, late: int) -> str:
    """两次在查，|一次过了日子。"""
    if not open_count:
        return _("没有在查的。")
    said = [ngettext("%(n)s次在查", "%(n)s次在查", open_count) % {"n": spoken(open_count)}]
    if late:
        said.append(ngettext("%(n)s次过了日子", "%(n)s次过了日子", late) % {"n": spoken(late)})
    return _("，|").join(said) + _("。")


def sentence(found: Inspection, done: Progress, now: datetime) -> str:
    """Where an inspection stands."""
    if found.state == State.CANCELLED:
        return _("这一次不查了。")
    if found.state == State.FINISHED:
        if done.problems:
            said = ngettext("查完了，|发现%(n)s处问题。", "查完了，|发现%(n)s处问题。", done.problems)
            return said % {"n": spoken(done.problems)}
        return _("查完了，|没有发现问题。")
    if not done.left:
        return _("都看过了，|可以结束了。")
    if found.is_late(now):
        return ngettext("过了日子，|还有 %(n)d 样没看。", "过了日子，|还有 %(n)d 样没看。", done.left) % {
            "n": done.left
        }
    said = ngettext("还有 %(n)d 样没看，|%(when)s以前查完。", "还有 %(n)d 样没看，|%(when)s以前查完。", done.left)
    return said % {"n": done.left, "when": day(found.due_at, now)}


def row(found: Inspection, done: Progress, now: datetime) -> dict[str, Any]:
    """One line of the list."""
    return {
        "inspection": found,
        "url": found.get_absolute_url(),
        "name": found.checklist.name,
        "place": found.grid.name,
        "who": "、".join(user.name or user.username for user in found.team.all()),
        "late": found.is_late(now),
        "done": done,
    }
