from datetime import datetime

from grids.postings.holding import Holding
from grids.postings.queries import holders, places_of, scopes_of
from grids.postings.sizes import Limits
from grids.tree.services import holders_supplied_by, sizes_supplied_by
from portal.accounts import colleagues
from portal.accounts.models import User
from portal.accounts.reach import supplied_by
from portal.privacy.subjects import places_supplied_by


@colleagues.supplied_by
def colleagues_at(path: str, roles: tuple[str, ...], moment: datetime) -> list[User]:
    return [one.user for one in holders(path=path, roles=roles, at=moment)]


holders_supplied_by(Holding())
sizes_supplied_by(Limits())
supplied_by(scopes_of)
places_supplied_by(places_of)
