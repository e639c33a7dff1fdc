"""The storey's tables, gathered so that Django finds them. They live in the rooms."""

from grids.postings.models import Posting
from grids.registry.models import Household, Resident
from grids.registry.models_anchor import AnchorHome, AnchorHousehold
from grids.registry.models_care import CareNeed
from grids.registry.models_correction import Correction
from grids.registry.models_life import DifferentPeople, LifeEvent, ResidentMerge
from grids.registry.models_roster import RosterChange, RosterImport
from grids.registry.organisations import Organisation
from grids.tree.models import Grid
from grids.tree.models_change import GridChange, GridLineage
from grids.tree.models_map import Boundary
from grids.visits.models import Promise, Visit, VisitFollowUp, VisitPhoto, VisitRound
from grids.visits.models_cards import CardBatch, ContactCard
from grids.visits.models_door import DoorSign, Objection
from grids.visits.models_errands import Errand, PolicyMaterial, VisitMaterial, WorkNote
from grids.visits.models_offline import OfflineDevice, WipeOrder, WipeReceipt

__all__ = [
    "AnchorHome",
    "AnchorHousehold",
    "Boundary",
    "CardBatch",
    "CareNeed",
    "ContactCard",
    "Correction",
    "DifferentPeople",
    "DoorSign",
    "Errand",
    "Grid",
    "GridChange",
    "GridLineage",
    "Household",
    "LifeEvent",
    "Objection",
    "OfflineDevice",
    "Organisation",
    "PolicyMaterial",
    "Posting",
    "Promise",
    "Resident",
    "ResidentMerge",
    "RosterChange",
    "RosterImport",
    "Visit",
    "VisitFollowUp",
    "VisitMaterial",
    "VisitPhoto",
    "VisitRound",
    "WipeOrder",
    "WipeReceipt",
    "WorkNote",
]
