from celery import shared_task

from portal.notifications import services


@shared_task
def deliver() -> None:
    services.deliver()
