"""The printed number: WC-1124-0067-3. Letters of the community, day, count, check digit.

It is for speaking: over the telephone, at the counter. The check digit finds every single wrong digit and every two
neighbours swapped, so that a misheard number is told at once instead of opening somebody else's question.
"""

import re
import unicodedata
from datetime import datetime

from django.utils import timezone
from pypinyin import Style, pinyin

# Damm's quasigroup of order 10 (H. M. Damm, 2004): totally anti-symmetric, so single errors and swaps never pass.
_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_SHAPE = re.compile(r"([A-Z]{2,3})(\d{4})(\d{4,6})(\d)")


def check_digit(text: str) -> int:
    """The check digit of letters and digits; a letter counts as its two-digit place (A = 10 … Z = 35)."""
    state = 0
    for char in text:
        for digit in char if char.isdigit() else str(ord(char) - ord("A") + 10):
            state = _TABLE[state][int(digit)]
    return state


def letters_of(community: str) -> str:
    """文昌花园社区 → "WC". Names without two letters are filled up with X."""
    said = "".join(part[0][0] for part in pinyin(community[:8], style=Style.NORMAL) if part[0][:1].isalpha())
    plain = re.sub(r"[^A-Z]", "", unicodedata.normalize("NFKD", said).upper())
    return (plain + "XX")[:2]


def prefix_of(community: str, at: datetime) -> str:
    """Letters and day: what the count runs within. Years share it, so that a number never comes back."""
    return f"{letters_of(community)}-{timezone.localtime(at):%m%d}"


def compose(prefix: str, number: int) -> str:
    """("WC-1124", 67) → "WC-1124-0067-3"."""
    body = f"{prefix}-{number:04d}"
    return f"{body}-{check_digit(body.replace('-', ''))}"


def plain(text: str) -> str:
    """Letters and digits alone: the same for every way of typing one number, whether it exists or not."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isascii() and char.isalnum())


def parse(text: str) -> str | None:
    """A number as people type it ("wc 1124 0067 3", "ＷＣ１１２４００６７３") → as it is stored; None where it is none.

    A wrong check digit is None too.
    """
    found = _SHAPE.fullmatch(plain(text))
    if found is None:
        return None
    letters, day, number, check = found.groups()
    if check_digit(letters + day + number) != int(check):
        return None
    return f"{letters}-{day}-{number}-{check}"
