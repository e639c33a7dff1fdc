"""Shapes of the API. Telephones leave masked; names of reporters do not leave at all."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from petitions.cases import verdicts, whistle_queries, whistles
from petitions.cases.enums import FILED, CallState, ReplyBy, Satisfaction, Sla, Solved, State
from petitions.cases.models import Case, CaseRecord, Chase, WhistleCall
from petitions.cases.whistle_flow import call_flow
from portal import phones

# What people write instead of the codes.
SPOKEN = {"满意": "satisfied", "基本满意": "fairly", "不满意": "dissatisfied"}
SPOKEN_SOLVED = {"是": "yes", "办好了": "yes", "部分": "partly", "办了一部分": "partly", "否": "no", "没办好": "no"}


class FileCase(serializers.Serializer):
    """POST cases/"""

    title = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    category = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="code of a category")
    sla = serializers.CharField(max_length=16, required=False, allow_blank=True, help_text=", ".join(FILED))
    grid = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="id or code of a grid node")
    address = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    reporter_name = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    reply_by = serializers.ChoiceField(ReplyBy.values, required=False, allow_blank=True)
    anonymous = serializers.BooleanField(required=False, default=False)
    attachments = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=9)


class Filed(serializers.Serializer):
    """The answer to POST cases/."""

    ref = serializers.CharField()
    state = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    respond_by = serializers.DateTimeField(allow_null=True)
    sign_by = serializers.DateTimeField(allow_null=True)
    provisional = serializers.BooleanField()
    track_url = serializers.CharField()


class Happening(serializers.Serializer):
    """POST cases/{ref}/events/: the event, the version it was decided on, a reason, and what the event needs."""

    event = serializers.CharField(max_length=24)
    version = serializers.IntegerField(required=False, min_value=0)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    # assign, reassign
    person = serializers.UUIDField(required=False, help_text="id of an account")
    department = serializers.CharField(max_length=40, required=False, help_text="id or code of a grid node")
    # accept
    category = serializers.CharField(max_length=40, required=False)
    sla = serializers.CharField(max_length=16, required=False, help_text=", ".join(FILED))
    grid = serializers.CharField(max_length=40, required=False)
    # whistle; escalate and ask_shelve take the power too
    departments = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=30, help_text="codes of sector grids"
    )
    power = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="who decides")
    # merge, rule, ask_shelve, ask_extend
    target = serializers.CharField(max_length=40, required=False, help_text="ref of another case")
    upheld = serializers.BooleanField(required=False, allow_null=True, default=None)
    until = serializers.DateTimeField(required=False)
    # submit_result, rate
    answer = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    solved = serializers.CharField(max_length=12, required=False)
    satisfaction = serializers.CharField(max_length=12, required=False)
    words = serializers.CharField(max_length=300, required=False, allow_blank=True)
    attachments = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=9)

    def validate_sla(self, value: str) -> str:
        return one_of(value, [one.value for one in FILED])

    def validate_solved(self, value: str) -> str:
        return one_of(SPOKEN_SOLVED.get(value, value), Solved.values)

    def validate_satisfaction(self, value: str) -> str:
        return one_of(SPOKEN.get(value, value), Satisfaction.values)


class CallHappening(serializers.Serializer):
    """POST cases/{ref}/calls/{id}/events/: arrive, report (reason), rate (rating), call_off (reason)."""

    event = serializers.CharField(max_length=24)
    version = serializers.IntegerField(required=False, min_value=0)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    rating = serializers.CharField(max_length=12, required=False)

    def validate_rating(self, value: str) -> str:
        return one_of(SPOKEN.get(value, value), Satisfaction.values)


def one_of(value: str, known: list[str]) -> str:
    if value not in known:
        raise serializers.ValidationError(f"“{value}”：{'、'.join(known)}")
    return value


class RecordOut(serializers.ModelSerializer):
    class Meta:
        model = CaseRecord
        fields = ("version", "at", "event", "from_state", "to_state", "actor_role", "reason")


class VerdictOut(serializers.Serializer):
    by = serializers.CharField(help_text="handler, verifier, resident")
    solved = serializers.CharField(help_text=", ".join(Solved.values))


class CaseOut(serializers.ModelSerializer):
    """One row of GET cases/."""

    category = serializers.CharField(source="category.code", default=None, allow_null=True)
    # Plain words in the document: other rooms have a `state` too, and generated clients must not number them.
    state = serializers.CharField(help_text=", ".join(State.values))
    sla = serializers.CharField(help_text=", ".join(Sla.values))
    grid = serializers.CharField(source="grid.code")
    grid_name = serializers.CharField(source="grid.name")
    holder = serializers.CharField(source="holder_label")
    contact_phone = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    verdicts = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields: tuple[str, ...] = (
            *("id", "ref", "state", "version", "round", "title", "category", "sla", "grid", "grid_name", "address"),
            *("holder", "holder_level", "due_at", "respond_by", "sign_by", "step_due_at", "provisional", "paused_at"),
            *("submitted_at", "accepted_at", "contacted_at", "signed_at", "closed_at", "contact_phone", "late"),
            *("verdicts", "power", "power_since", "power_asked_on"),
        )

    @extend_schema_field(serializers.CharField())
    def get_contact_phone(self, case: Case) -> str:
        return phones.masked(case.contact_phone)

    @extend_schema_field(serializers.BooleanField())
    def get_late(self, case: Case) -> bool:
        now: datetime = self.context["now"]
        return case.is_late(now)

    @extend_schema_field(VerdictOut(many=True))
    def get_verdicts(self, case: Case) -> Any:
        """Solved, partly or not, and by whose word."""
        said = verdicts.of(case, staff=self.context["colleague"])
        return [{"by": one.by, "solved": one.solved} for one in said]


class CallOut(serializers.ModelSerializer):
    """One department's call."""

    state = serializers.CharField(help_text=", ".join(CallState.values))
    department = serializers.CharField(source="department.code")
    name = serializers.CharField(source="label")
    report = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()

    class Meta:
        model = WhistleCall
        fields = (
            *("id", "state", "version", "round", "department", "name", "what", "called_at", "due_at", "provisional"),
            *("arrived_at", "reported_at", "report", "rating", "ended_at", "events"),
        )

    @extend_schema_field(serializers.CharField())
    def get_report(self, call: WhistleCall) -> str:
        """For colleagues: what a department says is verified before it becomes the answer."""
        return call.report if self.context["colleague"] else ""

    @extend_schema_field(serializers.CharField())
    def get_rating(self, call: WhistleCall) -> str:
        return call.rating if self.context["colleague"] else ""

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_events(self, call: WhistleCall) -> list[str]:
        return [event for event in call_flow.open_events(self.context["actor"], call) if event in whistles.EVENTS]


