"""A community's own roster: what each cell means, and why a line cannot be taken. Nothing is written here."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from grids.registry.enums import Relation
from portal import phones

if TYPE_CHECKING:
    from grids.tree.models import Grid

# What offices call these columns; the header of the file may use any of them.
ALIASES = {
    **dict.fromkeys(("户号", "户室", "户室号", "房号", "房间号", "室号", "门牌", "门牌号", "住户", "家庭"), "户"),
    **dict.fromkeys(("楼", "楼号", "楼幢", "楼栋号", "栋", "幢", "栋号", "幢号", "小区楼栋", "所属楼栋"), "楼栋"),
    **dict.fromkeys(("网格号", "网格名称", "所属网格", "基础网格", "网格名"), "网格"),
    **dict.fromkeys(("名字", "居民姓名", "住户姓名", "户主姓名", "成员姓名", "居民"), "姓名"),
    **dict.fromkeys(("手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "联系号码", "移动电话"), "电话"),
    **dict.fromkeys(("单元号", "梯"), "单元"),
    **dict.fromkeys(("与户主关系", "与户主的关系", "家庭关系", "户主关系"), "关系"),
    # Spaced out to fill the column.
    **{f"{name[0]}{gap}{name[1]}": name for name in ("楼栋", "网格", "姓名", "电话") for gap in (" ", "  ", "\u3000")},
}
NEED = ("户", "楼栋", "姓名")
EMPTY = "空户"
NOBODY = {EMPTY, "空置", "无人", "无人居住", "空房"}
NOTHING = {"", "无", "没有", "/", "-", "—", "——", "暂无", "未留"}
_CN = {char: number for number, char in enumerate("零一二三四五六七八九十")}
DOTS = re.compile(r"[•‧・･∙⋅.．]")
_NAME = re.compile(r"^[^\W\d_](?:[^\W\d_]|[·' ()（）-])*$")
_BUILDING = re.compile(r"(.*?)(\d+)(?:号?楼|号院|号|幢|栋|座|#)?")
_GRID = re.compile(r"(?:第)?(\d+)号?(?:基础|综合)?网格|(\d+)")


# What the export writes and every import reads, in this order. The last one says whose line it is: see roster_ref.
COLUMNS = ("网格", "楼栋", "单元", "户", "姓名", "电话", "关系", "登记编号")
RELATIONS = {
    **{str(one.label): one.value for one in Relation},
    **dict.fromkeys(("本人", "户主本人"), "head"),
    **dict.fromkeys(("妻", "妻子", "丈夫", "夫", "爱人", "老伴"), "spouse"),
    **dict.fromkeys(("儿子", "女儿", "子", "女", "长子", "次子", "长女", "次女", "孩子"), "child"),
    **dict.fromkeys(("父亲", "母亲", "父", "母", "爸爸", "妈妈"), "parent"),
    **dict.fromkeys(("租客", "承租人"), "tenant"),
}


class BadLine(ValueError):
    """A line that cannot be taken; the message says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Line:
    """One good line: whose door, who, which telephone (E.164 or None). `name` is empty for an empty flat."""

    number: int
    building: "Grid"
    unit: str
    door: str
    name: str
    phone: str | None
    # Empty: not said, which takes nothing away.
    relation: str = ""
    # Whose line the register made it; None for a line that somebody added.
    ref: UUID | None = None

    @property
    def door_key(self) -> tuple[str, str, str]:
        return (self.building.code, self.unit, self.door)


# A roster says the same grid, building and door many times over; reading each of them once is most of its speed.
@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Half-width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _digits(text: str) -> str:
    """一单元 → 1单元, 十二号楼 → 12号楼: numbers up to 99 written in characters."""

    def number(found: re.Match[str]) -> str:
        tens, ten, ones = found.group().partition("十")
        if not ten:
            return "".join(str(_CN[char]) for char in found.group())
        return str((_CN[tens] if tens else 1) * 10 + (_CN[ones] if ones else 0))

    return re.sub(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]", number, text)


@lru_cache(maxsize=1024)
def grid_key(text: str) -> str:
    """第 1 网格, 1网格, 第一网格, 1 → "#1"; other names as they are, without spaces."""
    given = plain(text)
    found = _GRID.fullmatch(_digits(given))
    return f"#{int(found.group(1) or found.group(2))}" if found else given


@lru_cache(maxsize=1024)
def building_key(text: str) -> str:
    """5 号楼, 5栋, 5#, 5 → "#5"; 南苑 5 号楼 → "南苑#5"; other names as they are, without spaces."""
    given = plain(text)
    found = _BUILDING.fullmatch(_digits(given))
    return f"{found.group(1)}#{int(found.group(2))}" if found else given


@lru_cache(maxsize=1024)
def read_door(text: str, unit: str, building: str) -> tuple[str, str]:
    """Stair and door of what is written: 301, 1-301, 1单元301室, 5-1-301, 5号楼1单元301. Raises BadLine."""
    given = plain(text)
    if not given:
        raise BadLine(_("没有写户号。"))
    whole = re.sub(r"(?<=[\dA-Za-z])[室号户]$", "", given)
    parts = [part for part in re.split(r"[-—–/#_]|号楼|[栋幢座]|单元|梯", _digits(whole)) if part]
    if len(parts) == 3:
        if building_key(parts[0]) != building_key(building):
            raise BadLine(
                _("户号“%(door)s”里写的楼和楼栋一栏（%(building)s）对不上。") % {"door": text, "building": building}
            )
        parts = parts[1:]
    if not 1 <= len(parts) <= 2 or (unit and len(parts) == 2 and parts[0] != read_unit(unit)):
        raise BadLine(_("看不懂户号“%(door)s”，请写成 301，或 1-301。") % {"door": text})
    stair = parts[0] if len(parts) == 2 else read_unit(unit)
    door = parts[-1]
    if len(stair) > 8 or len(door) > 16 or not re.search(r"\w", door):
        raise BadLine(_("看不懂户号“%(door)s”，请写成 301，或 1-301。") % {"door": text})
    return stair, door


def read_unit(text: str) -> str:
    """1单元, 一单元, 1 → "1"."""
    return re.sub(r"单元|梯", "", _digits(plain(text)))


def read_name(text: str) -> str:
    """A name as the register keeps it: 阿依努尔•买买提 → 阿依努尔·买买提. Empty for an empty flat. Raises BadLine."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if name in NOBODY:
        return ""
    if not name or name in NOTHING:
        raise BadLine(_("没有写姓名。这一户空着的，请写“空户”。"))
    name = DOTS.sub("·", name).strip("·")
    if not name.isascii():
        # 王 伟: two characters spaced out to look as long as three.
        name = name.replace(" ", "")
    if len(name) > 40 or not _NAME.match(name):
        raise BadLine(_("“%(name)s”不像姓名。") % {"name": text[:40]})
    return name


def read_phone(text: str) -> str | None:
    """E.164; None for an empty cell. Raises BadLine."""
    if plain(text) in NOTHING:
        return None
    try:
        return phones.e164(text)
    except phones.NotAPhone as error:
        raise BadLine(str(error)) from error


@lru_cache(maxsize=256)
def read_relation(text: str) -> str:
    """户主, 妻子, 儿子 → a code. What is none of ours (孙子, 保姆) is 其他: more is not needed to find somebody."""
    given = plain(text)
    if given in NOTHING:
        return ""
    return RELATIONS.get(given, Relation.OTHER.value)
