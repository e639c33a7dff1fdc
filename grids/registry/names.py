"""How a name is sorted and found: by pinyin, because a keyboard at the counter types lxy for 林秀英."""

from functools import lru_cache

from pypinyin import Style, pinyin

# Read otherwise at the head of a name than anywhere else.
SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "查": "zha", "仇": "qiu", "翟": "zhai", "盖": "ge", "区": "ou",
    "朴": "piao", "覃": "qin", "缪": "miao", "乐": "yue", "冼": "xian", "折": "she", "员": "yun", "种": "chong",
    "召": "shao", "任": "ren",
}  # fmt: skip


@lru_cache(maxsize=8192)
def _letters(char: str) -> str:
    return str(pinyin(char, style=Style.NORMAL)[0][0]).lower()


def sort_key(name: str) -> str:
    """林秀英 → "lin xiu ying". Latin letters stay; what has no sound (·, spaces) is left out."""
    return " ".join(_syllables(name))[:160]


def initials(name: str) -> str:
    """林秀英 → "lxy"; Anna → "anna"."""
    return "".join(part if part.isascii() and name.isascii() else part[0] for part in _syllables(name))[:40]


def _syllables(name: str) -> list[str]:
    kept = "".join(char if char.isalnum() else " " for char in name)
    if kept.isascii():
        return kept.lower().split()
    # Character by character: a dictionary of phrases reads names wrongly as often as rightly, and slowly.
    chars = [char for char in kept if not char.isspace()]
    return [SURNAMES.get(char, "") if at == 0 and char in SURNAMES else _letters(char) for at, char in enumerate(chars)]


# 复姓: two characters that are one family name.
_PAIRS = "欧阳司马上官诸葛夏侯东方皇甫尉迟公孙慕容司徒令狐端木轩辕长孙宇文南宫西门独孤呼延"
COMPOUND = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))


def surname(name: str) -> str:
    """林秀英 → 林, 欧阳静 → 欧阳; a name in another script stands whole."""
    if not name or name.isascii() or "·" in name:
        return name
    return name[:2] if name[:2] in COMPOUND and len(name) > 2 else name[:1]
