"""What a worker is woken for. Both are safe to run twice, and lost ones come again by their due rows."""

from uuid import UUID

from celery import shared_task

from petitions.bridge import outbox, pulling


@shared_task
def send(update_id: str, attempt: int) -> None:
    outbox.send(update_id=UUID(update_id), attempt=attempt)


@shared_task
def pull(system_id: str) -> None:
    pulling.pull(system_id=UUID(system_id))
