"""What was promised besides the deadline, in sentences: more time, the day a shelved one is looked at again, a ruling,
who was called, and who decides what we cannot. The reporter and colleagues read the same."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.cases import whistle_words
from petitions.cases.enums import Asking, Solved, State
from petitions.cases.models import Ask, Case, WhistleCall
from petitions.cases.powers import WAITING
from petitions.cases.terms import STREET_REVIEW_ROUND
from portal.ui.words import day, when


def of(case: Case, calls: list[WhistleCall], now: datetime) -> list[str]:
    """Sentences, none where nothing was promised. One query at most. calls: the case's own."""
    if not case.is_open:
        return []
    found = [_round(case), _asked(case, now), *whistle_words.for_reporter(calls, now)]
    return [sentence for sentence in found if sentence]


def _round(case: Case) -> str:
    if case.round < 2:
        return ""
    said = _("这是第 %(n)d 轮，时限比头一轮短。") % {"n": case.round}
    return said + (_("第三轮起由街道接着办。") if case.round >= STREET_REVIEW_ROUND else "")


def _asked(case: Case, now: datetime) -> str:
    if case.ruling_open:
        return _("该由谁办，说法不一，街道最迟%(when)s定下来。") % {"when": when(case.step_due_at, now)}
    if case.state == State.SHELVED:
        return _("挂到%(when)s，到了那天自动接着办，不用来催。") % {"when": when(case.step_due_at, now)}
    if case.asking:
        ask = Ask.objects.filter(case=case, decided_at=None).first()
        if ask is None:
            return ""
        until = {"when": when(ask.until, now)}
        if ask.kind == Asking.SHELVE:
            return _("经办人申请先挂到%(when)s，街道还没有点头。点头以前，期限照旧。") % until
        return _("经办人申请延到%(when)s，还没有点头。点头以前，期限照旧。") % until
    if case.extended:
        return _("期限延过一次，延到%(when)s，不会再延。") % {"when": when(case.due_at, now)}
    return ""


def power(case: Case, now: datetime) -> tuple[str, str]:
    """Who decides, and the chase clock: the heading and what stands below it. Two empty strings where it is ours.

    这件事要由市住建局决定，已经等了 15 天 · 从9月4日等起。上次追问是9月16日，那是第 13 天。
    """
    if not case.power or case.power_since is None:
        return "", ""
    who = {"who": case.power}
    if case.state == State.CLOSED and (case.verdict or case.solved) != Solved.YES:
        return _("没办成的部分，要由%(who)s决定。") % who, ""
    if case.state not in WAITING:
        return "", ""
    since, today = timezone.localtime(case.power_since).date(), timezone.localtime(now).date()
    heading = _("这件事要由%(who)s决定，今天是第 %(n)d 天。") % (who | {"n": (today - since).days + 1})
    text = _("从%(day)s等起。") % {"day": day(since, now, weekday=False)}
    if case.power_asked_on is None:
        return heading, text + _("还没有追问过。")
    nth = max((case.power_asked_on - since).days + 1, 1)
    return heading, text + _("上次追问是%(day)s，第 %(n)d 天。") % {
        "day": day(case.power_asked_on, now, weekday=False),
        "n": nth,
    }
