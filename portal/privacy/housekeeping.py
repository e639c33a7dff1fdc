"""Ends that no declaration can say by a column: rooms register what they do at night.

@at_night("portal.Export")
def files_go(now: datetime) -> int: ...        # how many; the second call of a night answers 0
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from portal.db import without_words

log = logging.getLogger(__name__)

# Counts that are of no table, or of one whose name is for whoever builds.
NAMES = {
    "exports": _("没有人认领的导出文件"),
    "grids.Resident": _("搬走或去世半年的人"),
    "portal.FormUse": _("两年前的表单次数"),
    "portal.PhoneCode": _("验证码"),
    "portal.AuditNote": _("写下的原因"),
    "portal.Notice": _("消息的内容"),
    "portal.OnceKey": _("按两下只办一次的记号"),
    "sessions.Session": _("过期的登录"),
    "axes.AccessAttempt": _("试错的口令"),
    "axes.AccessFailureLog": _("试错的口令"),
    "axes.AccessLog": _("试错的口令"),
}
Job = Callable[[datetime], int]
_jobs: dict[str, Job] = {}


def at_night(label: str) -> Callable[[Job], Job]:
    def register(job: Job) -> Job:
        _jobs[label] = job
        return job

    return register


def name_of(label: str) -> str:
    """What a count is of, in words."""
    if label in NAMES:
        return str(NAMES[label])
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label  # a table that has gone since


def run(now: datetime) -> tuple[dict[str, int], bool]:
    """What each job ended, and whether all of them came to their end: one that fails holds up no other."""
    found: dict[str, int] = {}
    for label, job in _jobs.items():
        try:
            found[label] = job(now)
        except Exception as error:
            log.error("the night's job for %s failed: %s", label, without_words(error))
    return found, len(found) == len(_jobs)
