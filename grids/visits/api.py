from typing import IO, Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from grids.visits import rules
from grids.visits.queries_offline import device_by_id, order_for
from grids.visits.serializers import PhotoOutSerializer, VisitInSerializer, VisitOutSerializer
from grids.visits.serializers_offline import DeviceInSerializer, OfflineContactSerializer, WipedInSerializer
from grids.visits.services import keep_visit_photo, log_visit
from grids.visits.services_offline import confirm_wipe, register_device
from portal.accounts.policy import anyone, roles, signed_in
from portal.api import ApiView
from portal.attachments.services import MAX_BYTES
from portal.errors import Conflict, NotFound

WRITTEN_BY = "X-Written-By"


def check_writer(request: Request, user_id: UUID | None) -> None:
    """A phone says whose visit it hands in; by now somebody else may have signed in on it. Raises Conflict."""
    said = request.headers.get(WRITTEN_BY)
    if said and said != str(user_id):
        raise Conflict(_("这是别人存的，要本人登录才能传。"), code="OTHER_WRITER")


class Bytes(BaseParser):
    """A photo as it is, whatever its type is called; what is not a photo is found out when it is opened."""

    media_type = "*/*"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        # One byte more than allowed: enough for the service to see that it is too much.
        return stream.read(MAX_BYTES + 1)


class VisitView(ApiView):
    # Not by role: what was written in a grid that is no longer one's own must still be handed in.
    policy = signed_in

    @extend_schema(
        operation_id="visits_put",
        request=VisitInSerializer,
        responses={
            201: VisitOutSerializer,
            200: OpenApiResponse(VisitOutSerializer, "the same visit was here already"),
            202: OpenApiResponse(VisitOutSerializer, "held back for the secretary: the posting had ended"),
            409: OpenApiResponse(description="DIFFERENT_VISIT: the first one under this id said something else"),
        },
    )
    def put(self, request: Request, visit_id: UUID) -> Response:
        """Log one visit under an id of the writer's own. Safe to send again.

        `sent_at`: what the writer's clock says now. Where it is off, `visited_at` is off with it, and is put right.
        """
        check_writer(request, self.actor.id)
        given = VisitInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        logged = log_visit(
            actor=self.actor, visit_id=visit_id, entry=given.entry(), sent_at=given.validated_data["sent_at"]
        )
        status = 202 if logged.is_held_back else 201 if logged.is_new else 200
        return Response(VisitOutSerializer(logged.visit).data, status=status)


class VisitPhotoView(ApiView):
    policy = signed_in
    parser_classes = [Bytes]

    @extend_schema(
        operation_id="visits_photo_put",
        request={"image/jpeg": OpenApiTypes.BINARY},
        responses={201: PhotoOutSerializer, 200: PhotoOutSerializer},
    )
    def put(self, request: Request, visit_id: UUID, sha256: str) -> Response:
        """A photo that the visit announced, as raw bytes. Safe to send again."""
        check_writer(request, self.actor.id)
        body: Any = request.data
        # An empty body is never parsed, and arrives as an empty dict.
        data = body if isinstance(body, bytes) else b""
        photo, is_new = keep_visit_photo(actor=self.actor, visit_id=visit_id, sha256=sha256, data=data)
        return Response(PhotoOutSerializer(photo).data, status=201 if is_new else 200)


@extend_schema_view(put=extend_schema(exclude=True))
class VisitPhotoSlashView(VisitPhotoView):
    """The same with a slash at the end, as all the other calls have one; the document names one of the two."""


class DeviceView(ApiView):
    """A phone that keeps doors: says that it does, and asks whether it is to forget them."""

    # Its id is the key. A stolen phone whose session was ended must still hear that it is to wipe itself.
    policy = anyone

    @extend_schema(operation_id="offline_contact", responses={200: OfflineContactSerializer})
    def get(self, request: Request, device_id: UUID) -> Response:
        """First words of every contact: who is signed in, the portal's clock, an order to wipe."""
        device = device_by_id(device_id)
        if device is None:
            raise NotFound()
        order = order_for(device)
        wipe = {"id": order.pk, "destroy": order.destroys} if order else None
        said = {"id": device.pk, "owner": self.actor.id, "now": timezone.now(), "wipe": wipe}
        return Response(OfflineContactSerializer(said).data)


class DeviceRegisterView(ApiView):
    policy = roles(*rules.KNOCKERS)

    @extend_schema(operation_id="offline_register", request=DeviceInSerializer, responses={201: None, 200: None})
    def post(self, request: Request) -> Response:
        """This browser keeps doors from now on, under an id of its own making. Safe to send again."""
        given = DeviceInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        device, is_new = register_device(actor=self.actor, device_id=given.validated_data["device"])
        return Response({"id": str(device.pk)}, status=201 if is_new else 200)


class DeviceWipedView(ApiView):
    policy = anyone

    @extend_schema(operation_id="offline_wiped", request=WipedInSerializer, responses={200: None})
    def post(self, request: Request, device_id: UUID) -> Response:
        """The phone has wiped itself; so many visits were not sent. Safe to send again."""
        given = WipedInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        confirm_wipe(actor=self.actor, device_id=device_id, order_id=data["order"], unsent=data["unsent"])
        return Response({"id": str(device_id)})


urlpatterns = [
    path("offline/devices/<uuid:device_id>/", DeviceView.as_view(), name="api-offline-device"),
    path("offline/devices/", DeviceRegisterView.as_view(), name="api-offline-on"),
    path("offline/devices/<uuid:device_id>/wiped/", DeviceWipedView.as_view(), name="api-offline-wiped"),
    path("visits/<uuid:visit_id>/", VisitView.as_view(), name="api-visit"),
    path("visits/<uuid:visit_id>/photos/<slug:sha256>/", VisitPhotoSlashView.as_view(), name="api-visit-photo"),
    # The interface writes it without the slash; a client that takes it at its word must not be sent elsewhere.
    path("visits/<uuid:visit_id>/photos/<slug:sha256>", VisitPhotoView.as_view(), name="api-visit-photo-bare"),
]
