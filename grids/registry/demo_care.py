"""The demo's care needs: one that somebody looks after, one that waits for the secretary."""

from grids.registry import care
from grids.registry.enums_care import CareKind
from grids.registry.models import Resident
from portal.workbench.demo import Scene


def load(scene: Scene, people: list[Resident]) -> None:
    worker, secretary = scene.actor("gridworker"), scene.actor("secretary")
    mine = scene.residents["resident"].household.building_id
    near = [one for one in people if one.household.building_id == mine and one.user is None][:40:20]
    care.write_down(
        actor=secretary,
        resident_id=near[0].pk,
        kind=CareKind.COMPANY,
        need="每周二、周五上午敲个门，说说话，顺带提一壶水",
        ground=care.Ground(ref="曲-2026-031"),
        assignee_id=worker.id,
    )
    care.ask_need(actor=worker, resident_id=near[1].pk, kind=CareKind.HANDS, need="下楼取快递要人搭把手，傍晚都行")
