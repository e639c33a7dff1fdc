"""/api/v1/cases/ and /api/v1/figures/."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework.request import Request
from rest_framework.response import Response

from grids.tree import queries as tree
from petitions.cases import figures, queries, services, whistle_queries, whistles
from petitions.cases.enums import State
from petitions.cases.event_forms import person_by_id
from petitions.cases.flow import flow
from petitions.cases.models import Case
from petitions.cases.periods import period_from
from petitions.cases.serializers import CallHappening, CaseDetail, CaseOut, FigureOut, FileCase, Filed, Happening
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET
from portal.accounts.policy import roles, signed_in
from portal.api import ApiView, Cursor, chosen
from portal.errors import Invalid, NotFound
from portal.once.services import idempotent
from portal.schema import paged


def node_of(text: str) -> Any:
    """A node of the tree by id or code. Raises NotFound."""
    text = queries.printable(text)
    node = tree.by_code(text)
    if node is None:
        try:
            node = tree.by_id(UUID(text))
        except ValueError:
            node = None
    if node is None:
        raise NotFound()
    return node


def category_of(code: str) -> Any:
    category = queries.category_by_code(code)
    if category is None:
        raise Invalid(errors={"category": [_("没有这一类。")]})
    return category


class Cases(ApiView):
    policy = signed_in

    @extend_schema(
        operation_id="cases_list",
        parameters=[
            OpenApiParameter("view", str, enum=queries.VIEWS),
            OpenApiParameter("state", str, enum=State.values),
            OpenApiParameter("q", str),
            OpenApiParameter("cursor", str),
        ],
        responses=paged("CasePage", CaseOut),
    )
    def get(self, request: Request) -> Response:
        """Cases within reach, the newest first."""
        now, given = timezone.now(), request.query_params
        wanted = queries.Wanted(
            view=chosen(request, "view", queries.VIEWS) or "all",
            words=given.get("q", ""),
            state=chosen(request, "state", State.values),
        )
        rows = queries.listing(self.actor.reach, wanted, now).order_by("-id")
        pages = Cursor()
        page = pages.paginate_queryset(rows, request, view=self)
        context = {"now": now, "colleague": bool(self.actor.reach.scopes)}
        return pages.get_paginated_response(CaseOut(page, many=True, context=context).data)

    @extend_schema(operation_id="cases_file", request=FileCase, responses={201: Filed})
    @idempotent
    def post(self, request: Request) -> Response:
        """File a case; answers its number, its deadlines and its tracking link."""
        form = FileCase(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        case = services.submit(
            actor=self.actor,
            title=given["title"],
            description=given["description"],
            category=category_of(given["category"]) if given.get("category") else None,
            sla=given.get("sla") or None,
            grid=node_of(given["grid"]) if given.get("grid") else None,
            address=given["address"],
            contact_phone=given["contact_phone"],
            reporter_name=given["reporter_name"],
            reply_by=given.get("reply_by", ""),
            anonymous=given["anonymous"],
            attachments=given.get("attachments", []),
        )
        body = Filed(
            {
                "ref": case.ref,
                "state": case.state,
                "due_at": case.due_at,
                "respond_by": case.respond_by,
                "sign_by": case.sign_by,
                "provisional": case.provisional,
                "track_url": request.build_absolute_uri(case.track_path),
            }
        )
        return Response(body.data, status=201)


class CaseView(ApiView):
    policy = signed_in

    def case(self, ref: str) -> Case:
        """Within reach or not there."""
        found = queries.find(self.actor.reach, ref)
        if found is None:
            raise Http404
        return found

    def detail(self, case: Case) -> Response:
        """The whole case; whatever was asked, to be told it is an opening."""
        services.record_opening(actor=self.actor, case=case)
        context = {
            "now": timezone.now(),
            "events": flow.open_events(self.actor, case),
            "colleague": bool(self.actor.reach.scopes),
            "actor": self.actor,
        }
        return Response(CaseDetail(case, context=context).data)


class OneCase(CaseView):
    @extend_schema(operation_id="cases_read", responses=CaseDetail)
    def get(self, request: Request, ref: str) -> Response:
        """One case within reach: its records, its round and version, and what this person may do with it now."""
        return self.detail(self.case(ref))


class Events(CaseView):
    @extend_schema(operation_id="cases_event", request=Happening, responses=CaseDetail)
    @idempotent
    def post(self, request: Request, ref: str) -> Response:
        """One event of the table on this case; answers the case as it stands then."""
        case = self.case(ref)
        form = Happening(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        # 退单 is `return_` in code, where `return` is taken.
        event, version, reason = given.pop("event").rstrip("_"), given.pop("version", None), given.pop("reason")
        data = {name: self.read(name, value, given) for name, value in given.items() if value is not None}
        services.act(actor=self.actor, case_id=case.pk, event=event, version=version, reason=reason, **data)
        # After an event it may be out of this person's reach; the answer to what they did is theirs all the same.
        fresh = Case.objects.select_related(*queries.FULL).get(pk=case.pk)
        return self.detail(fresh)

    def read(self, name: str, value: Any, given: dict[str, Any]) -> Any:
        """What stands behind an id: an account, a node, a category, another case."""
        if name == "person":
            return person_by_id(value) or self.missing()
        if name in ("department", "grid"):
            return node_of(value)
        if name == "departments":
            return [node_of(code) for code in value]
        if name == "category":
            return category_of(value)
        if name == "target":
            return queries.find(self.actor.reach, value) or self.missing()
        return value

    def missing(self) -> Any:
        raise NotFound()


class CallEvents(CaseView):
    @extend_schema(operation_id="cases_call_event", request=CallHappening, responses=CaseDetail)
    @idempotent
    def post(self, request: Request, ref: str, call_id: UUID) -> Response:
        """One event on one department's call; answers the case with its calls as they stand then."""
        case = self.case(ref)
        call = whistle_queries.find(self.actor.reach, call_id)
        if call is None or call.case_id != case.pk:
            raise Http404
        form = CallHappening(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        whistles.answer(actor=self.actor, call_id=call.pk, **given)
        return self.detail(Case.objects.select_related(*queries.FULL).get(pk=case.pk))


class Figures(ApiView):
    policy = roles(*COMMUNITY, *STREET, *DISTRICT)

    @extend_schema(
        operation_id="figures",
        parameters=[
            OpenApiParameter("grid", str, description="id or code of a node within reach"),
            OpenApiParameter("from", OpenApiTypes.DATE),
            OpenApiParameter("to", OpenApiTypes.DATE, description="included"),
        ],
        responses=inline_serializer("Figures", {name: FigureOut() for name in figures.BY_NAME}),
    )
    def get(self, request: Request) -> Response:
        """The figures of a period; `value` is null where the denominator is 0."""
        given = request.query_params
        period = period_from(given.get("from", ""), given.get("to", ""), timezone.now())
        path_ = ""
        if given.get("grid"):
            node = queries.node_within(self.actor.reach, given["grid"])
            if node is None:
                raise Http404
            path_ = node.path
        found = figures.figures(self.actor.reach, path_, period)
        return Response(
            {
                one.figure.name: {"numerator": one.numerator, "denominator": one.denominator, "value": one.value}
                for one in found
            }
        )


urlpatterns = [
    path("cases/", Cases.as_view(), name="api-cases"),
    path("cases/<str:ref>/", OneCase.as_view(), name="api-case"),
    path("cases/<str:ref>/events/", Events.as_view(), name="api-case-events"),
    path("cases/<str:ref>/calls/<uuid:call_id>/events/", CallEvents.as_view(), name="api-case-call-events"),
    path("figures/", Figures.as_view(), name="api-figures"),
]
