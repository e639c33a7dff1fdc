"""Pretended outsides: an SMS gateway that keeps what it was given."""

import os
import time
from pathlib import Path
from typing import ClassVar

from portal.notifications.channels import NotSent


class Texts:
    """`sent` holds (phone, text, key). `fail` is raised by the next sends, `refuse()` makes it a certain no."""

    deduplicates = True
    sent: ClassVar[list[tuple[str, str, str]]] = []
    fail: ClassVar[Exception | None] = None

    def send(self, *, phone: str, text: str, key: str) -> None:
        if Texts.fail is not None:
            raise Texts.fail
        Texts.sent.append((phone, text, key))

    @classmethod
    def empty(cls) -> None:
        cls.sent, cls.fail = [], None

    @classmethod
    def refuse(cls) -> None:
        cls.fail = NotSent("no credit left")

    @classmethod
    def code(cls) -> str:
        """The six digits of the last text."""
        words = "".join(char if char.isascii() and char.isdigit() else " " for char in cls.sent[-1][1]).split()
        return next(word for word in words if len(word) == 6)


class ForgetfulTexts(Texts):
    """One that sends the same message twice when asked twice."""

    deduplicates = False


class SlowTexts(Texts):
    """Takes its time, so that somebody can be killed meanwhile: writes to a file that it was reached, then sleeps."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        Path(os.environ["GATEWAY_REACHED"]).write_text(key)
        time.sleep(60)


class SlowForgetfulTexts(SlowTexts):
    deduplicates = False
