"""The demo's bridge: a hotline and a city management system of the district, some tickets on their way, some stuck.

Nobody listens at their addresses (port 9 of this machine): what is sent from here on waits, and is seen to wait.
"""

from datetime import timedelta
from typing import Any

from petitions.bridge import keys, services
from petitions.bridge.enums import Stage, Via
from petitions.bridge.incoming import read
from petitions.bridge.models import CategoryMapping, ExternalSystem, OutboundUpdate
from petitions.cases import queries as cases
from petitions.cases import services as acting
from petitions.cases.enums import Event
from portal.workbench.demo import Scene

HOME = "文昌花园社区"
NOBODY = "http://127.0.0.1:9/answers"
CODES = {"0101": "facility", "0102": "sanitation", "0203": "parking", "0301": "noise", "0402": "utility"}
# system, number, code, hours ago, their days to do it, place, words, what was done since
TICKETS = (
    ("hotline", "GD-1123-0417", "0101", 52, 5, "5 号楼", "健身器材松了，踩上去晃。", ("accept", "assign", "sign")),
    ("hotline", "GD-1124-0032", "0402", 30, 3, "12 号楼", "12 号楼二单元这两天水压小，六楼洗不了澡。", ("accept",)),
    ("hotline", "GD-1125-0218", "7741", 6, 5, "8 号楼", "8 号楼楼顶的太阳能热水器被风吹歪了，怕掉下来。", ()),
    ("hotline", "GD-1126-0009", "", 2, 7, "", "想问问文昌花园什么时候能办老年餐卡。", ()),
    ("city", "CG-20311", "0102", 26, 1, "3 号楼", "3 号楼北侧有一堆装修垃圾没有清走。", ("accept", "assign")),
    ("city", "CG-20342", "0203", 4, 2, "1 号楼", "1 号楼消防通道被三辆车占住。", ()),
)  # fmt: skip


def load(scene: Scene) -> None:
    systems = {
        "hotline": _system("12345", "12345 热线", "hotline", scene.place["槐荫区"]),
        "city": _system("chengguan", "数字城管", "city", scene.place["槐荫区"]),
    }
    kinds = {one.code: one for one in cases.categories()}
    CategoryMapping.objects.bulk_create(
        CategoryMapping(system=system, external_code=code, category=kinds[name])
        for system in systems.values()
        for code, name in CODES.items()
    )
    for row in TICKETS:
        _ticket(scene, systems[row[0]], row)
    _what_was_sent(scene)
    # The hotline has sent one of them again, with other words.
    again = _words(TICKETS[1], scene) | {"description": "12 号楼水压小，还有一户说停过一次水。"}
    services.receive(system=systems["hotline"], incoming=read(again), via=Via.PUSH, now=scene.now)


def _system(code: str, name: str, kind: str, grid: Any) -> ExternalSystem:
    return ExternalSystem.objects.create(
        code=code, name=name, kind=kind, grid=grid, answer_url=NOBODY, secret_box=keys.locked(keys.new_token())
    )


def _words(row: tuple[Any, ...], scene: Scene) -> dict[str, str]:
    _system, number, code, hours, days, place, words, _steps = row
    came = scene.now - timedelta(hours=hours)
    return {
        "id": number,
        "category": code,
        "description": words,
        "address": f"{HOME} {place}".strip(),
        "reported_at": (came - timedelta(minutes=20)).isoformat(),
        "due_at": (came + timedelta(days=days)).isoformat(),
    }


def _ticket(scene: Scene, system: ExternalSystem, row: tuple[Any, ...]) -> None:
    moment = scene.now - timedelta(hours=row[3])
    case = services.receive(system=system, incoming=read(_words(row, scene)), via=Via.PUSH, now=moment).ticket.case
    given: dict[str, dict[str, Any]] = {Event.ASSIGN: {"person": scene.users["gridworker"]}}
    for event in row[7]:
        moment += timedelta(minutes=25)
        who = scene.actor("gridworker" if event == Event.SIGN else "clerk")
        acting.act(actor=who, case_id=case.pk, event=event, now=moment, **given.get(event, {}))


def _what_was_sent(scene: Scene) -> None:
    """Everything so far has arrived but two: one they refused, one they never answered."""
    OutboundUpdate.objects.update(stage=Stage.SENT, sent_at=scene.now - timedelta(hours=1), attempt=1)
    for number, event, error, tries in (
        ("GD-1123-0417", Event.SIGN, "对方不收（422）：内容、状态代码或密钥不合它的规矩。", 1),
        ("CG-20311", Event.ASSIGN, "等了很久，对方没有回话。", 6),
    ):
        OutboundUpdate.objects.filter(ticket__external_id=number, event=event).update(
            stage=Stage.DEAD, sent_at=None, attempt=tries, last_error=error, claimed_at=scene.now - timedelta(hours=1)
        )
