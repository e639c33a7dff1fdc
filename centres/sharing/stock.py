"""What a house adds to its shelf."""

from typing import Any

from django.utils.translation import gettext as _

from centres.rooms.rules import runs_centre
from centres.sharing import locks
from centres.sharing.enums import ItemKind
from centres.sharing.models import LoanCopy, LoanItem
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.errors import Conflict, Forbidden, Invalid

MOST_COPIES = 20


def add_item(
    *, actor: Actor, centre: Any, kind: str, name: str, contents: str = "", loan_days: int = 14, copies: int = 1
) -> LoanItem:
    """Something new to lend, with its copies. Raises Forbidden, Invalid, Conflict ITEM_EXISTS."""
    name, contents = " ".join(name.split()), " ".join(contents.split())
    errors = {}
    if not 1 <= len(name) <= 40:
        errors["name"] = [_("起个名字，四十个字以内。")]
    if len(contents) > 100:
        errors["contents"] = [_("短一点，一百个字以内。")]
    if not 1 <= loan_days <= 90:
        errors["loan_days"] = [_("一天到九十天。")]
    if not 1 <= copies <= MOST_COPIES:
        errors["copies"] = [_("一份到二十份。")]
    if kind not in ItemKind.values:
        errors["kind"] = [_("请选一种。")]
    if errors:
        raise Invalid(errors=errors)
    if not runs_centre(actor, centre):
        raise Forbidden()

    exists = Conflict(_("架上已经有同名的了，换个名字。"), code="ITEM_EXISTS")

    def work() -> LoanItem:
        if LoanItem.objects.filter(centre=centre, name=name).exists():
            raise exists
        order = LoanItem.objects.filter(centre=centre).count()
        item = LoanItem.objects.create(
            centre=centre, kind=kind, name=name, contents=contents, loan_days=loan_days, order=order
        )
        LoanCopy.objects.bulk_create(LoanCopy(item=item, label=_("%(n)s 号") % {"n": n + 1}) for n in range(copies))
        record(actor=actor, verb="loan.add_item", target=item, path=centre.grid.path)
        return item

    return locks.or_refuse(work, "loan_item_name_once", exists)
