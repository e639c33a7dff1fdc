"""The storey's tables, gathered so that Django finds them. They live in the rooms."""

from petitions.bridge.models import (
    CategoryMapping,
    ExternalSystem,
    ExternalTicket,
    InboundProblem,
    OutboundUpdate,
)
from petitions.cases.models import (
    Ask,
    Case,
    CaseClock,
    CaseRecord,
    Category,
    ClockChange,
    InternalNote,
    Rating,
    RefCounter,
    Remark,
    Supervision,
    Term,
    Tries,
)
from petitions.inspections.models import (
    Checklist,
    ChecklistItem,
    Inspection,
    InspectionPlace,
    InspectionRecord,
    InspectionResult,
)
from petitions.open311.models import Open311Filing, Open311Key
from petitions.wishes.models import Wish, WishClaim, WishRecord, WishTerms

__all__ = [
    "Ask",
    "Case",
    "CaseClock",
    "CaseRecord",
    "Category",
    "CategoryMapping",
    "Checklist",
    "ChecklistItem",
    "ClockChange",
    "ExternalSystem",
    "ExternalTicket",
    "InboundProblem",
    "Inspection",
    "InspectionPlace",
    "InspectionRecord",
    "InspectionResult",
    "InternalNote",
    "Open311Filing",
    "Open311Key",
    "OutboundUpdate",
    "Rating",
    "RefCounter",
    "Remark",
    "Supervision",
    "Term",
    "Tries",
    "Wish",
    "WishClaim",
    "WishRecord",
    "WishTerms",
]
