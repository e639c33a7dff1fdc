"""The table bound to its rows."""

from petitions.inspections.enums import Event
from petitions.inspections.models import Inspection, InspectionRecord
from petitions.inspections.transitions import TABLE
from portal.flow.engine import Flow, Step

flow: Flow[Inspection] = Flow(
    room="inspection",
    model=Inspection,
    record=InspectionRecord,
    table=TABLE,
    path_of=lambda inspection: inspection.grid.path,
)


@flow.on(Event.FINISH, Event.CANCEL)
def end(step: Step[Inspection]) -> None:
    step.subject.ended_at = step.now
