"""What the forms of the demo asked in the last five weeks: sums, as they would have come together."""

from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.once.models import FormUse


def _forms() -> list[tuple[str, int, dict[str, tuple[str, int]]]]:
    """(route, how often a day, field → (its label, how many times in ten it was known))."""
    phone, name = _("电话"), _("怎么称呼您")
    return [
        ("report-where", 5, {"community": (_("在哪个社区"), 3), "address": (_("具体在哪里"), 3)}),
        ("report-reply", 5, {"reply_by": (_("怎么回您"), 0), "phone": (phone, 7), "name": (name, 7)}),
        ("wish-new", 2, {"text": (_("想要什么"), 0), "contact_phone": (phone, 8), "contact_name": (_("怎么称呼"), 8)}),
        ("activity-enrol", 4, {"who": (_("谁来"), 0), "child_name": (_("孩子的名字"), 0)}),
        ("training-group", 1, {"organisation": (_("哪个单位"), 6), "contact_phone": (_("联系电话"), 9)}),
    ]


def load(scene: Any) -> None:
    dice, today = Random(9), timezone.localdate(scene.now)
    rows = []
    for back in range(35):
        day = today - timedelta(days=back)
        for form, often, fields in _forms():
            sent = dice.randint(max(often - 1, 1), often + 2)
            spread = [dice.randint(0, 3) for _bucket in range(sent)]
            seconds = {f"s{n}": spread.count(n) for n in set(spread)}
            most = 0
            for name, (label, known) in fields.items():
                reused = sum(dice.randint(1, 10) <= known for _time in range(sent))
                most = max(most, reused)
                rows.append(
                    FormUse(form=form, field=name, day=day, shard=0, label=label, asked=sent - reused, reused=reused)
                )
            rows.append(FormUse(form=form, day=day, shard=0, asked=sent, reused=most, seconds=seconds))
    FormUse.objects.bulk_create(rows)
