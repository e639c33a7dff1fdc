"""The demo's inspections: two lists, one walk half done with two problems found, one past its day, one finished."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from petitions.cases import queries as cases
from petitions.inspections import queries, services
from petitions.inspections.enums import Event, Found
from petitions.inspections.models import Inspection
from portal.workbench.demo import Scene

HOME = "文昌花园社区"
SAFETY = ("灭火器在有效期里", "通道没有堆东西", "电线没有乱接", "煤气罐放在通风的地方", "晚上没有人在店里睡")
TIDY = ("楼道没有堆东西", "没有小广告", "垃圾桶盖着、周围干净", "车停在线里")
SHOPS = ("老张面馆", "家和便利店", "阿云理发", "文昌五金")


def load(scene: Scene) -> None:
    kinds = {one.code: one for one in cases.categories()}
    home, keeper, now = scene.place[HOME], scene.actor("secretary"), scene.now
    safety = services.make_list(
        actor=keeper, grid=home, name="沿街店铺消防安全", why="天干物燥，逐家看一遍。", items=SAFETY,
        category=kinds.get("hazard"),
    )  # fmt: skip
    tidy = services.make_list(
        actor=keeper, grid=home, name="楼院文明创建", why="创建检查以前，自己先看一遍。", items=TIDY,
        category=kinds.get("sanitation"),
    )  # fmt: skip
    grid = scene.place[f"{HOME}/第 1 网格"]
    _safety(scene, _sent(scene, safety, grid, now - timedelta(days=1), 2, SHOPS, buildings=False))
    _sent(scene, tidy, grid, now - timedelta(days=6), 4, ())
    done = _sent(scene, safety, grid, now - timedelta(days=12), 3, SHOPS[:2], buildings=False)
    for place in done.places.all():
        services.all_in_order(actor=scene.actor("gridworker"), place_id=place.pk, now=now - timedelta(days=11))
    services.end(
        actor=keeper, inspection_id=done.pk, event=Event.FINISH, now=now - timedelta(days=10)
    )  # fmt: skip


def _sent(
    scene: Scene, checklist: Any, grid: Any, at: Any, days: int, places: tuple[str, ...], buildings: bool = True
) -> Inspection:
    return services.start(
        actor=scene.actor("secretary"),
        checklist=checklist,
        grid=grid,
        due_on=timezone.localdate(at) + timedelta(days=days),
        team=[scene.users["gridworker"].pk],
        buildings=buildings,
        places=places,
        now=at,
    )


def _safety(scene: Scene, inspection: Inspection) -> None:
    """Two shops are seen, one of them half."""
    worker, at = scene.actor("gridworker"), scene.now - timedelta(hours=3)
    first, second = (stop.place for stop in queries.stops(inspection)[:2])
    items = list(inspection.checklist.items.all())
    for item, note in ((items[0], "两个灭火器去年就过期了"), (items[2], "插线板从窗户拉到门外，接了冰柜")):
        services.write_down(
            actor=worker, place_id=first.pk, item_id=item.pk, found=Found.PROBLEM, note=note, now=at
        )  # fmt: skip
    services.all_in_order(actor=worker, place_id=first.pk, now=at)
    for item in items[:3]:
        services.write_down(actor=worker, place_id=second.pk, item_id=item.pk, found=Found.OK, now=at)
