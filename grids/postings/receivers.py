from grids.postings.queries import places_of, scopes_of
from portal.accounts.reach import supplied_by
from portal.privacy.subjects import places_supplied_by

supplied_by(scopes_of)
places_supplied_by(places_of)
