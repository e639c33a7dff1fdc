"""The storey's tables, gathered so that Django finds them. They live in the rooms."""

from volunteers.organisations.models import PartnerUnit, PartyUnit, SocialOrg
from volunteers.service.models import TeamMembership, Volunteer, VolunteerTeam

__all__ = ["PartnerUnit", "PartyUnit", "SocialOrg", "TeamMembership", "Volunteer", "VolunteerTeam"]
