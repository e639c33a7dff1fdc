"""Who may do what with a team. Pure predicates (actor, object); a failure denies."""

from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from volunteers.service.models import TeamMembership, VolunteerTeam

# Below this many, a number of people is not shown in public: it would point at them (guardrail 12).
FEWEST_SHOWN = 10


def works_for(actor: Actor, team: VolunteerTeam) -> bool:
    """The community of the team."""
    return actor.reach.covers(team.grid.path, *COMMUNITY)


def leads(actor: Actor, team: VolunteerTeam) -> bool:
    leader = team.leader
    return actor.id is not None and leader is not None and leader.left_at is None and leader.user_id == actor.id


def may_take_in(actor: Actor, team: VolunteerTeam) -> bool:
    """Accepts and declines those who ask to join, and sees who the members are."""
    return leads(actor, team) or works_for(actor, team)


def is_the_member(actor: Actor, membership: TeamMembership) -> bool:
    return actor.id is not None and membership.volunteer.user_id == actor.id


def shown_count(number: int) -> int | None:
    """A count of people as the public may read it; None below ten."""
    return number if number >= FEWEST_SHOWN else None
