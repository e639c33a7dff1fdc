from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grids.registry.queries import resident_for
from grids.tree.queries import current_community
from petitions.wishes import queries, rules, services, words
from petitions.wishes.enums import Event, WishState
from petitions.wishes.models import Wish
from petitions.wishes.places import named_place, place_to_write_for
from petitions.wishes.serializers import (
    NewWishSerializer,
    WishDetailSerializer,
    WishEventSerializer,
    WishSerializer,
    detailed,
    shown,
)
from portal.accounts.policy import signed_in
from portal.api import ApiView, Cursor, chosen
from portal.errors import Invalid, NotFound
from portal.once.services import idempotent
from portal.schema import paged

# What each event takes besides version.
TAKES = {
    Event.APPROVE: ("text",),
    Event.RESUBMIT: ("text",),
    Event.CLAIM: ("capacity",),
    Event.HAND_IN: ("evidence", "attachments"),
}
SERVICES: dict[str, Any] = {
    Event.APPROVE: services.approve,
    Event.RESUBMIT: services.resubmit,
    Event.CLAIM: services.claim,
    Event.HAND_IN: services.hand_in,
}


class WishesView(ApiView):
    policy = signed_in

    @extend_schema(
        operation_id="wishes_list",
        parameters=[
            OpenApiParameter("state", str, enum=WishState.values),
            OpenApiParameter("mine", bool),
            OpenApiParameter("cursor", str),
        ],
        responses=paged("WishPage", WishSerializer),
    )
    def get(self, request: Request) -> Response:
        """The wall, one's own wishes, and those within reach; the newest first, whatever else is asked."""
        rows = queries.visible_to(self.actor).with_live_claim()
        if state := chosen(request, "state", WishState.values):
            rows = rows.filter(state=state)
        if request.query_params.get("mine") in ("1", "true"):
            rows = rows.of(self.actor.id)
        pages = Cursor()
        page: list[Wish] = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(WishSerializer([shown(wish, self.actor) for wish in page], many=True).data)

    @extend_schema(operation_id="wishes_create", request=NewWishSerializer, responses={201: WishDetailSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a wish down. It is looked at before it hangs where everybody reads it."""
        given = NewWishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        asked, grid_id = data.pop("resident", None), data.pop("grid", None)
        resident = resident_for(self.actor.reach, asked) if asked else None
        if asked and resident is None:
            raise NotFound()
        if grid_id:
            grid = named_place(self.actor, grid_id)
        else:
            grid = place_to_write_for(self.actor, resident, lambda: current_community(request._request))
        if grid is None:
            raise Invalid(errors={"grid": [_("没有这个地方。")]})
        wish = services.submit_wish(actor=self.actor, grid=grid, resident=resident, **data)
        return answer(self, wish.pk, status=201)


class WishView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="wishes_retrieve", responses=WishDetailSerializer)
    def get(self, request: Request, wish_id: UUID) -> Response:
        """One wish. Whoever has taken it on finds the telephone here, if the wisher agreed; that look is recorded."""
        return answer(self, wish_id)


class WishEventsView(ApiView):
    policy = signed_in

    @extend_schema(operation_id="wishes_event", request=WishEventSerializer, responses=WishDetailSerializer)
    @idempotent
    def post(self, request: Request, wish_id: UUID) -> Response:
        """Fire an event. 409 TAKEN where somebody was quicker, ILLEGAL_TRANSITION, STALE; 403 where it is not yours."""
        given = WishEventSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data, event = given.validated_data, given.validated_data["event"]
        common = {"actor": self.actor, "wish_id": wish_id, "version": data.get("version")}
        if event in SERVICES:
            extra = {name: data[name] for name in TAKES[event] if name in data}
            if event == Event.HAND_IN:
                extra["attachment_ids"] = extra.pop("attachments", [])
                extra.setdefault("evidence", "")
            SERVICES[event](**common, **extra)
        else:
            services.act(event=event, reason=data.get("reason", ""), **common)
        return answer(self, wish_id)


def answer(view: ApiView, wish_id: UUID, status: int = 200) -> Response:
    wish = services.visible_wish(view.actor, wish_id)
    return Response(WishDetailSerializer(detailed(wish, view.actor, contact_for(view, wish))).data, status=status)


def contact_for(view: ApiView, wish: Wish) -> services.Contact | None:
    """For the one who helps and for the wisher; the community asks on the page, where a look is a decision."""
    if words.side_of(view.actor, wish) not in (words.HELPER, words.WISHER) or not rules.may_see_contact(
        view.actor, wish
    ):
        return None
    return services.reveal_contact(actor=view.actor, wish_id=wish.pk)


urlpatterns = [
    path("wishes/", WishesView.as_view(), name="api-wishes"),
    path("wishes/<uuid:wish_id>/", WishView.as_view(), name="api-wish"),
    path("wishes/<uuid:wish_id>/events/", WishEventsView.as_view(), name="api-wish-events"),
]
