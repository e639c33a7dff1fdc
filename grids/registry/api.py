from uuid import UUID

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grids.registry import queries
from grids.registry.serializers import (
    HouseholdDetailSerializer,
    HouseholdSerializer,
    ResidentSerializer,
    RevealedSerializer,
    RevealSerializer,
)
from grids.registry.services import reveal
from portal.accounts.enums import DATA_ROLES
from portal.accounts.policy import roles
from portal.api import ApiView, Cursor
from portal.errors import NotFound
from portal.schema import paged

REGISTER = roles(*DATA_ROLES)


class InOrder(Cursor):
    ordering = "id"


class ByName(Cursor):
    ordering = ("sort_key", "id")  # type: ignore[assignment]


class HouseholdsView(ApiView):
    policy = REGISTER

    @extend_schema(
        operation_id="households_list",
        parameters=[OpenApiParameter("building", OpenApiTypes.UUID), OpenApiParameter("cursor", str)],
        responses=paged("HouseholdPage", HouseholdSerializer),
    )
    def get(self, request: Request) -> Response:
        """Doors within reach."""
        building = request.query_params.get("building")
        wanted = serializers.UUIDField(allow_null=True).run_validation(building or None)
        pages = InOrder()
        page = pages.paginate_queryset(queries.households(self.actor.reach, building=wanted), request, view=self)
        return pages.get_paginated_response(HouseholdSerializer(page, many=True).data)


class HouseholdView(ApiView):
    policy = REGISTER

    @extend_schema(operation_id="households_retrieve", responses=HouseholdDetailSerializer)
    def get(self, request: Request, household_id: UUID) -> Response:
        """One door and the people behind it, telephones masked."""
        found = queries.with_families(queries.households(self.actor.reach)).filter(pk=household_id).first()
        if found is None:
            raise NotFound()
        return Response(HouseholdDetailSerializer(found).data)


class ResidentsView(ApiView):
    policy = REGISTER

    @extend_schema(
        operation_id="residents_list",
        parameters=[
            OpenApiParameter("q", str, description="name, pinyin initials, telephone or its last four digits"),
            OpenApiParameter("cursor", str),
        ],
        responses=paged("ResidentPage", ResidentSerializer),
    )
    def get(self, request: Request) -> Response:
        """People within reach, telephones masked."""
        pages = ByName()
        found = queries.find_residents(self.actor.reach, request.query_params.get("q", ""))
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ResidentSerializer(page, many=True).data)


class RevealView(ApiView):
    policy = REGISTER

    @extend_schema(operation_id="residents_reveal", request=RevealSerializer, responses=RevealedSerializer)
    def post(self, request: Request, resident_id: UUID) -> Response:
        """Show one masked field. Asks why; the person can read who asked and when."""
        asked = RevealSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        value = reveal(actor=self.actor, resident_id=resident_id, **asked.validated_data)
        return Response({"field": asked.validated_data["field"], "value": value})


urlpatterns = [
    path("households/", HouseholdsView.as_view(), name="api-households"),
    path("households/<uuid:household_id>/", HouseholdView.as_view(), name="api-household"),
    path("residents/", ResidentsView.as_view(), name="api-residents"),
    path("residents/<uuid:resident_id>/reveal/", RevealView.as_view(), name="api-reveal"),
]
