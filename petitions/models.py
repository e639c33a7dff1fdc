"""The storey's tables, gathered so that Django finds them. They live in the rooms."""

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
from petitions.wishes.models import Wish, WishClaim, WishRecord, WishTerms

__all__ = [
    "Ask",
    "Case",
    "CaseClock",
    "CaseRecord",
    "Category",
    "ClockChange",
    "InternalNote",
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
