"""What the counter's list shows of each loan, decided once, without a query."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from centres.sharing import words
from centres.sharing.enums import LoanState
from centres.sharing.models_loan import Loan


@dataclass(frozen=True)
class DeskRow:
    loan: Loan
    name: str
    label: str
    who: str
    phone: str
    standing: words.Standing
    kept: bool
    out: bool


def rows_of(loans: Iterable[Any], now: dt.datetime) -> list[DeskRow]:
    return [_row(loan, now) for loan in loans]


def _row(loan: Loan, now: dt.datetime) -> DeskRow:
    who = loan.resident.name if loan.resident else loan.user.get_full_name() if loan.user else ""
    phone = (loan.user.phone if loan.user else "") or (loan.resident.phone if loan.resident else "") or ""
    return DeskRow(
        loan,
        loan.copy.item.name,
        loan.copy.label,
        who,
        phone,
        words.standing(loan, now, mine=False),
        kept=loan.state == LoanState.RESERVED,
        out=loan.state == LoanState.OUT,
    )
