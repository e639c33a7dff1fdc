"""A4 sheets of contact cards as one page for the printer: written card by card, so that four thousand cost no memory.

It carries its own few rules of style and no script, and asks nobody for anything: it is opened from the disk it was
saved to. The printer's own machine supplies the Chinese face; none is on a bare server, and none may be copied into it.
"""

from dataclasses import dataclass
from typing import IO

import segno
from django.utils.html import escape
from django.utils.translation import gettext as _

PER_SHEET = 10
# 95 × 55 mm, two by five; the dashed lines are for the scissors.
STYLE = """
@page { size: A4; margin: 11mm 10mm; }
* { box-sizing: border-box; margin: 0; }
body { font: 10.5pt/1.35 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; }
.sheet { display: grid; grid-template-columns: 95mm 95mm; grid-auto-rows: 55mm; break-after: page; }
.sheet:last-child { break-after: auto; }
.card { display: grid; grid-template-columns: 1fr 29mm; gap: 0 3mm; align-content: space-between; overflow: hidden;
  padding: 4mm; outline: .2mm dashed; break-inside: avoid; }
.card h2 { font-size: 11pt; font-weight: 400; }
.card b { display: block; font-size: 19pt; line-height: 1.35; }
.card .call { font-size: 20pt; font-weight: 700; line-height: 1.35; white-space: nowrap; }
.card small { font-size: 11pt; }
.card svg { display: block; width: 29mm; height: 29mm; }
.card .foot { grid-column: 1 / -1; display: flex; justify-content: space-between; font-size: 10pt; }
"""


@dataclass(frozen=True)
class Words:
    """What one card says."""

    community: str
    name: str
    title: str
    phone: str
    hotline: str
    door: str
    url: str


def begin(out: IO[bytes], title: str) -> None:
    head = f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    out.write(f"{head}<style>{STYLE}</style></head><body>".encode())


def add(out: IO[bytes], at: int, card: Words) -> None:
    """The card at this place (from 0): opens a sheet where one begins."""
    if at % PER_SHEET == 0:
        out.write((b"</div>" if at else b"") + b'<div class="sheet">')
    said = {name: escape(value) for name, value in vars(card).items()}
    title, scan = _("温馨服务卡"), _("扫码找我、留言")
    hotline = _("社区热线 %(phone)s") % {"phone": said["hotline"]} if card.hotline else ""
    out.write(
        f'<section class="card"><div><h2>{said["community"]} · {title}</h2>'
        f'<b>{said["name"]}</b><small>{said["title"]}</small><p class="call">{said["phone"]}</p></div>'
        f"<div>{_qr(card.url)}</div>"
        f'<p class="foot"><span>{hotline}</span><span>{scan}</span><span>{said["door"]}</span></p>'
        "</section>".encode()
    )


def end(out: IO[bytes], count: int) -> None:
    out.write((b"</div>" if count else b"") + b"</body></html>")


def _qr(url: str) -> str:
    return segno.make(url, error="m", micro=False).svg_inline(border=1, omitsize=True, svgclass=None, lineclass=None)
