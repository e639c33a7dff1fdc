"""POST /api/v1/bridge/{system}/tickets/: another system hands us a ticket."""

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from petitions.bridge import incoming, services
from petitions.bridge.enums import Outcome, Via
from petitions.bridge.serializers import TicketIn, TicketOut
from portal.accounts.policy import anyone
from portal.api import ApiView
from portal.errors import Conflict
from portal.wire import Json


def token_of(request: Request) -> str:
    """`Authorization: Bearer …`; empty without one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class Tickets(ApiView):
    # The token of the system is its key: no account stands behind it, and a browser's session is worth nothing here.
    policy = anyone
    authentication_classes = ()
    parser_classes = (Json,)

    @extend_schema(
        operation_id="bridge_push",
        auth=[],
        description="`Authorization: Bearer <the system's token>`. The same id with the same body answers again; "
        "with another body 409 `EXTERNAL_ID_CONFLICT`, and nothing changes.",
        request=TicketIn,
        responses={200: TicketOut, 201: TicketOut},
    )
    def post(self, request: Request, system: str) -> Response:
        """Hand over a ticket; answers the case it has become."""
        sender = services.system_for(system, token_of(request))
        received = services.receive(system=sender, incoming=incoming.read(request.data), via=Via.PUSH)
        ticket = received.ticket
        if received.outcome == Outcome.CONFLICT:
            raise Conflict(
                _("这个工单号以前送来过，内容和这次不一样。我们没有改动，已经请人核对。"),
                code="EXTERNAL_ID_CONFLICT",
                ref=ticket.case.ref,
            )
        body = TicketOut(
            {
                "id": ticket.external_id,
                "ref": ticket.case.ref,
                "state": ticket.case.state,
                "due_at": ticket.case.due_at,
                "category_known": not ticket.category_unknown,
            }
        )
        return Response(body.data, status=201 if received.outcome == Outcome.NEW else 200)


urlpatterns = [path("bridge/<str:system>/tickets/", Tickets.as_view(), name="api-bridge-tickets")]
