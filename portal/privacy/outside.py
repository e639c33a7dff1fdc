"""The list of erasures, outside the database and its backups (guardrail 18): ids only, one line each, never shortened.

Whoever restores a backup brings erased people back; this list says whom to erase again.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True)
class Line:
    erasure_id: UUID
    account_id: UUID | None
    resident_ids: tuple[UUID, ...]
    at: datetime


def path() -> Path:
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def note(line: Line) -> None:
    """Append a line and see it on the disk, before the erasure is committed: one that was lost would come back."""
    facts = {
        "erasure": str(line.erasure_id),
        "account": str(line.account_id) if line.account_id else None,
        "residents": [str(one) for one in line.resident_ids],
        "at": line.at.astimezone(UTC).isoformat(),
    }
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    # One write on a file opened for appending: two at once do not mix their lines.
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb", buffering=0) as file:
        file.write(json.dumps(facts).encode() + b"\n")
        os.fsync(file.fileno())


def lines() -> Iterator[Line]:
    """All of them, each erasure once. A last line that a power cut has halved says nothing, and is passed by."""
    seen: set[UUID] = set()
    try:
        text = path().read_text()
    except FileNotFoundError:
        return
    for raw in text.splitlines():
        try:
            facts = json.loads(raw)
        except ValueError:
            continue
        erasure = UUID(facts["erasure"])
        if erasure not in seen:
            seen.add(erasure)
            account = UUID(facts["account"]) if facts["account"] else None
            residents = tuple(UUID(one) for one in facts["residents"])
            yield Line(erasure, account, residents, datetime.fromisoformat(facts["at"]))
