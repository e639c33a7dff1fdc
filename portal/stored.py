"""Sentences of the house that are kept in a row: a reason that was picked, the words of a consent.

They are kept as the source says them, in Chinese, whatever language whoever wrote them read; and read by everybody in
their own. What a person typed goes through unchanged.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override


def source(said: Any) -> str:
    """A lazy sentence as it stands in the source."""
    with override(settings.LANGUAGE_CODE):
        return str(said or "")


def read(kept: str) -> str:
    """What source() kept, or gettext_noop() marked, in the language of whoever reads it now."""
    # The empty sentence stands for the catalogue's own header.
    return gettext(kept) if kept else ""
