"""The demo's tree: one invented district in which the places of the stories stand.

1 district, 6 streets, 18 communities, 36 community grids, 234 basic grids (300 households or 1,000 people each), their
buildings; one dedicated grid (商圈) and ten sector grids beside them.
"""

from dataclasses import dataclass
from typing import Any

from grids.tree.demo_map import load_outlines
from grids.tree.enums import Kind, Level
from grids.tree.planting import Seedling, plant
from portal.workbench.demo import Scene

DISTRICT = ("620902", "槐荫区")
# Street → its communities with number of basic grids and what each is known for (一社区一品牌).
STREETS: dict[str, list[tuple[str, int, str]]] = {
    "解放路街道": [
        ("文昌花园社区", 15, "老百姓说好才是真的好"),
        ("东大街社区", 13, "城市驿站"),
        ("西大街社区", 12, "老街新邻"),
    ],
    "兰州路街道": [
        ("育才路社区", 13, "书香润心田"),
        ("花园社区", 13, "五邻共建"),
        ("凤仪社区", 12, "院院有花"),
    ],
    "石油路街道": [
        ("合水东路社区", 13, "城市基层党建综合体"),
        ("九龙南路社区", 13, "小青蛙孵化教育基地"),
        ("沙河街社区", 13, "家门口的先锋驿站"),
    ],
    "朔州路街道": [
        ("庆州西路社区", 13, "下班去锻炼，周末看电影"),
        ("清渠社区", 12, "一渠清水"),
        ("朝阳里社区", 12, "早安食堂"),
    ],
    "学院路街道": [
        ("介子路社区", 13, "360大学生社会实践基地"),
        ("南山社区", 18, "社区好管家"),
        ("桃园社区", 12, "桃园夜校"),
    ],
    "南街街道": [
        ("南大街社区", 13, "文明创建一张网"),
        ("小什字社区", 12, "巷子里的修理铺"),
        ("北井社区", 12, "井边夜话"),
    ],
}
SECTORS = ("城管", "市政", "环卫", "交通", "住建", "市场监管", "供水", "供电", "燃气", "园林")
LARGE = "文昌花园社区"
LARGE_BUILDINGS = 76


@dataclass
class _Row:
    seedling: Seedling
    key: str  # what the scene calls it


def load(scene: Scene) -> None:
    rows = list(_rows())
    grown = plant([row.seedling for row in rows])
    for row in rows:
        scene.place[row.key] = grown[row.seedling.code]
    load_outlines(scene)


def _row(key: str, code: str, parent: str, level: Level, name: str, **fields: Any) -> _Row:
    return _Row(Seedling(code, parent, {"level": level, "name": name, **fields}), key)


def _rows() -> list[_Row]:
    code, name = DISTRICT
    rows = [_row(name, code, "", Level.DISTRICT, name, phone="8555 0000", address="槐荫区政府东院")]
    number = 0
    for s, (street, communities) in enumerate(STREETS.items(), start=1):
        street_code = f"{code}{s:03d}"
        phone = f"8555 10{s:02d}"
        rows.append(_row(street, street_code, code, Level.STREET, street, phone=phone, address=f"{street[:-2]} 1 号"))
        for c, (community, grids, theme) in enumerate(communities, start=1):
            community_code = f"{street_code}{c:03d}"
            own = {
                # 8555 0110: the secretary's hotline that people call the community's 110.
                "phone": "8555 0110" if community == LARGE else f"8555 {2000 + number * 10}",
                "address": f"{community[:-2]} {8 + number} 号",
                "theme": theme,
            }
            rows.append(_row(community, community_code, street_code, Level.COMMUNITY, community, **own))
            rows += _grids(community, community_code, grids)
            number += 1
    for n, sector in enumerate(SECTORS, start=1):
        rows.append(
            _row(f"{sector}网格", f"{code}-S{n:02d}", code, Level.BASIC_GRID, f"{sector}网格", kind=Kind.SECTOR)
        )
    return rows


def _grids(community: str, code: str, grids: int) -> list[_Row]:
    """Two community grids, the basic grids shared between them, the buildings of each."""
    rows = [
        _row(f"{community}/{label}", f"{code}-{half:02d}", code, Level.COMMUNITY_GRID, f"{community[:-2]}{label}")
        for half, label in ((1, "一片区"), (2, "二片区"))
    ]
    first_half = (grids + 1) // 2
    for g in range(1, grids + 1):
        half = 1 if g <= first_half else 2
        parent, name = f"{code}-{half:02d}", f"第 {g} 网格"
        grid_code = f"{parent}{g:02d}"
        rows.append(_row(f"{community}/{name}", grid_code, parent, Level.BASIC_GRID, name))
        for b in _buildings(community, g, grids):
            label = f"{b} 号楼"
            rows.append(_row(f"{community}/{label}", f"{grid_code}-{b:02d}", grid_code, Level.BUILDING, label))
    if community == "南山社区":
        parent = f"{code}-02"
        grid_code = f"{parent}{grids + 1:02d}"
        name = "商圈专属网格"
        rows.append(_row(f"{community}/{name}", grid_code, parent, Level.BASIC_GRID, name, kind=Kind.DEDICATED))
        for b, hall in ((91, "步行街商铺"), (92, "南山体育公园")):
            rows.append(_row(f"{community}/{hall}", f"{grid_code}-{b}", grid_code, Level.BUILDING, hall))
    return rows


def _buildings(community: str, grid: int, grids: int) -> range:
    """Numbers of the buildings of the n-th grid: five in the large community (six in its last grid), two elsewhere."""
    each = 5 if community == LARGE else 2
    first = (grid - 1) * each + 1
    last = LARGE_BUILDINGS if community == LARGE and grid == grids else grid * each
    return range(first, last + 1)
