"""Reading for other systems. What they see of a case is decided here, in one place (docs/adr/0017)."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.tree import queries as tree
from grids.tree.enums import Level
from petitions.cases import queries as cases
from petitions.cases.enums import OPEN, Kind, ReplyBy, Sla, Solved, State
from petitions.open311.models import Open311Filing, Open311Key
from petitions.open311.reading import Asked
from portal.attachments.queries import first_of_each

if TYPE_CHECKING:
    from grids.tree.models import Grid
    from petitions.cases.models import Case

ANSWERED = (State.AWAITING_FEEDBACK, State.CLOSED)


# ---------------------------------------------------------------- keys
def digest_of(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()


def key_of(told: str) -> Open311Key | None:
    """The live key of an `api_key`."""
    if not told:
        return None
    return Open311Key.objects.select_related("grid").filter(digest=digest_of(told), is_active=True).first()


def key_called(name: str) -> Open311Key | None:
    return Open311Key.objects.filter(name=name).first()


# ---------------------------------------------------------------- services
def services() -> list[dict[str, Any]]:
    """What may be asked for. Restricted kinds are told to a person, not to another system."""
    return [
        {
            "service_code": one.code,
            "service_name": one.name,
            "description": one.hint or one.name,
            "metadata": True,
            "type": "realtime",
            "keywords": one.hint.replace("、", ", "),
            "group": str(Sla(one.sla).label),
        }
        for one in cases.categories()
        if one.kind == Kind.PLAIN
    ]


def definition(code: str) -> dict[str, Any] | None:
    """What may be sent along with a service; none of it has to be."""
    found = cases.category_by_code(cases.printable(code))
    if found is None or found.kind != Kind.PLAIN:
        return None
    ways = [{"key": value, "name": str(label)} for value, label in ReplyBy.choices]
    return {
        "service_code": found.code,
        "attributes": [
            attribute(1, "reply_by", "singlevaluelist", _("怎么回反映人"), _("不写：有电话就发短信。"), ways),
            attribute(2, "external_id", "string", _("贵方的单号"), _("同一个单号重发，不会变成两件。")),
        ],
    }


def attribute(
    order: int, code: str, datatype: str, asks: str, hint: str, values: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": False,
        "datatype_description": hint,
        "order": order,
        "description": asks,
    }
    return said | ({"values": values} if values else {})


# ---------------------------------------------------------------- requests
def requests(wanted: Asked) -> list["Case"]:
    """The rows of a list, the newest first; at most `wanted.size`."""
    rows = cases.in_public().order_by("-submitted_at", "-id")
    if wanted.node is not None:
        rows = rows.filter(grid__path__startswith=wanted.node.path)
    if wanted.numbers is not None:
        return list(rows.filter(ref__in=wanted.numbers)[: wanted.size])
    rows = rows.filter(submitted_at__gte=wanted.since, submitted_at__lte=wanted.until)
    if wanted.categories:
        rows = rows.filter(category__code__in=wanted.categories)
    if len(set(wanted.statuses)) == 1:
        rows = rows.filter(state__in=OPEN) if wanted.statuses[0] == "open" else rows.exclude(state__in=OPEN)
    start = (wanted.page - 1) * wanted.size
    return list(rows[start : start + wanted.size])


def one_request(number: str) -> "Case | None":
    stored = cases.number(number)
    return cases.in_public().filter(ref=stored).first() if stored else None


def by_token(token: str) -> str | None:
    """The number behind a tracking link's token, if others may know of it."""
    case = cases.by_token(token)
    return case.ref if case is not None and cases.in_public().filter(pk=case.pk).exists() else None


def shown(rows: list["Case"], key: Open311Key | None, base: str) -> list[dict[str, Any]]:
    """Each row as GeoReport has it; a sender's own cost two queries more, however many. base: the site's address."""
    places = places_of([row.grid for row in rows])
    own: set[Any] = set()
    photos: dict[Any, Any] = {}
    if key is not None:
        ids = [row.pk for row in rows]
        own = set(Open311Filing.objects.filter(key=key, case_id__in=ids).values_list("case_id", flat=True))
        photos = first_of_each(list(own), "case")
    return [row_of(row, places, row.pk in own, photos.get(row.pk), base) for row in rows]


