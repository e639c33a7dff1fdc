"""A register small enough to be counted, and a file that may leave it."""

from grids.registry.models import Resident
from portal.accounts.enums import COMMUNITY, STREET, Role
from portal.privacy import consents, exports
from portal.privacy.exports import ExportKind
from tests.grids.conftest import open_door

CODE = "tests.people"
AGREED = consents.purpose("tests.agreed", "试验", words="我同意试一试。")


def people_under(path):
    found = Resident.objects.filter(household__building__path__startswith=path).order_by("name")
    return ((one.pk, [one.name, one.phone]) for one in found)


def places(actor):
    from grids.tree.queries import visible

    return [(one.path, one.name) for one in visible(actor.reach) if actor.reach.covers(one.path, *COMMUNITY)]


KIND = exports.kind_of(CODE) or exports.register(
    ExportKind(
        code=CODE,
        label="试验名册",
        places=places,
        may_ask=lambda actor, path: actor.reach.covers(path, *COMMUNITY),
        may_approve=lambda actor, path: actor.reach.covers(path, Role.SECRETARY, *STREET),
        columns=("姓名", "电话"),
        rows=people_under,
        fields=("name", "phone"),
    )
)


def lin(cast, **more):
    """林秀英 behind 301, confirmed to be the resident's account."""
    found = open_door(cast.place.building, "301", ("林秀英", "+8613800002046")).residents.get()
    Resident.objects.filter(pk=found.pk).update(
        user=cast.resident, linked_by=cast.clerk, linked_at=found.created_at, **more
    )
    found.refresh_from_db()
    return found
