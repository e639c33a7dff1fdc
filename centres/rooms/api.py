from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from centres.rooms import api_line, queries, services
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking
from centres.rooms.serializers import (
    AvailabilityQuery,
    BookingSerializer,
    CancelSerializer,
    CheckInSerializer,
    MoveSerializer,
    NewBookingSerializer,
    ReasonSerializer,
    RoomSerializer,
    SpanSerializer,
    VersionSerializer,
    span_shown,
)
from portal.accounts.policy import anyone, signed_in
from portal.api import ApiView, Cursor, problem
from portal.errors import Invalid, NotFound, Refusal
from portal.once.services import idempotent
from portal.schema import paged


class ByStart(Cursor):
    ordering = ("-starts_at", "-id")  # type: ignore[assignment]


class RoomsView(ApiView):
    policy = anyone

    @extend_schema(
        operation_id="rooms_list",
        parameters=[OpenApiParameter("centre", UUID), OpenApiParameter("cursor", str)],
        responses=paged("RoomPage", RoomSerializer),
    )
    def get(self, request: Request) -> Response:
        """Every room of every centre; `centre` narrows it to one."""
        asked = request.query_params.get("centre")
        pages = Cursor()
        rooms = queries.all_rooms(centre=_uuid(asked) if asked else None)
        page = pages.paginate_queryset(rooms, request, view=self) or []
        return pages.get_paginated_response(RoomSerializer(page, many=True).data)


class AvailabilityView(ApiView):
    policy = anyone

    @extend_schema(
        operation_id="rooms_availability",
        parameters=[AvailabilityQuery],
        responses=SpanSerializer(many=True),
    )
    def get(self, request: Request, room_id: UUID) -> Response:
        """Each date from midnight to midnight, without holes. No names and no purposes."""
        given = AvailabilityQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        first = given.validated_data.get("date") or timezone.localtime(now).date()
        if not 2000 <= first.year <= 2200:
            raise Invalid(errors={"date": ["2000–2200"]})
        days = given.validated_data["days"]
        spans = queries.availability(room=_room(room_id), first=first, days=days, now=now, actor=self.actor)
        return Response([span_shown(span) for span in spans])


class BookingsView(ApiView):
    policy = signed_in

    @extend_schema(
        operation_id="bookings_list",
        parameters=[OpenApiParameter("cursor", str)],
        responses=paged("BookingPage", BookingSerializer),
    )
    def get(self, request: Request) -> Response:
        """One's own bookings and those of the rooms one looks after, the latest start first."""
        pages = ByStart()
        page = pages.paginate_queryset(queries.visible_to(self.actor), request, view=self) or []
        return pages.get_paginated_response(BookingSerializer(page, many=True).data)

    @extend_schema(operation_id="bookings_create", request=NewBookingSerializer, responses={201: BookingSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Book a room. 409 CONFLICT, BUFFER, QUOTA and 422 for the other rules, with `alternatives`."""
        given = NewBookingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        booking = services.book(actor=self.actor, **_without_none(given.validated_data))
        return Response(BookingSerializer(booking).data, status=201)


class BookingView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="bookings_retrieve", responses=BookingSerializer)
    def get(self, request: Request, booking_id: UUID) -> Response:
        return Response(BookingSerializer(services.visible_booking(self.actor, booking_id)).data)


class CancelView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="bookings_cancel", request=CancelSerializer, responses=BookingSerializer)
    @idempotent
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Give it back: 24 hours before, the quota comes back too."""
        return _answer(self, booking_id, CancelSerializer, services.cancel)


class ApproveView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="bookings_approve", request=VersionSerializer, responses=BookingSerializer)
    @idempotent
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Nod. The staff of the place, not for their own."""
        return _answer(self, booking_id, VersionSerializer, services.approve)


class DeclineView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="bookings_decline", request=ReasonSerializer, responses=BookingSerializer)
    @idempotent
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Say no, with a reason the person reads (422 REASON_REQUIRED)."""
        return _answer(self, booking_id, ReasonSerializer, services.decline)


class CheckInView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="bookings_check_in", request=CheckInSerializer, responses=BookingSerializer)
    @idempotent
    def post(self, request: Request, booking_id: UUID) -> Response:
        """They have come: from 15 minutes before the start until the end. 422 DOOR_CODE without the door's digits."""
        try:
            return _answer(self, booking_id, CheckInSerializer, services.check_in)
        except Refusal as refused:
            if refused.code not in ("DOOR_CODE", "THROTTLED"):
                raise
            # Answered, not raised: with a key of idempotency the count of tries would be taken back as well.
            return problem(refused, {}) or Response(status=refused.status)


class MoveView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="bookings_move", request=MoveSerializer, responses=BookingSerializer)
    @idempotent
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Another time in the same room, in one act; refusals as for a new booking."""
        return _answer(self, booking_id, MoveSerializer, services.move)


def _answer(view: ApiView, booking_id: UUID, shape: Any, service: Callable[..., Booking]) -> Response:
    given = shape(data=view.request.data)
    given.is_valid(raise_exception=True)
    booking = service(actor=view.actor, booking_id=booking_id, **given.validated_data)
    return Response(BookingSerializer(booking).data)


def _without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def _room(room_id: UUID) -> Room:
    room = queries.room_by_id(room_id)
    if room is None:
        raise NotFound()
    return room


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error


urlpatterns = [
    *api_line.urlpatterns,
    path("rooms/", RoomsView.as_view(), name="api-rooms"),
    path("rooms/<uuid:room_id>/availability/", AvailabilityView.as_view(), name="api-room-availability"),
    path("bookings/", BookingsView.as_view(), name="api-bookings"),
    path("bookings/<uuid:booking_id>/", BookingView.as_view(), name="api-booking"),
    path("bookings/<uuid:booking_id>/cancel/", CancelView.as_view(), name="api-booking-cancel"),
    path("bookings/<uuid:booking_id>/approve/", ApproveView.as_view(), name="api-booking-approve"),
    path("bookings/<uuid:booking_id>/decline/", DeclineView.as_view(), name="api-booking-decline"),
    path("bookings/<uuid:booking_id>/check_in/", CheckInView.as_view(), name="api-booking-check-in"),
    path("bookings/<uuid:booking_id>/move/", MoveView.as_view(), name="api-booking-move"),
]
