"""One's own data to take along: a file for machines and the same for people, in one archive, at once."""

import io
import json
import zipfile
from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext as _

from portal.privacy import consents, held, looks
from portal.privacy.held import RoomOf
from portal.privacy.looks import Look
from portal.privacy.subjects import Subject


def archive(subject: Subject, now: datetime) -> bytes:
    """data.json and 我的信息.txt, made from the same reading."""
    rooms = held.rooms(subject, most=held.ALL)
    seen = looks.in_words(looks.of_subject(subject))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "data.json", json.dumps(facts(subject, rooms, seen, now), ensure_ascii=False, indent=1, default=str)
        )
        file.writestr(_("我的信息") + ".txt", "\ufeff" + text(subject, rooms, seen, now))
    return out.getvalue()


def facts(subject: Subject, rooms: list[RoomOf], seen: list[Look], now: datetime) -> dict[str, object]:
    return {
        "made_at": now.isoformat(),
        "account": str(subject.account_id) if subject.account_id else None,
        "residents": [str(one) for one in subject.resident_ids],
        "held": [asdict(room) | {"name": room.name} for room in rooms],
        "consents": [
            {
                "purpose": one.purpose,
                "words": one.words,
                "version": one.version,
                "given_at": one.given_at,
                "expires_at": one.expires_at,
                "ended_at": one.ended_at,
                "ended": one.ended,
            }
            for one in consents.of_subject(subject.ids)
        ],
        "looks": [asdict(one) for one in seen],
    }


def text(subject: Subject, rooms: list[RoomOf], seen: list[Look], now: datetime) -> str:
    """As one reads it, without a program that knows tables."""
    kept = _("留到")
    lines = [subject.name, held.spoken(now), ""]
    for room in rooms:
        for block in room.blocks:
            lines += [f"# {room.name} / {block.title}"]
            for row in block.rows:
                lines += [f"- {row.heading}"] if row.heading else []
                lines += [f"  {line.label}: {line.value}" for line in row.lines]
                lines += [f"  {kept}: {row.until}"] if row.until else []
            for terms in block.terms:
                what = f"{terms.labels}: " if terms.labels else ""
                lines += [f"  ({what}{terms.purpose}; {terms.basis}; {terms.keep})"]
            lines += [""]
    lines += ["# " + _("谁看过")]
    lines += [f"- {held.spoken(one.at)} {one.who}: {one.what}{'; ' + one.why if one.why else ''}" for one in seen]
    return "\n".join(lines) + "\n"
