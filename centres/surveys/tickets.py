"""Who has answered already: found by a keyed hash, and by nothing else."""

from collections.abc import Iterable
from uuid import UUID

from centres.surveys.models import SurveyTicket
from portal.audit.services import keyed_hash


def holder_of(survey_id: UUID, account: UUID) -> str:
    """Another word for each survey, under a key that is not in the database: no two surveys can be laid together."""
    return keyed_hash(f"survey-ticket:{survey_id}:{account}")


def answered_of(account: UUID | None, survey_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these surveys an account has answered. One query."""
    if account is None:
        return set()
    holders = [holder_of(survey_id, account) for survey_id in survey_ids]
    return set(SurveyTicket.objects.filter(holder__in=holders).values_list("survey_id", flat=True))
