"""Who waits for whom: the item first, then the person. Always this order, and only one person at a time.

What comes back is kept for the next in line in the same breath, so whoever ends a loan needs the item before it knows
the person. The unique constraint of a live copy stands behind it; the race's negative control replaces these two.
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError

from centres.sharing.models import LoanItem
from centres.sharing.persons import Person
from portal.db import in_one_transaction
from portal.errors import Conflict

T = TypeVar("T")


def or_refuse(work: Callable[[], T], constraint: str, refusal: Conflict) -> T:
    """Run it in one transaction; where the constraint speaks first, two looked before either wrote: the same answer."""
    try:
        return in_one_transaction(work)
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise refusal from error


def hold_item(item_id: UUID) -> LoanItem:
    # NO KEY: a copy that is just added points at the item and need not wait.
    rows = LoanItem.objects.select_for_update(of=("self",), no_key=True).with_centre()
    found: LoanItem = rows.get(pk=item_id)
    return found


def hold_person(person: Person) -> None:
    """Lock the account before the register: whoever shares one meets here."""
    for row in (person.user, person.resident):
        if row is not None:
            # By its _meta: request.user is a lazy stand-in whose type is not the model.
            row._meta.model._base_manager.select_for_update(no_key=True).only("pk").get(pk=row.pk)
