"""The demo's organisations: chain and nest of 文昌花园, 26 units of 沙河街, 64 branches, 56 organisations."""

from datetime import timedelta
from typing import Any

from portal.accounts.actors import SYSTEM
from portal.workbench.demo import Scene
from volunteers.organisations.enums import LinkLevel, PartyKind, PartyLevel, Stage
from volunteers.organisations.models import PartyUnit
from volunteers.organisations.services import add_partner, add_party_unit, add_social_org

LARGE = "文昌花园社区"
BRANCHES, MEMBERS = 64, 2898  # of the whole district
LARGE_MEMBERS = 417
SPECIAL = (
    (PartyKind.CAUSE, "志愿先锋党支部"),
    (PartyKind.TRADE, "创业就业党支部"),
    (PartyKind.INTEREST, "文艺之友党支部"),
    (PartyKind.AFFECTION, "老邻居党支部"),
)
GRID_BRANCHES, ANCHORS = 11, 30

PARTNERS = (
    ("区教育局", "government"), ("区民政局", "government"), ("区司法局", "government"), ("区税务局", "government"),
    ("区医保局", "government"), ("区文旅局", "government"), ("沙河法庭", "government"), ("区检察院", "government"),
    ("沙河派出所", "government"), ("交警三中队", "government"), ("区图书馆", "institution"), ("区医院", "institution"),
    ("区疾控中心", "institution"), ("区残联", "institution"), ("区妇联", "institution"), ("沙河街小学", "school"),
    ("第二中学", "school"), ("区职业学校", "school"), ("沙河街幼儿园", "school"), ("农商银行沙河支行", "enterprise"),
    ("供水公司", "enterprise"), ("供电所", "enterprise"), ("邮政支局", "enterprise"), ("沙河商场", "merchant"),
    ("惠民大药房", "merchant"), ("安居物业", "property"),
)  # fmt: skip
LINKED_HIGHER = {"区教育局": LinkLevel.DISTRICT, "区医院": LinkLevel.DISTRICT, "沙河派出所": LinkLevel.STREET}

# What the organisations of the nest do; the names are made of a place and a trade.
TRADES = (
    ("助老服务社", "陪老人看病、买菜、说说话"),
    ("儿童成长中心", "放学后陪孩子读书、做手工"),
    ("公益理发队", "给走不动的老人上门理发"),
    ("书画社", "教写字、画画，过年写春联"),
    ("心理咨询站", "听人说心里话"),
    ("法律帮帮团", "合同、房产、家事，问一问"),
    ("环保小组", "旧物交换、垃圾分类"),
    ("家电维修社", "修小家电，不收工钱"),
    ("合唱团", "每周二唱歌"),
    ("太极社", "清早打拳"),
    ("爱心厨房", "给独居老人送饭"),
    ("康复之家", "陪残疾朋友做康复"),
)
HEADS = ("家门口", "暖阳", "邻里", "同心", "春风", "一家亲")
NEST, SETTLED = 72, 56


def load(scene: Scene) -> None:
    _chain_of_large(scene)
    _chains_of_others(scene)
    for number, (name, kind) in enumerate(PARTNERS):
        since = (scene.now - timedelta(days=400 + 9 * number)).date()
        level = LINKED_HIGHER.get(name, LinkLevel.COMMUNITY)
        add_partner(actor=SYSTEM, grid=scene.place["沙河街社区"], name=name, kind=kind, level=level, since=since)
    _nest(scene)
    _settled(scene)


def _chain_of_large(scene: Scene) -> None:
    """Eleven grid branches and four special ones; below them groups of stairwells and thirty anchor households."""
    community = scene.place[LARGE]
    committee = _unit(community, PartyLevel.COMMITTEE, f"{LARGE[:-2]}社区党委", total=LARGE_MEMBERS)
    totals = _shared(LARGE_MEMBERS, GRID_BRANCHES + len(SPECIAL))
    groups = []
    for number in range(1, GRID_BRANCHES + 1):
        grid = scene.place[f"{LARGE}/第 {number} 网格"]
        name = f"第{number}网格党支部"
        branch = _unit(grid, PartyLevel.BRANCH, name, committee, PartyKind.GRID, totals[number - 1])
        groups += [_unit(grid, PartyLevel.GROUP, f"{name}第{g}小组", branch) for g in (1, 2)]
    for (kind, name), total in zip(SPECIAL, totals[GRID_BRANCHES:], strict=True):
        _unit(community, PartyLevel.BRANCH, name, committee, kind, total)
    for number in range(1, ANCHORS + 1):
        group = groups[(number - 1) % len(groups)]
        _unit(group.grid, PartyLevel.ANCHOR, f"中心户 {number:02d}", group)


def _chains_of_others(scene: Scene) -> None:
    """The other seventeen communities, so that the district comes to 64 branches and 2,898 members."""
    others = [grid for grid in scene.place.values() if grid.level == "community" and grid.name != LARGE]
    branches = _shared(BRANCHES - GRID_BRANCHES - len(SPECIAL), len(others))
    members = _shared(MEMBERS - LARGE_MEMBERS, len(others))
    for community, count, total in zip(others, branches, members, strict=True):
        committee = _unit(community, PartyLevel.COMMITTEE, f"{community.name}党委", total=total)
        for number, part in enumerate(_shared(total, count), start=1):
            is_trade = community.name == "沙河街社区" and number == count
            name = "商圈经济联合党支部" if is_trade else f"第{number}党支部"
            kind = PartyKind.TRADE if is_trade else PartyKind.GRID
            _unit(community, PartyLevel.BRANCH, name, committee, kind, part)


def _unit(
    grid: Any,
    level: PartyLevel,
    name: str,
    parent: PartyUnit | None = None,
    kind: str = "",
    total: int | None = None,
) -> PartyUnit:
    return add_party_unit(actor=SYSTEM, grid=grid, level=level, name=name, parent=parent, kind=kind, member_total=total)


def _shared(total: int, parts: int) -> list[int]:
    """Nearly equal whole parts that add up."""
    return [total // parts + (1 if part < total % parts else 0) for part in range(parts)]


def _nest(scene: Scene) -> None:
    """The 72 of the incubation base; the demo's contact answers for the first of them."""
    stages = (Stage.GRADUATED, Stage.SETTLED, Stage.INCUBATING)
    for number in range(NEST):
        trade, does = TRADES[number % len(TRADES)]
        add_social_org(
            actor=SYSTEM,
            grid=scene.place[LARGE],
            name=f"{HEADS[number // len(TRADES)]}{trade}",
            stage=stages[number % len(stages)],
            does=does,
            contact=scene.users["org"] if number == 0 else None,
            since=(scene.now - timedelta(days=100 + 30 * number)).date(),
        )


def _settled(scene: Scene) -> None:
    others = [grid for grid in scene.place.values() if grid.level == "community" and grid.name != LARGE]
    for number in range(SETTLED):
        grid = others[number % len(others)]
        trade, does = TRADES[(number * 5) % len(TRADES)]
        name = f"{grid.name[:-2]}{trade}"
        add_social_org(actor=SYSTEM, grid=grid, name=name, stage=Stage.SETTLED, does=does)
