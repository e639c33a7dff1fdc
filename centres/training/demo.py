"""The demo's base in 文昌花园: twenty kinds of courses, a hundred of them, and three groups that have asked to come."""

import datetime as dt
from typing import Any

from django.utils import timezone

from centres.rooms.models import Centre, Room
from centres.training import services
from centres.training.enums import LineKind, Meal
from centres.training.lifecycle import Unavailable
from centres.training.lines import Group, LineWish
from centres.training.models import CourseCategory, CourseOffer, TrainingBase
from portal.workbench.demo import Scene

WHERE = "文昌花园社区"
RULES = (
    "报到在一楼前台，下午两点以后可以入住，走的那天十二点前退房。",
    "三餐在二楼餐厅：早餐 7:30，午餐 12:00，晚餐 17:45。",
    "有忌口、吃药、走路不便的，来之前说一声，我们备好。",
    "人数有变，提前三天告诉我们，少了浪费，多了坐不下。",
)
# Twenty kinds: its name and who speaks, and beneath them its courses.
KINDS = """
党建引领 社区书记
一面旗怎么引一座小区、四级组织链怎样搭、党建微家开到楼下、行动支部怎么动起来、书记的一天
党员先锋 党员中心户代表
党员中心户三带、三十户家庭怎么联、志缘趣缘也能建支部、新来的党员怎么找、主题党日不走样
网格治理 网格长
一个网格的早中晚、敲门怎么敲得开、走访记录写什么、网格事件分得清、楼栋长怎么选
民情办理 窗口骨干
社区 110 是怎么响的、一个电话接到底、诉求分类和时限、退单少一半的办法、不满意了怎么补
居民议事 议事会召集人
六十次会装成十九部电梯、一二楼的结怎么解、议题怎么提才议得动、会上吵起来怎么办、决议怎样落到纸上
老旧小区更新 更新办顾问
路平灯明车好停、拆迁安置小区的头三年、更新先问谁、资金怎么凑得齐、施工那几个月
物业与邻里 物业联盟理事
业委会从零开始、物业费为什么收得上来、邻里公约十条、楼道杂物清得掉、停车位轮着用
一老一小 托老所所长
家门口的托老所、四位一体怎么养老、十类五十项怎么点单、零到三岁的日托班、暑托班的每一天
居家照护 护理员
独居老人一天两问、半失能照护入门、助浴助餐的细节、家人也要歇一歇、适老化改造看一户
家门口就业 创业带头人
家门口的饭碗、来料加工怎么接、十五个带头人、灵活就业的账、手艺变成班
新业态新就业 骑手站站长
小哥食堂怎么开、骑手也是前哨、共享家里有什么、爱新暑托班、新就业群体怎么找
社会组织孵化 孵化基地主管
七十二家怎么长大、从兴趣队到社会组织、三个月孵化计划、项目书写一页纸、公益集市开起来
志愿服务 志愿队队长
三十人到一千人、积分超市不亏本、队长怎么带队、服务时长怎么记、心愿怎么认领
文化活动 文艺队指导
二十三支队伍的排练表、夜场电影放给谁看、一台邻居的晚会、城市书房怎么不空、映像文昌讲解词
法治与调解 人民调解员
调解第一句话、法律咨询进小区、邻里噪声怎么判、公约与民法典、调解书怎么写
安全与应急 应急队教员
楼道飞线清零、汛期的一夜、燃气入户查什么、应急演练不演戏、电动车进楼怎么劝
绿色社区 垃圾分类督导员
垃圾分类这样推、厨余堆肥小试验、旧衣有去处、节水的一栋楼、绿化认养
数字社区 信息员
一个门进，一次填完、老人也会用的网页、数据少收一点、表格合成一张、看板看什么
群众宣传 社区通讯员
一件小事写成稿、讲身边人的故事、短视频拍三条、通知怎么写人人懂、展板不白挂
干部能力 特邀讲师
第一次当主任、群众语言一百句、难缠的事慢慢办、心里累了怎么办、交接班的清单
"""
SHAPES = ("现场看，边走边讲", "案例讲解，分组讨论", "讲一半，练一半", "带回一份能用的样表", "请当事人来说")
PRICES = (40, 50, 60, 80, 100)


