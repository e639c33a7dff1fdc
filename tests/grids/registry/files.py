"""Rosters as files: made, let out, brought in, and the register beside them before and after."""

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from grids.registry import roster, rosters
from grids.registry.models import Household, Resident
from grids.registry.models_roster import RosterImport
from grids.registry.queries import roster_rows

NAME, PHONE, RELATION, REF = 4, 5, 6, 7  # columns of an exported roster, from nought


def nothing(done, total):
    pass


def book(*rows, sheet="名册", more=()) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    for name in more:
        made.create_sheet(name)
    return made


def exported(cast) -> openpyxl.Workbook:
    lines = [list(cells) for _pk, cells in roster_rows(cast.place.community.path)]
    return book(["仅供核对 · 书记 · 街道"], list(roster.COLUMNS), *lines)


def as_file(made: openpyxl.Workbook) -> io.BytesIO:
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def row_of(made: openpyxl.Workbook, name: str):
    return next(row for row in made.active.iter_rows() if row[NAME].value == name)


def bring(cast, made, who="clerk", name="名册.xlsx") -> RosterImport:
    content = as_file(made).getvalue() if isinstance(made, openpyxl.Workbook) else made
    return rosters.bring(
        actor=cast.actor(who), community=cast.place.community, upload=SimpleUploadedFile(name, content)
    )


def write(cast, batch, progress=nothing):
    rosters.look(actor=cast.actor("clerk"), roster_id=batch.pk, progress=progress)
    return rosters.write(actor=cast.actor("clerk"), roster_id=batch.pk, progress=progress)


def register():
    """Every row as it is, but for who lives where by name."""
    return {row["id"]: row for row in Resident.everyone.values()}, {
        row["id"]: row for row in Household.objects.values()
    }
