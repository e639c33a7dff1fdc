"""The storey's tables, gathered so that Django finds them. They live in the rooms."""

from grids.postings.models import Posting
from grids.registry.models import Household, Resident
from grids.registry.models_correction import Correction
from grids.registry.organisations import Organisation
from grids.tree.models import Grid
from grids.visits.models import Promise, Visit, VisitFollowUp, VisitPhoto, VisitRound

__all__ = [
    "Correction",
    "Grid",
    "Household",
    "Organisation",
    "Posting",
    "Promise",
    "Resident",
    "Visit",
    "VisitFollowUp",
    "VisitPhoto",
    "VisitRound",
]
