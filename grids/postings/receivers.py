from grids.postings.holding import Holding
from grids.postings.queries import places_of, scopes_of
from grids.tree.services import holders_supplied_by
from portal.accounts.reach import supplied_by
from portal.privacy.subjects import places_supplied_by

holders_supplied_by(Holding())
supplied_by(scopes_of)
places_supplied_by(places_of)
