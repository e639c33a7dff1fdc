"""登记编号: whose line of a roster it is, so that a name put right in the file is put right in the register.

It is the person's id in capital letters and digits, with four that check it. The check is made with the community's id:
a spreadsheet that counts a column upwards, a cell pasted from another community's roster, a letter lost on the way are
all refused before anybody is looked for. It opens nothing: whoever brings a roster may already change every line of
their community, and nobody outside of it is found by a number.
"""

import re
from hashlib import blake2b
from uuid import UUID

from django.utils.translation import gettext as _

from grids.registry.roster import NOTHING, BadLine, plain

# Without I, L, O, U: none is taken for a digit. R before it: no spreadsheet takes it for a number.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {letter: value for value, letter in enumerate(LETTERS)}
SHAPE = re.compile(f"R([{LETTERS}]{{26}})([{LETTERS}]{{4}})")


def written(resident_id: UUID, community_id: UUID) -> str:
    return f"R{_letters(resident_id.int, 26)}{_check(resident_id, community_id)}"


def read(text: str, community_id: UUID) -> UUID | None:
    """Who it is; None for an empty cell. Raises BadLine for what this community's roster never said."""
    if not text or plain(text) in NOTHING:
        return None
    found = SHAPE.fullmatch(plain(text).upper())
    number = 0
    for letter in found.group(1) if found else "":
        number = number * 32 + VALUES[letter]
    if found and number < 1 << 128:
        resident_id = UUID(int=number)
        if found.group(2) == _check(resident_id, community_id):
            return resident_id
    raise BadLine(
        _("登记编号“%(text)s”不是从本社区导出的，或者抄错了。请照导出的填；不知道就把这一格清空。")
        % {"text": text[:40]}
    )


def _check(resident_id: UUID, community_id: UUID) -> str:
    digest = blake2b(community_id.bytes + resident_id.bytes, digest_size=3, person=b"roster").digest()
    return _letters(int.from_bytes(digest) >> 4, 4)


def _letters(number: int, size: int) -> str:
    return "".join(LETTERS[(number >> 5 * at) & 31] for at in reversed(range(size)))
