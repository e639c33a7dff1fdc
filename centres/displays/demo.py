"""The demo's walls in 文昌花园: six displays, two of them long past the day somebody should have looked."""

import datetime as dt

from django.utils import timezone

from centres.displays import services
from centres.displays.enums import Kind
from centres.rooms.queries import centre_of
from portal.workbench.demo import Scene

LARGE = "文昌花园社区"
# (days it has hung, every how many days somebody looks, who, where, kind, title, text)
HANGING = (
    (
        109, 90, "clerk", "一楼大厅进门左手", Kind.BOARD, "夏天的活动",
        "七月到八月，暑托班在二楼教室，早上八点半开门。\n\n星期五晚上放电影，大厅里，自己带凳子也行。",
    ),
    (
        205, 180, "secretary", "东门外橱窗", Kind.WINDOW, "养犬的约定",
        "牵绳出门，拉了随手捡。\n\n早上六点半以前、晚上十点以后，别让它叫太久。\n\n疫苗证快到期的，社区医院就能打。",
    ),
    (
        90, 90, "clerk", "一楼大厅进门右手", Kind.BOARD, "办事要带什么",
        "居住证：身份证、租房合同。\n\n老年优待证：身份证、一张一寸照片。\n\n不清楚的，先打电话问一声，少跑一趟。",
    ),
    (
        20, 30, "clerk", "一楼大厅的屏幕", Kind.SCREEN, "这个月的值班",
        "窗口：工作日八点半到六点。\n\n中午不休息，来了就办。",
    ),
    (
        40, 90, "secretary", "二楼走廊", Kind.BOARD, "议事会定下的三件事",
        "一、东门的路灯换成亮一点的。\n\n二、自行车棚加一排插座。\n\n三、每月第一个星期六，大家一起收拾院子。",
    ),
    (
        12, 90, "clerk", "阅览室门口", Kind.BOARD, "新到的书",
        "大字本的《家》《边城》，在进门第二排。\n\n放大镜在窗台上，用完放回去。",
    ),
)  # fmt: skip


def load(scene: Scene) -> None:
    centre = centre_of(scene.place[LARGE])
    if centre is None:
        return
    today, keeper = timezone.localdate(scene.now), scene.actor("secretary")
    for days, interval, who, place, kind, title, text in HANGING:
        services.put_up(
            actor=keeper,
            centre=centre,
            place=place,
            kind=kind,
            title=title,
            text=text,
            responsible=scene.users[who].pk,
            put_up_on=today - dt.timedelta(days=days),
            interval_days=interval,
            now=scene.now,
        )
