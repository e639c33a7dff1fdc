from celery import shared_task

from portal.longwork import services


@shared_task
def run() -> None:
    """Woken when work is started, and by the beat. Twice at once: each work is held by one of them."""
    services.run_waiting()
