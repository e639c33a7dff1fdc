"""What the demo's people have agreed to, had put right, asked to have erased; and two files with people in them: one
that a second person let out, one that waits for somebody."""

from grids.registry import care
from grids.registry.corrections import ask_correction, decide
from grids.registry.enums import Relation
from grids.registry.enums_care import CareKind
from grids.registry.models import Resident
from portal.privacy import consents, exporting, services
from portal.workbench.demo import Scene

ROSTER = "registry.roster"


def load(scene: Scene, people: list[Resident]) -> None:
    _agreed(scene, people)
    clerk, secretary = scene.actor("clerk", "desk"), scene.actor("secretary")
    # Far from the doors that other rooms furnish.
    far = [one for one in people[1200:1600] if one.phone and one.user is None]
    fixed = ask_correction(
        actor=clerk,
        resident_id=far[0].pk,
        field="relation",
        value=Relation.PARENT if far[0].relation != Relation.PARENT else Relation.OTHER,
        reason="本人来窗口说的",
    )
    decide(actor=secretary, correction_id=fixed.pk, accept=True)
    services.ask_erasure(actor=clerk, resident_id=far[1].pk, reason="搬去女儿那边长住了，这边的信息不用留")
    _files(scene)


def _agreed(scene: Scene, people: list[Resident]) -> None:
    """One that holds, one that was taken back, one of a child's guardian."""
    secretary, worker, mine = scene.actor("secretary"), scene.actor("gridworker"), scene.residents["resident"]
    needs = (
        (CareKind.HANDS, "换季的被子搬上搬下，周末要人搭把手", "曲-2026-044"),
        (CareKind.PAPERS, "医保报销的单子看不懂，要人帮着填", "曲-2026-045"),
    )
    for kind, need, ref in needs:
        care.write_down(
            actor=secretary,
            resident_id=mine.pk,
            kind=kind,
            need=need,
            ground=care.Ground(ref=ref),
            assignee_id=worker.id,
        )
    consents.withdraw(
        actor=scene.actor("resident"),
        subject_id=mine.pk,
        purpose=f"care.{CareKind.PAPERS}",
        path=mine.household.building.path,
        reason="儿子回来了，不用了",
    )
    near = [one for one in people if one.household.building_id == mine.household.building_id and one.user is None]
    parents = {one.household_id: one for one in reversed(near) if one.phone}
    child = next(one for one in near if one.relation == Relation.CHILD and one.household_id in parents)
    guardian = parents[child.household_id]
    care.write_down(
        actor=secretary,
        resident_id=child.pk,
        kind=CareKind.CHILD,
        need="放学到六点之间家里没人，先到活动室写作业",
        ground=care.Ground(
            ref="曲-2026-046", under_14=True, guardian_name=guardian.name, guardian_phone=guardian.phone or ""
        ),
        assignee_id=worker.id,
    )


def _files(scene: Scene) -> None:
    clerk, secretary, path = scene.actor("clerk"), scene.actor("secretary"), scene.place["文昌花园社区"].path
    let_out = exporting.ask(actor=clerk, kind=ROSTER, path=path, reason="入冬走访排班，按楼栋打印一份，用完销毁")
    exporting.decide(actor=secretary, export_id=let_out.pk, approve=True, answer="同意，打印后电子版不外传")
    exporting.ask(actor=clerk, kind=ROSTER, path=path, reason="物业核对电梯分摊，要门牌和户主姓名")
