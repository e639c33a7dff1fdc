from grids.postings.queries import scopes_of
from portal.accounts.reach import supplied_by

supplied_by(scopes_of)
