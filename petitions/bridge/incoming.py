"""A ticket as it arrives, read and made plain. What cannot be read is said field by field; nothing here writes."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portal import phones
from portal.errors import Invalid
from portal.workdays.clock import SHANGHAI

LONGEST_ID, LONGEST_TEXT, LONGEST_PLACE = 64, 1900, 120


@dataclass(frozen=True)
class Incoming:
    """What the bridge reads of a ticket. Telephone and name go into the case and are kept nowhere else."""

    external_id: str
    text: str
    title: str = ""
    category: str = ""
    address: str = ""
    grid: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    reported_at: datetime | None = None
    due_at: datetime | None = None

    @property
    def body_hash(self) -> str:
        """SHA-256 of all that was read, so that the same ticket is the same by whichever way it comes."""
        plain = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=lambda moment: moment.isoformat())
        return hashlib.sha256(plain.encode()).hexdigest()


def plain(value: Any, longest: int, *, lines: bool = False) -> str:
    """Text without what a database, a page or a log chokes on (NUL, lone surrogates, control characters)."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    # Cut before it is looked at: a value of megabytes is not worth it.
    text = str(value)[: longest * 4]
    kept = "".join(char if char.isprintable() else "\n" if lines and char == "\n" else " " for char in text)
    said = kept if lines else " ".join(kept.split())
    return said.strip()[:longest]


def read(data: Any) -> Incoming:
    """A ticket from JSON or from a line of a table. Raises Invalid with `errors` by field.

    {"id", "title"?, "description", "category"?, "address"?, "grid"?, "caller"? {"name"?, "phone"?}, "reported_at"?,
    "due_at"?}; moments in ISO 8601, without an offset they are Shanghai's.
    """
    if not isinstance(data, dict):
        raise Invalid(_("工单要是一个 JSON 对象。"), errors={"id": [_("没有工单号。")]})
    errors: dict[str, list[str]] = {}
    caller = data.get("caller") if isinstance(data.get("caller"), dict) else {}
    external_id = plain(data.get("id"), LONGEST_ID + 1)
    if not external_id:
        errors["id"] = [_("没有工单号。")]
    elif len(external_id) > LONGEST_ID:
        # Cut short, two tickets would become one.
        errors["id"] = [_("工单号太长了，最多六十四个字。")]
    title = plain(data.get("title"), 60)
    text = _whole(data.get("description")) or title
    if len(text) < 2:
        errors["description"] = [_("没有写是什么事。")]
    moments = {name: _moment(data.get(name), name, errors) for name in ("reported_at", "due_at")}
    name, phone, text = _caller(caller or {}, text)
    if errors:
        raise Invalid(errors=errors)
    return Incoming(
        external_id=external_id,
        text=text,
        title=title,
        category=plain(data.get("category"), 60),
        address=plain(data.get("address"), LONGEST_PLACE),
        grid=plain(data.get("grid"), 40),
        caller_name=name,
        caller_phone=phone,
        reported_at=moments["reported_at"],
        due_at=moments["due_at"],
    )


def _whole(value: Any) -> str:
    """The description; of a very long one the beginning, and a word that there is more."""
    text = plain(value, LONGEST_TEXT + 1, lines=True)
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + _("……（原工单更长，全文在对方系统里）")


def _caller(caller: dict[str, Any], text: str) -> tuple[str, str, str]:
    """Name, number, and the text; a number that cannot be dialled stays readable in the text instead of being lost."""
    name, said = plain(caller.get("name"), 20), plain(caller.get("phone"), 30)
    if not said:
        return name, "", text
    try:
        return name, phones.e164(said), text
    except phones.NotAPhone:
        return name, "", _("%(text)s\n（对方留的电话：%(phone)s）") % {"text": text, "phone": said}


def _moment(value: Any, name: str, errors: dict[str, list[str]]) -> datetime | None:
    text = plain(value, 40)
    if not text:
        return None
    try:
        found = parse_datetime(text)
        if found is not None and 2000 <= found.year < 2100:
            return found if timezone.is_aware(found) else found.replace(tzinfo=SHANGHAI)
    except (ValueError, OverflowError):
        pass
    errors[name] = [_("这个时间看不懂，请写成 2026-10-08T17:30:00+08:00。")]
    return None
