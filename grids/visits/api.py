from typing import IO, Any
from uuid import UUID

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from grids.visits.serializers import PhotoOutSerializer, VisitInSerializer, VisitOutSerializer
from grids.visits.services import keep_visit_photo, log_visit
from portal.accounts.policy import signed_in
from portal.api import ApiView
from portal.attachments.services import MAX_BYTES


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
        """Log one visit under an id of the writer's own. Safe to send again."""
        given = VisitInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        logged = log_visit(actor=self.actor, visit_id=visit_id, entry=given.entry())
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
        body: Any = request.data
        # An empty body is never parsed, and arrives as an empty dict.
        data = body if isinstance(body, bytes) else b""
        photo, is_new = keep_visit_photo(actor=self.actor, visit_id=visit_id, sha256=sha256, data=data)
        return Response(PhotoOutSerializer(photo).data, status=201 if is_new else 200)


@extend_schema_view(put=extend_schema(exclude=True))
class VisitPhotoSlashView(VisitPhotoView):
    """The same with a slash at the end, as all the other calls have one; the document names one of the two."""


urlpatterns = [
    path("visits/<uuid:visit_id>/", VisitView.as_view(), name="api-visit"),
    path("visits/<uuid:visit_id>/photos/<slug:sha256>/", VisitPhotoSlashView.as_view(), name="api-visit-photo"),
    # The interface writes it without the slash; a client that takes it at its word must not be sent elsewhere.
    path("visits/<uuid:visit_id>/photos/<slug:sha256>", VisitPhotoView.as_view(), name="api-visit-photo-bare"),
]
