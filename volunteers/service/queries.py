"""Reads that span tables, and the door through which other rooms ask who helps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.accounts.models import User
from volunteers.organisations.queries import units_of
from volunteers.service.enums import ROLES, CapacityKind, TeamKind
from volunteers.service.models import TeamMembership, Volunteer, VolunteerTeam
from volunteers.service.rules import is_the_member, may_take_in, shown_count


@dataclass(frozen=True)
class Capacity:
    """In whose name an account may take something on: its own, a team's it leads, a unit's it answers for."""

    kind: CapacityKind
    id: UUID
    name: str

    @property
    def role(self) -> str:
        return str(ROLES[self.kind])

    @property
    def key(self) -> str:
        """`team:<id>`: what a form sends back."""
        return f"{self.kind}:{self.id}"


def volunteer_of(user_id: UUID | None) -> Volunteer | None:
    """The volunteer behind an account; None where there is none or they have left."""
    return Volunteer.objects.active().filter(user_id=user_id).first() if user_id else None


def capacities_of(user_id: UUID | None) -> list[Capacity]:
    """Own person first, then teams, then units, each by name. Empty: this account helps in no capacity yet."""
    if user_id is None:
        return []
    found = []
    volunteer = volunteer_of(user_id)
    if volunteer is not None:
        found.append(Capacity(CapacityKind.VOLUNTEER, volunteer.pk, volunteer.name))
        teams = VolunteerTeam.objects.active().filter(leader=volunteer)
        found += [Capacity(CapacityKind.TEAM, team.pk, team.name) for team in teams]
    return found + [Capacity(CapacityKind.UNIT, unit.id, unit.name) for unit in units_of(user_id)]


@dataclass(frozen=True)
class TeamCard:
    """A team as anyone may read it: no names of people, no count below ten."""

    id: UUID
    name: str
    kind: str
    about: str
    size: int | None
    url: str


def card_of(team: Any) -> TeamCard:
    """`team`: a VolunteerTeam that comes from `with_size()`."""
    return TeamCard(
        team.pk, team.name, team.get_kind_display(), team.about, shown_count(team.size), team.get_absolute_url()
    )


def teams_of(path: str) -> list[tuple[str, list[TeamCard]]]:
    """The teams of a place by kind, in the order of the kinds and by name within: one query."""
    by_kind: dict[str, list[TeamCard]] = {kind: [] for kind in TeamKind.values}
    for team in VolunteerTeam.objects.active().under(path).with_size().by_name():
        by_kind[team.kind].append(card_of(team))
    return [(str(TeamKind(kind).label), cards) for kind, cards in by_kind.items() if cards]


def find_teams(path: str, text: str, most: int = 5) -> list[VolunteerTeam]:
    """The teams of a place that are called so, or do so: one query."""
    said = Q(name__icontains=text) | Q(about__icontains=text)
    return list(VolunteerTeam.objects.active().under(path).filter(said).by_name()[:most])


def team_by_id(team_id: UUID) -> VolunteerTeam | None:
    """A team that is still there, with its size, its leader and its place."""
    return VolunteerTeam.objects.active().with_size().select_related("grid", "leader").filter(pk=team_id).first()


def members_of(team: VolunteerTeam) -> list[TeamMembership]:
    """By name, which says nothing about anybody (guardrail 3)."""
    rows = TeamMembership.objects.live().filter(team=team).select_related("volunteer")
    return list(rows.order_by("volunteer__sort_key", "volunteer_id"))


def asking_of(team: VolunteerTeam) -> list[TeamMembership]:
    rows = TeamMembership.objects.asking().filter(team=team).select_related("volunteer")
    return list(rows.order_by("asked_at", "id"))


def membership_in(team: VolunteerTeam, user_id: UUID | None) -> TeamMembership | None:
    """The standing row of an account in a team: asking or member."""
    if user_id is None:
        return None
    return TeamMembership.objects.standing().filter(team=team, volunteer__user_id=user_id).first()


def membership_for(actor: Actor, membership_id: UUID) -> TeamMembership | None:
    """A membership this person may decide about: their own, of a team they lead, of their community's."""
    rows = TeamMembership.objects.select_related("team__grid", "team__leader", "volunteer")
    found = rows.filter(pk=membership_id, team__ended_at=None).first()
    if found is None or not (is_the_member(actor, found) or may_take_in(actor, found.team)):
        return None
    return found


def volunteers_under(path: str) -> int:
    """How many volunteers belong to a team at or below a place; everybody once."""
    live = TeamMembership.objects.live().filter(team__grid__path__startswith=path, team__ended_at=None)
    return live.values("volunteer_id").distinct().count()


def memberships_of(user_id: UUID) -> list[TeamMembership]:
    """Where this account belongs or has asked to belong, by the team's name."""
    mine = TeamMembership.objects.standing().filter(volunteer__user_id=user_id, team__ended_at=None)
    return list(mine.select_related("team__leader").order_by("team__sort_key", "team_id"))


def asking_for(actor: Actor, now: datetime) -> list[TeamMembership]:
    """Requests that wait for this person: teams they lead, and leaderless teams of their community. Oldest first."""
    if actor.id is None:
        return []
    mine = Q(team__leader__user_id=actor.id)
    orphaned = Q(team__leader=None) & actor.reach.q("team__grid__path", *COMMUNITY)
    asking = TeamMembership.objects.asking().filter(mine | orphaned, team__ended_at=None, asked_at__lte=now)
    return list(asking.select_related("team", "volunteer").order_by("asked_at", "id"))


def team_called(path: str, name: str) -> VolunteerTeam | None:
    """The team of this name at or below a place."""
    return VolunteerTeam.objects.active().under(path).filter(name=name).select_related("leader__user").first()


def leader_of(team: VolunteerTeam) -> User | None:
    """The account that leads a team."""
    return team.leader.user if team.leader else None
