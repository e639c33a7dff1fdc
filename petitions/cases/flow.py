"""The table bound to its rows. `effects.py` hangs on it what each event does."""

from petitions.cases.models import Case, CaseRecord
from petitions.cases.transitions import TABLE
from portal.flow.engine import Flow

flow: Flow[Case] = Flow(
    room="case",
    model=Case,
    record=CaseRecord,
    table=TABLE,
    path_of=lambda case: case.grid.path,
    subject_of=lambda case: case.reporter_id,
)