def row_of(case: "Case", places: dict[str, "Grid"], is_own: bool, photo: Any, base: str) -> dict[str, Any]:
    """Whoever asks without a key learns what kind, roughly where, how it stands and when; no word anybody wrote."""
    chain = [places[path] for path in tree.prefixes(case.grid.path) if path in places]
    where, address = coarse(chain)
    community = next((node.name for node in chain if node.level == Level.COMMUNITY), None)
    is_open = case.state in OPEN
    ended = None if is_open else case.closed_at
    notes = status_notes(case)
    if is_own and case.state in ANSWERED and case.answer:
        notes += "\n" + case.answer
    return {
        "service_request_id": case.ref,
        "status": "open" if is_open else "closed",
        "status_notes": notes,
        "service_name": case.category.name if case.category else _("还没有分类"),
        "service_code": case.category.code if case.category else None,
        "description": case.description if is_own else None,
        "agency_responsible": community,
        "service_notice": None,
        "requested_datetime": w3c(case.submitted_at),
        "updated_datetime": w3c(ended or case.changed_at or case.submitted_at),  # type: ignore[attr-defined]
        "expected_datetime": w3c(case.due_at) if is_open and case.due_at else None,
        "address": case.address or address if is_own else address,
        "address_id": case.grid.code if is_own else where,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": f"{base}/photos/{photo.pk}/?slip={case.token}" if photo is not None else None,
    }


def coarse(chain: list["Grid"]) -> tuple[str | None, str]:
    """(code, words) of the basic grid a case lies in, some hundred households; never the building or the door."""
    known = [node for node in chain if node.level != Level.BUILDING]
    # Most specific first, as the standard has it; a community grid is nobody's address.
    names = [node.label if node.level == Level.BASIC_GRID else node.name for node in reversed(known)]
    levels = [node.level for node in reversed(known)]
    said = [name for name, level in zip(names, levels, strict=True) if level != Level.COMMUNITY_GRID]
    return (known[-1].code if known else None), _("，").join(said)


def places_of(grids: list["Grid"]) -> dict[str, "Grid"]:
    """Every node above these, by path; one query."""
    return tree.by_paths(sorted({path for grid in grids for path in tree.prefixes(grid.path)}))


def status_notes(case: "Case") -> str:
    """Where it stands, in words of ours. Closed is not solved: by whose word it is, and how far."""
    if case.state == State.MERGED:
        target = case.merged_into
        told = target is not None and not target.restricted and not (target.category and target.category.restricted)
        return (
            _("和 %(ref)s 是同一件事，并在一起办。") % {"ref": target.ref} if told and target else _("已并到另一件办。")
        )
    if case.state == State.CLOSED:
        if case.satisfaction:
            return _("已结案。反映人说%(solved)s。") % {"solved": Solved(case.verdict or Solved.YES).label}
        return _("已结案。经办人说%(solved)s，反映人没有评价。") % {"solved": Solved(case.solved or Solved.NO).label}
    return str(_("%(state)s。") % {"state": State(case.state).label})


def w3c(moment: datetime) -> str:
    """2026-09-18T14:20:00+08:00"""
    return timezone.localtime(moment).isoformat(timespec="seconds")


def receipt(filing: Open311Filing, base: str) -> dict[str, Any]:
    """What the sender of a request is told, the same every time."""
    case = filing.case
    said = {"url": base + case.track_path}
    if filing.promised_at:
        said["at"] = f"{timezone.localtime(filing.promised_at):%Y-%m-%d %H:%M}"
        notice = _("收到了，%(at)s 前办完。请把这个查询链接交给反映人：%(url)s") % said
    else:
        notice = _("收到了。请把这个查询链接交给反映人：%(url)s") % said
    return {"service_request_id": case.ref, "service_notice": notice, "account_id": None}
