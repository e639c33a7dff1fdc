"""Notices of the demo."""

from datetime import timedelta
from typing import Any

from portal.accounts.actors import SYSTEM
from portal.pages.services import publish

NOTICES = (
    (
        0,
        "make-up-day",
        "调休的日子，窗口照常上班",
        "遇到调休，办事窗口 8:30–18:00 不变。",
        "哪天调休，首页的日期下面会写。",
    ),
    (
        1,
        "lift-building-5",
        "5 号楼加装电梯，公示七天",
        "有不同意见，写下来或当面说都行。",
        "公示贴在 5 号楼门厅，社区窗口也能看。有意见请在公示期内告诉我们，我们会一条一条回。",
    ),
    (
        3,
        "last-month",
        "上个月的事，办得怎样",
        "没按时的，卡在哪里也写在里面。",
        "每件事到什么时候、在谁手里，凭回单号都能查。没按时办完的，社区和街道都已经知道。",
    ),
)


def load(scene: Any) -> None:
    for days, slug, title, lead, body in NOTICES:
        publish(
            actor=SYSTEM, slug=slug, title=title, lead=lead, body=body, at=scene.now - timedelta(days=days, hours=5)
        )
