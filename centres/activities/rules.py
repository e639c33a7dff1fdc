"""Who may do what with an activity and an enrolment. Pure predicates (actor, object); a failure denies."""

from typing import TYPE_CHECKING

from centres.rooms.rules import runs_centre
from portal.accounts.actors import Actor
from portal.accounts.enums import Role

if TYPE_CHECKING:
    from centres.activities.models import Activity
    from centres.activities.models_enrolment import Enrolment


def runs(actor: Actor, activity: "Activity") -> bool:
    """The clerk and the secretary of the centre's community."""
    return runs_centre(actor, activity.centre)


def may_enrol_others(actor: Actor, activity: "Activity") -> bool:
    """The counter for whoever stands before it; a grid worker for the doors they look after."""
    return runs(actor, activity) or actor.holds(Role.GRID_WORKER)


def may_begin(actor: Actor, enrolment: "Enrolment") -> bool:
    """Whose it is was settled before (persons.enrolled_for); nobody enrols without an account."""
    return actor.id is not None


def is_owner(actor: Actor, enrolment: "Enrolment") -> bool:
    return actor.id is not None and enrolment.user_id == actor.id


def made_for(actor: Actor, enrolment: "Enrolment") -> bool:
    """A grid worker who enrolled somebody of a household that is still theirs."""
    if actor.id is None or enrolment.enrolled_by_id != actor.id or enrolment.resident is None:
        return False
    return actor.reach.covers(enrolment.resident.household.building.path, Role.GRID_WORKER)


def speaks_for(actor: Actor, enrolment: "Enrolment") -> bool:
    return is_owner(actor, enrolment) or made_for(actor, enrolment)


def is_community(actor: Actor, enrolment: "Enrolment") -> bool:
    return runs(actor, enrolment.activity)


def may_answer(actor: Actor, enrolment: "Enrolment") -> bool:
    """The person themself, or the counter when they come or ring up."""
    return speaks_for(actor, enrolment) or is_community(actor, enrolment)


def calls_off(actor: Actor, enrolment: "Enrolment") -> bool:
    """The house takes a seat back: never one's own, and a reason is owed."""
    return is_community(actor, enrolment) and not is_owner(actor, enrolment)


def nobody(actor: Actor, enrolment: "Enrolment") -> bool:
    """The system's own steps."""
    return False