def load(scene: Scene) -> None:
    centre = Centre.objects.get(grid=scene.place[WHERE])
    base = TrainingBase.objects.create(
        centre=centre,
        name="文昌花园社区干部培训基地",
        square_metres=4000,
        intro="课在现场上，饭在食堂吃，晚上住楼上。省内外来学过的干部，两万多人次。",
        beds=60,
        seats_per_meal=120,
        rules="\n".join(RULES),
        bed_fen=12000,
        breakfast_fen=1500,
        lunch_fen=3000,
        dinner_fen=3000,
        room_hour_fen=20000,
        price_note="先看个数，来了按实际结算，网上不收钱。",
    )
    _fill(base)
    _order(scene, base, {room.name: room for room in Room.objects.filter(centre=centre)})


def _fill(base: TrainingBase) -> None:
    lines = KINDS.strip().splitlines()
    kinds = [
        (head.split(" ")[0], head.split(" ")[1], titles.split("、"))
        for head, titles in zip(lines[::2], lines[1::2], strict=True)
    ]
    categories = [CourseCategory(base=base, name=name, order=n) for n, (name, _who, _titles) in enumerate(kinds)]
    CourseCategory.objects.bulk_create(categories)
    CourseOffer.objects.bulk_create(
        CourseOffer(
            category=category,
            title=title,
            minutes=(90, 120, 60)[(n + position) % 3],
            lecturer=who,
            purpose=f"{SHAPES[(n + position) % len(SHAPES)]}，回去就能试。",
            price_fen=PRICES[(n * 2 + position) % len(PRICES)] * 100,
            min_group=10,
            max_group=(40, 60, 80)[(n + position) % 3],
            order=position,
        )
        for n, (category, (_name, who, titles)) in enumerate(zip(categories, kinds, strict=True))
        for position, title in enumerate(titles)
    )


def _order(scene: Scene, base: TrainingBase, rooms: dict[str, Room]) -> None:
    """One that is settled for next week, one that waits, one that could not be had."""
    org, keeper = scene.actor("org"), scene.actor("secretary")
    courses = {course.title: course for course in CourseOffer.objects.filter(category__base=base)}
    today = timezone.localtime(scene.now).date()

    def ask(organisation: str, ahead: int, nights: int, people: int, what: list[Any], wish: str) -> Any:
        first = today + dt.timedelta(days=ahead)
        group = Group(organisation, "13800000010", people, first, first + dt.timedelta(days=nights), wish)
        lines = [
            one for day in range(nights + 1) for one in _day(first + dt.timedelta(days=day), people, day == nights)
        ]
        lines += [
            LineWish(LineKind.COURSE, first + dt.timedelta(days=n), people, courses[title].pk, rooms[room].pk, start)
            for n, title, room, start in what
        ]
        return services.submit_order(actor=org, base_id=base.pk, group=group, lines=lines, now=scene.now)

    nine, half_past_two = dt.time(9), dt.time(14, 30)
    # A day the house is shut, or a class that is there already: the next day does as well.
    for ahead in range(5, 15):
        settled = ask(
            "临川县北河镇党委", ahead, 2, 24,
            [(0, "垃圾分类这样推", "二楼教室", nine), (1, "六十次会装成十九部电梯", "二楼教室", nine)],
            "多看现场，有两位吃清真。",
        )  # fmt: skip
        try:
            services.confirm(actor=keeper, order_id=settled.pk, now=scene.now)
            break
        except Unavailable:
            services.cancel(actor=org, order_id=settled.pk, now=scene.now)
    ask(
        "东山区民政局", 16, 1, 36,
        [(0, "一台邻居的晚会", "大厅东半", half_past_two), (1, "家门口的托老所", "大厅东半", nine)],
        "一位同志坐轮椅。",
    )  # fmt: skip
    full = ask("南浦街道办事处", 9, 1, 18, [(0, "书记的一天", "二楼教室", nine)], "")
    reason = "那两天餐厅检修，开不了伙。往后推一个星期就行，欢迎再来。"
    services.decline(actor=keeper, order_id=full.pk, reason=reason, now=scene.now)


def _day(day: dt.date, people: int, last: bool) -> list[LineWish]:
    meals = (Meal.BREAKFAST, Meal.LUNCH) if last else (Meal.LUNCH, Meal.DINNER)
    lines = [LineWish(LineKind.MEAL, day, people, meal=meal) for meal in meals]
    return lines if last else [*lines, LineWish(LineKind.LODGING, day, people)]
