"""A table of tickets: look at the whole of it first, then take line by line, each once for its id."""

from dataclasses import dataclass, field
from os import PathLike
from typing import IO, Any

from django.utils.translation import gettext as _

from grids.tree import queries as tree
from petitions.bridge import queries, receiving
from petitions.bridge.enums import Outcome, Via
from petitions.bridge.incoming import Incoming, read
from petitions.bridge.models import ExternalSystem
from portal.accounts.actors import Actor
from portal.errors import Forbidden, Refusal
from portal.tabular import TableError, read_table

Source = str | PathLike[str] | IO[bytes]
NEED = ("工单号", "内容")
ALIASES = {
    "工单编号": "工单号",
    "编号": "工单号",
    "诉求内容": "内容",
    "问题描述": "内容",
    "标题": "题目",
    "类别代码": "类别",
    "案件类别": "类别",
    "地址": "地点",
    "社区代码": "网格",
    "来电人": "姓名",
    "联系电话": "电话",
    "受理时间": "收到时间",
    "办结时限": "要求办完",
    "截止时间": "要求办完",
}
MOST_ON_A_PAGE = 500
MAX_BYTES = 5 * 1024 * 1024


@dataclass
class Report:
    """What a table would do, or has done. `bad`: line number and sentence; such a line is left out."""

    lines: int = 0
    new: int = 0
    same: int = 0
    unknown: set[str] = field(default_factory=set)
    bad: list[tuple[int, str]] = field(default_factory=list)
    saved: bool = False


def import_tickets(
    *, actor: Actor, system: ExternalSystem, source: Source, save: bool = False, most: int = 100_000
) -> Report:
    """Read a table of tickets (工单号, 内容, 题目, 类别, 地点, 网格, 姓名, 电话, 收到时间, 要求办完).

    Without `save` nothing is written and the report says what would be. Each good line is its own transaction: what was
    taken stays taken, and the same file again changes nothing. Raises TableError for a file that cannot be read,
    Forbidden where this person has no part of the system's ground.
    """
    path = str(system.grid.path) if actor.is_system else queries.ground_of(system, actor.reach)
    if not path:
        raise Forbidden(_("这个系统的工单不归您这里收。"))
    ground = tree.by_paths([path])[path]
    report = Report(saved=save)
    lines = _read(source, system, ground, report, most)
    if save:
        _take(actor, system, ground, lines, report)
    else:
        _look(system, lines, report)
    report.bad.sort()
    return report


def _read(source: Source, system: ExternalSystem, ground: Any, report: Report, most: int) -> list[tuple[int, Incoming]]:
    untrusted: list[TableError] = []
    good: list[tuple[int, Incoming]] = []
    seen: dict[str, int] = {}
    rows = read_table(source, need=NEED, aliases=ALIASES, problems=untrusted, max_bytes=MAX_BYTES, max_rows=most)
    for number, row in rows:
        report.lines += 1
        try:
            one = read(_as_sent(row))
            if one.external_id in seen:
                raise Refusal(_("和第 %(line)d 行是同一个工单号。") % {"line": seen[one.external_id]})
            if one.grid and receiving.place_of(system, one, ground) == ground and one.grid != ground.code:
                raise Refusal(_("网格“%(code)s”不在您这里。") % {"code": one.grid})
        except Refusal as refused:
            report.bad.append((number, said(refused)))
            continue
        seen[one.external_id] = number
        good.append((number, one))
    report.lines += len(untrusted)
    report.bad += [(error.line or 0, error.what) for error in untrusted]
    return good


def _as_sent(row: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.get("工单号"),
        "title": row.get("题目"),
        "description": row.get("内容"),
        "category": row.get("类别"),
        "address": row.get("地点"),
        "grid": row.get("网格"),
        "caller": {"name": row.get("姓名"), "phone": row.get("电话")},
        "reported_at": row.get("收到时间"),
        "due_at": row.get("要求办完"),
    }


def _look(system: ExternalSystem, lines: list[tuple[int, Incoming]], report: Report) -> None:
    known = queries.by_ids(system, [one.external_id for _number, one in lines])
    codes = queries.codes_of(system)
    for number, one in lines:
        if one.external_id not in known:
            report.new += 1
            report.unknown |= {one.category} - codes - {""}
        elif known[one.external_id] == one.body_hash:
            report.same += 1
        else:
            report.bad.append((number, str(OTHER_BODY)))


OTHER_BODY = Outcome.CONFLICT.label


def _take(actor: Actor, system: ExternalSystem, ground: Any, lines: list[tuple[int, Incoming]], report: Report) -> None:
    for number, one in lines:
        try:
            received = receiving.receive(system=system, incoming=one, via=Via.FILE, ground=ground, actor=actor)
        except Refusal as refused:
            report.bad.append((number, said(refused)))
            continue
        if received.outcome == Outcome.NEW:
            report.new += 1
            if received.ticket.category_unknown and one.category:
                report.unknown.add(one.category)
        elif received.outcome == Outcome.SAME:
            report.same += 1
        else:
            report.bad.append((number, str(OTHER_BODY)))


def said(refused: Refusal) -> str:
    """A refusal in one line: the sentences of its fields, else its own."""
    errors = refused.extra.get("errors") or {}
    return "".join(str(one) for sentences in errors.values() for one in sentences) or str(refused.message)
