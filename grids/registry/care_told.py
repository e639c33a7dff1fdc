"""Who is told what about a care need. No message says whose it is or what it is about: it leads to a page that asks."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry.models_care import CareNeed
from portal.accounts import colleagues
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.notifications.services import queue


def _secretaries(path: str) -> list[User]:
    return colleagues.at(path, (Role.SECRETARY,), timezone.now())


def _tell(found: CareNeed, users: list[User], event: str, subject: str, url: str = "") -> None:
    for user in dict.fromkeys(users):
        queue(
            key=f"care:{found.pk}:{event}:{user.pk}",
            to=user,
            subject=subject,
            url=url or found.get_absolute_url(),
            about=found.pk,
        )


def _both(found: CareNeed) -> list[User]:
    return [*([found.assignee] if found.assignee else []), *_secretaries(found.path)]


def asked(found: CareNeed, path: str) -> None:
    others = [one for one in _secretaries(path) if one.pk != found.asked_by_id]
    _tell(found, others, "asked", _("有人报了一个关爱需求，等您确认"))


def given(found: CareNeed) -> None:
    if found.assignee is not None:
        # Given back to somebody who had it before is told again.
        event = f"given:{timezone.now():%Y%m%d%H%M%S}"
        _tell(found, [found.assignee], event, _("有一个关爱需求交给您照看"))


def person(found: CareNeed) -> None:
    if found.resident.user is not None:
        words = _("社区记下了您要人帮忙的事，记了什么、谁看过，这里都有")
        _tell(found, [found.resident.user], f"person:{found.expires_on}", words, reverse("my-data"))


def ends_soon(found: CareNeed) -> None:
    _tell(found, _both(found), f"soon:{found.expires_on}", _("有一个关爱需求三十天内到期，还要帮就续一年"))


def expired(found: CareNeed) -> None:
    words = _("一个关爱需求到期了，没有续，不再照看")
    _tell(found, _both(found), f"over:{found.expires_on}", words, reverse("care"))


def ended_with_them(found: CareNeed) -> None:
    words = _("有一个关爱需求结束了，人不住这里了，不用再照看")
    _tell(found, _both(found), f"gone:{found.ended_with}", words, reverse("care"))


def back(found: CareNeed) -> None:
    words = _("有一个关爱需求结束得不对，改回来了，接着照看")
    _tell(found, _both(found), f"back:{timezone.now():%Y%m%d%H%M%S}", words)


def without_helper(found: CareNeed) -> None:
    words = _("有一个关爱需求换了门，原来照看的人不管那里，请另交一位")
    _tell(found, _secretaries(found.path), f"moved:{timezone.now():%Y%m%d%H%M%S}", words)


def withdrawn(found: CareNeed) -> None:
    words = _("有人撤回了关爱需求的同意，不用再照看，看看您手上的还有哪些")
    _tell(found, _both(found), "withdrawn", words, reverse("care"))
