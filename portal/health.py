"""Is it alive, can it work, what does it measure."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from portal.accounts.policy import anyone
from portal.flow.due import LATE, oldest_due
from portal.notifications.queries import waiting
from portal.throttle.services import caller

DUE_AGE = Gauge("jiamenkou_oldest_due_seconds", "Age of the oldest due row that is still open")
OUTBOX = Gauge("jiamenkou_outbox_waiting", "Messages waiting in the outbox")


@anyone
def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives. Asks nothing of anybody else."""
    return JsonResponse({"alive": True})


@anyone
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker, age of the oldest due row. 503 only where pages cannot be served: without the database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = oldest_due().total_seconds()
        database = True
    except DatabaseError:
        database, late = False, None
    body = {
        "database": database,
        "broker": broker_answers(),
        "oldest_due_seconds": late,
    }
    body["late"] = late is None or late > LATE.total_seconds()
    return JsonResponse(body, status=200 if database else 503)


def broker_answers() -> bool:
    # The cache swallows a lost connection, so ask for a value back rather than for an exception.
    cache.set("readyz", "1", 5)
    return cache.get("readyz") == "1"


@anyone
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for the staff network only; to anyone else the page does not exist."""
    try:
        # Behind a proxy of the same machine every visitor's connection comes from 127.0.0.1.
        asking = ip_address(caller(request))
    except ValueError as error:
        raise Http404 from error
    if not any(asking in ip_network(network) for network in settings.STAFF_NETWORKS):
        raise Http404
    DUE_AGE.set(oldest_due().total_seconds())
    OUTBOX.set(waiting())
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
