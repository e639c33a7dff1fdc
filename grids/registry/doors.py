"""What a door is called, and where it comes on the way up the stairs."""

import re


def door_code(building: str, unit: str, door: str) -> str:
    """5-1-301: building, stair, door, as people say it; without a stair 5-301."""
    number = re.fullmatch(r"(.*\d)\s*(?:号楼|号院|幢|栋|楼|座)?", building.strip())
    return "-".join(part for part in (number.group(1) if number else building, unit, door) if part)[:40]


def door_order(unit: str, door: str) -> int:
    """Place of a door on the walk: stair by stair, from the ground up. Doors without digits come last."""
    stair = _number(unit)
    digits = re.findall(r"\d+", door)
    number = int("".join(digits)[-5:]) if digits else 99_999
    return min(stair, 9_999) * 100_000 + number


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    if found:
        return int(found.group())
    letter = text.strip()[:1].upper()
    return ord(letter) - 64 if "A" <= letter <= "Z" else 0
