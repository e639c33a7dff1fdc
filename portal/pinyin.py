"""Sort keys for Chinese names: the database's C collation puts 张 before 李 by code point."""

from pypinyin import lazy_pinyin


def sort_key(text: str) -> str:
    """Pinyin without tones, lower case, syllables apart: 李梅 → "li mei". Latin text and digits stay as they are."""
    return " ".join(lazy_pinyin(text.strip())).lower()
