"""Ways a message reaches a person. The SMS gateway is a setting; the demo's prints to the console."""

import logging
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string

from portal.notifications.enums import Channel
from portal.notifications.models import Notice

log = logging.getLogger("portal.sms")


class NotSent(Exception):
    """The gateway said no, for certain: the message did not go out and may be tried again."""


class SmsBackend(Protocol):
    # True where the gateway itself drops a second message with the same key.
    deduplicates: bool

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Send, or raise NotSent where it certainly was not sent. Any other exception means: nobody knows."""


class ConsoleSms:
    """For trying: the text appears on the console; nothing leaves the house."""

    deduplicates = True

    def send(self, *, phone: str, text: str, key: str) -> None:
        log.info("短信 → %s：%s", phone, text)


@cache
def sms_backend() -> SmsBackend:
    return import_string(settings.SMS_BACKEND)()


@receiver(setting_changed)
def _forget_backend(*, setting: str, **kwargs: Any) -> None:
    if setting == "SMS_BACKEND":
        sms_backend.cache_clear()


def deduplicating() -> tuple[str, ...]:
    """Channels where trying twice cannot tell anyone twice."""
    return (Channel.INAPP, Channel.SMS) if sms_backend().deduplicates else (Channel.INAPP,)


def send(notice: Notice) -> None:
    if notice.channel == Channel.SMS:
        text = "，".join(part for part in (notice.subject, notice.body) if part)
        sms_backend().send(phone=notice.address, text=text, key=notice.key)
    elif notice.channel == Channel.EMAIL:
        send_mail(notice.subject, notice.body, None, [notice.address])
    # In-app: being in the table and sent is all there is to it.
