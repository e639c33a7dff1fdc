"""A roster in steps: brought, its columns settled, looked through, written."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import roster, rules
from grids.registry.importing import RosterReport, import_roster
from grids.registry.models_roster import RosterImport, RosterState
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.flow import due
from portal.longwork.registry import Progress
from portal.longwork.services import start
from portal.tabular import MAX_BYTES, Peek, TableError, peek

if TYPE_CHECKING:
    from grids.tree.models import Grid
    from portal.longwork.models import LongWork

KEPT = timedelta(days=7)


def bring(*, actor: Actor, community: "Grid", upload: File) -> RosterImport:
    """Keep a file for seven days, with a guess at its sheet and columns: those of last time where they fit.

    Raises Forbidden, Invalid for what is no table (.xls, macros, a password, a bomb: in words that say what to do).
    """
    if not rules.may_import(actor, community.path):
        raise Forbidden(_("住户名册由本社区的书记或窗口导入。"))
    name = str(upload.name or "")[-120:]
    if (upload.size or 0) > MAX_BYTES:
        raise Invalid(
            errors={"file": [_("文件超过 %(mb)d MB，请分成几份再导入。") % {"mb": MAX_BYTES // 1024 // 1024}]}
        )
    try:
        options = _guess(community, peek(upload))
    except TableError as error:
        raise Invalid(str(error), errors={"file": [str(error)]}) from error
    upload.seek(0)

    def work() -> RosterImport:
        batch = RosterImport(community=community, by=actor.user, name=name, options=options)
        batch.file.save(f"{batch.pk}", upload, save=False)
        batch.save(force_insert=True)
        at = batch.created_at + KEPT
        due.schedule(key=f"roster:{batch.pk}", kind="registry.roster_file", subject_id=batch.pk, due_at=at)
        record(actor=actor, verb="registry.roster", target=batch, path=community.path)
        return batch

    return in_one_transaction(work)


def headings(sheet: Peek) -> list[str]:
    """The row that names the columns: of the first ten the one with the most names we know."""
    rows = sheet.rows[:10] or [[]]
    best = max(rows, key=lambda row: sum(roster.ALIASES.get(cell, cell) in roster.COLUMNS for cell in row))
    return [cell for cell in dict.fromkeys(best) if cell]


def _guess(community: "Grid", sheets: list[Peek]) -> dict[str, Any]:
    last = RosterImport.objects.filter(community=community, state=RosterState.DONE).order_by("-created_at").first()
    options: dict[str, Any] = {"overwrite": True, "create": False, **(last.options if last else {})}
    names = {one.sheet: headings(one) for one in sheets}
    known = {sheet: {one: roster.ALIASES.get(one, one) for one in row} for sheet, row in names.items()}
    fits = {sheet: sum(one in roster.COLUMNS for one in found.values()) for sheet, found in known.items()}
    sheet = str(options.get("sheet", ""))
    if sheet not in names or not fits[sheet]:
        sheet = max(fits, key=lambda one: fits[one], default="")
    remembered = options.get("columns") or {}
    if not (remembered and set(remembered) <= set(names.get(sheet, []))):
        remembered = {}
    # A column that was there and not chosen stays so; one that is new, like an exported roster's last, is guessed.
    chosen_from = {cell for row in options.get("headings", {}).values() for cell in row} if remembered else set()
    for one, ours in known.get(sheet, {}).items():
        if ours in roster.COLUMNS and ours not in remembered.values() and one not in chosen_from:
            remembered = remembered | {one: ours}
    return options | {"sheet": sheet, "columns": remembered, "sheets": list(names), "headings": names}


def settle(
    *, actor: Actor, roster_id: UUID, sheet: str, columns: dict[str, str], overwrite: bool, create: bool
) -> "LongWork":
    """Say which column is what, and have the file looked through. Raises NotFound, Conflict, Invalid."""
    missing = [one for one in roster.NEED if one not in columns.values()]
    doubled = {one for one in columns.values() if list(columns.values()).count(one) > 1}
    if missing or doubled or not set(columns.values()) <= set(roster.COLUMNS):
        said = _("每一项选一列，户、楼栋、姓名一定要有。")
        raise Invalid(said, errors={"columns": [said]})

    def work() -> "LongWork":
        batch = _open(actor, roster_id)
        batch.options |= {"sheet": sheet, "columns": columns, "overwrite": overwrite, "create": create}
        batch.figures = {}
        batch.save(update_fields=["options", "figures"])
        record(actor=actor, verb="registry.roster_settle", target=batch, path=batch.community.path, fields=["options"])
        return start(actor=actor, kind="registry.look", params={"roster": str(batch.pk)})

    return in_one_transaction(work)


def order_import(*, actor: Actor, roster_id: UUID) -> "LongWork":
    """Have a file that was looked through written. Raises NotFound, Conflict where nobody has looked."""

    def work() -> "LongWork":
        batch = _open(actor, roster_id)
        if not batch.figures:
            raise Conflict(_("先预演一遍，看过再导入。"), code="NOT_LOOKED")
        record(actor=actor, verb="registry.roster_order", target=batch, path=batch.community.path)
        return start(actor=actor, kind="registry.import", params={"roster": str(batch.pk)})

    return in_one_transaction(work)


def look(*, actor: Actor, roster_id: UUID, progress: Progress) -> RosterReport:
    """Rehearse: nothing is written but the figures."""
    batch = _open(actor, roster_id)
    report = _read(actor, batch, save=False, progress=progress)
    RosterImport.objects.filter(pk=batch.pk, state=RosterState.READ).update(figures=_figures(report))
    return report


def write(*, actor: Actor, roster_id: UUID, progress: Progress) -> RosterReport | None:
    """Write the good lines, once; None where that was done before."""

    def work() -> RosterReport | None:
        batch = within(actor, roster_id, lock=True)
        if batch.state != RosterState.READ:
            return None
        report = _read(actor, batch, save=True, progress=progress)
        batch.state, batch.done_at, batch.figures = RosterState.DONE, timezone.now(), _figures(report)
        batch.save(update_fields=["state", "done_at", "figures"])
        return report

    return in_one_transaction(work)


def _read(actor: Actor, batch: RosterImport, *, save: bool, progress: Progress) -> RosterReport:
    with batch.file.open("rb") as source:
        return import_roster(
            actor=actor,
            community=batch.community,
            source=source.file,
            save=save,
            create_buildings=batch.options.get("create", False),
            overwrite_phones=batch.options.get("overwrite", False),
            name=batch.name,
            sheet=batch.options.get("sheet", ""),
            columns=batch.options.get("columns") or None,
            keep=batch,
            progress=progress,
        )


def _figures(report: RosterReport) -> dict[str, int]:
    return {
        "lines": report.lines,
        "wrong": len(report.bad),
        "noted": len(report.notes),
        "buildings": report.buildings,
        "households": report.households,
        "residents": report.residents,
        "names": report.names,
        "phones": report.phones,
        "relations": report.relations,
        "unchanged": report.unchanged,
        "gone": report.gone,
    }


# ---------------------------------------------------------------- reading
def within(actor: Actor, roster_id: UUID, *, lock: bool = False) -> RosterImport:
    """A roster within reach. Raises NotFound."""
    rows = RosterImport.objects.visible_to(actor.reach).select_related("community")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=roster_id).first()
    if found is None:
        raise NotFound()
    return found


def _open(actor: Actor, roster_id: UUID) -> RosterImport:
    batch = within(actor, roster_id)
    if batch.state != RosterState.READ or not batch.file:
        raise Conflict(_("这份名册已经办完了，要再导入，请再交一次文件。"), code="ROSTER_OVER")
    return batch


def listing(actor: Actor) -> list[RosterImport]:
    rows = RosterImport.objects.visible_to(actor.reach).select_related("community", "by")
    return list(rows.order_by("-created_at", "-pk")[:20])


def forget_file(roster_id: UUID) -> bool:
    """Delete the file; False where it is gone."""
    batch = RosterImport.objects.filter(pk=roster_id).exclude(file="").first()
    if batch is None:
        return False
    transaction.on_commit(partial(batch.file.storage.delete, str(batch.file.name)))
    RosterImport.objects.filter(pk=batch.pk).update(file="")
    return True
