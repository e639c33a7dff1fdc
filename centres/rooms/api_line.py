"""A series of bookings, and standing in line, for other systems."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from centres.rooms import queries, series, waitlist
from centres.rooms.enums import Mode
from centres.rooms.serializers import (
    BookingSerializer,
    JoinSerializer,
    NewSeriesSerializer,
    SeriesSerializer,
    VersionSerializer,
    WaitlistSerializer,
)
from portal.accounts.policy import signed_in
from portal.api import ApiView, Cursor
from portal.once.services import idempotent
from portal.schema import paged


class SeriesView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="bookings_series", request=NewSeriesSerializer, responses={201: SeriesSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """The same hours on several dates. `preview` writes nothing (200); `all` books every date or none (409
        SERIES with `dates`); `skip` books what can be had."""
        given = NewSeriesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        lines = series.book_series(actor=self.actor, **_without_none(given.validated_data))
        body = {
            "dates": [line.shown() for line in lines],
            "created": [str(line.booking.pk) for line in lines if line.booking],
        }
        return Response(body, status=200 if given.validated_data["mode"] == Mode.PREVIEW else 201)


class WaitlistView(ApiView):
    policy = signed_in

    @extend_schema(
        operation_id="waitlist_list",
        parameters=[OpenApiParameter("cursor", str)],
        responses=paged("WaitlistPage", WaitlistSerializer),
    )
    def get(self, request: Request) -> Response:
        """Where one stands in line, and who does for the rooms one looks after; the newest first."""
        pages = Cursor()
        page = pages.paginate_queryset(queries.line_visible_to(self.actor), request, view=self) or []
        return pages.get_paginated_response(WaitlistSerializer(page, many=True).data)

    @extend_schema(operation_id="waitlist_create", request=JoinSerializer, responses={201: WaitlistSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Stand in line for a time that is taken. 409 FREE where it can be booked, ALREADY_WAITING."""
        given = JoinSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        entry = waitlist.join(actor=self.actor, **_without_none(given.validated_data))
        return Response(WaitlistSerializer(entry).data, status=201)


class AcceptView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="waitlist_accept", request=VersionSerializer, responses=BookingSerializer)
    @idempotent
    def post(self, request: Request, entry_id: UUID) -> Response:
        """Take what is offered; answers the booking. 409 LAPSED once the time to answer is over."""
        booking = waitlist.accept(actor=self.actor, entry_id=entry_id, version=_version(request))
        return Response(BookingSerializer(booking).data)


class WithdrawView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="waitlist_withdraw", request=VersionSerializer, responses=WaitlistSerializer)
    @idempotent
    def post(self, request: Request, entry_id: UUID) -> Response:
        """Leave the line; what was offered goes to the next."""
        entry = waitlist.withdraw(actor=self.actor, entry_id=entry_id, version=_version(request))
        return Response(WaitlistSerializer(entry).data)


def _version(request: Request) -> int | None:
    given = VersionSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    version: int | None = given.validated_data.get("version")
    return version


def _without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


urlpatterns = [
    path("bookings/series/", SeriesView.as_view(), name="api-bookings-series"),
    path("waitlist/", WaitlistView.as_view(), name="api-waitlist"),
    path("waitlist/<uuid:entry_id>/accept/", AcceptView.as_view(), name="api-waitlist-accept"),
    path("waitlist/<uuid:entry_id>/withdraw/", WithdrawView.as_view(), name="api-waitlist-withdraw"),
]