class ChaseOut(serializers.ModelSerializer):
    class Meta:
        model = Chase
        fields = ("power", "asked_on", "words", "at")


class CaseDetail(CaseOut):
    """GET cases/{ref}/: with its records, its calls, and with what may be done now."""

    calls = serializers.SerializerMethodField()
    chases = ChaseOut(many=True)
    solved = serializers.SerializerMethodField()
    records = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()

    class Meta(CaseOut.Meta):
        fields = (
            *CaseOut.Meta.fields,
            "description",
            "answer",
            "solved",
            "satisfaction",
            "records",
            "calls",
            "chases",
            "events",
        )

    @extend_schema_field(RecordOut(many=True))
    def get_records(self, case: Case) -> Any:
        rows = case.records.order_by("version")
        return RecordOut(rows if self.context["colleague"] else rows.exclude(event__in=INTERNAL), many=True).data

    @extend_schema_field(CallOut(many=True))
    def get_calls(self, case: Case) -> Any:
        return CallOut(whistle_queries.of_case(case), many=True, context=self.context).data

    @extend_schema_field(serializers.CharField())
    def get_solved(self, case: Case) -> str:
        """What the handler says; the reporter hears it once it has been verified."""
        said = verdicts.of(case, staff=self.context["colleague"])
        return said[0].solved if said else ""

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_events(self, case: Case) -> list[str]:
        return list(self.context["events"])

    @extend_schema_field(serializers.CharField())
    def get_answer(self, case: Case) -> str:
        """The reporter's once it has been verified."""
        return case.answer if self.context["colleague"] or case.state in ("awaiting_feedback", "closed") else ""


# Steps whose reasons are between colleagues.
INTERNAL = ("return", "rule", "ask_shelve", "ask_extend", "refuse", "submit_result", "verify_fail", "reassign")


class FigureOut(serializers.Serializer):
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
