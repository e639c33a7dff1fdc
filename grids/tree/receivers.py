"""The tree tells the ground which place a request looks at, and how to reach somebody there."""

from django.http import HttpRequest

from grids.tree.queries import current_community
from portal.ui.site import Site, supplied_by
from portal.workbench.registry import place_supplied_by

place_supplied_by(current_community)


@supplied_by
def site_of(request: HttpRequest) -> Site | None:
    """The community's own name, address and telephone. A storey above that knows the centre's hours takes over."""
    place = current_community(request)
    if place is None:
        return None
    return Site(name=place.name, address=place.address, phone=place.phone)
