from celery import shared_task

from portal.flow import due


@shared_task
def sweep() -> None:
    """Woken by the beat. Running it twice, or in five workers at once, changes nothing but how soon it is finished."""
    due.sweep()
