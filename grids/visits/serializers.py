import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from grids.visits.entry import LONGEST_ANSWER, LONGEST_REASON, ErrandEntry, PromiseEntry, VisitEntry
from grids.visits.enums import Outcome, Purpose, VisitState
from grids.visits.models import Visit

SENTENCE = serializers.CharField(max_length=500, allow_blank=True)


class PromiseInSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=200)
    due_on = serializers.DateField()


class FollowUpInSerializer(serializers.Serializer):
    """`code` says what it becomes (case, wish); the rest is what that asks for, `text` at least."""

    code = serializers.CharField(max_length=20)
    text = serializers.CharField(max_length=2000, required=False)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        known = super().to_internal_value(data)
        return {**self._more(data), **known}

    def _more(self, data: dict[str, Any]) -> dict[str, Any]:
        """What only the storey above understands. It may have to wait as JSON, where PostgreSQL takes no NUL."""
        more, wrong = {}, {}
        for name, value in data.items():
            if name in self.fields:
                continue
            try:
                more[name] = value if isinstance(value, bool) else SENTENCE.run_validation(value)
            except serializers.ValidationError as error:
                wrong[name] = error.detail
            if not re.fullmatch(r"[a-z_]{1,30}", name):
                raise serializers.ValidationError(_("没有这一项。"))
        if wrong:
            raise serializers.ValidationError(wrong)
        return more


class ErrandInSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    answer = serializers.CharField(max_length=LONGEST_ANSWER, required=False, allow_blank=True, default="")


class VisitInSerializer(serializers.Serializer):
    household = serializers.UUIDField()
    purposes = serializers.ListField(child=serializers.ChoiceField(Purpose.choices), required=False, default=list)
    outcome = serializers.ChoiceField(Outcome.choices)
    visited_at = serializers.DateTimeField()
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    promises = PromiseInSerializer(many=True, required=False, default=list)
    photos = serializers.ListField(child=serializers.CharField(max_length=64), required=False, default=list)
    follow_ups = FollowUpInSerializer(many=True, required=False, default=list)
    resident = serializers.UUIDField(required=False, allow_null=True, default=None)
    # Promises made there before that are done now; leaflets left; errands of others seen to, with their answer.
    kept = serializers.ListField(child=serializers.UUIDField(), required=False, default=list)
    materials = serializers.ListField(child=serializers.UUIDField(), required=False, default=list)
    errands = ErrandInSerializer(many=True, required=False, default=list)
    # Why somebody knocked although the household had asked not to; without it such a visit waits for the secretary.
    quiet_reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")
    # By the writer's clock, as it sends; only where `visited_at` is by that clock too. Not part of what was said.
    sent_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def entry(self) -> VisitEntry:
        data = self.validated_data
        return VisitEntry(
            household_id=data["household"],
            outcome=data["outcome"],
            visited_at=data["visited_at"],
            purposes=tuple(data["purposes"]),
            note=data["note"],
            promises=tuple(PromiseEntry(**one) for one in data["promises"]),
            photos=tuple(data["photos"]),
            follow_ups=tuple(data["follow_ups"]),
            resident_id=data["resident"],
            kept=tuple(data["kept"]),
            materials=tuple(data["materials"]),
            errands=tuple(ErrandEntry(one["id"], one["answer"]) for one in data["errands"]),
            quiet_reason=data["quiet_reason"],
        )


class PromiseOutSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField()
    due_on = serializers.DateField()
    kept_at = serializers.DateTimeField()


class PhotoOutSerializer(serializers.Serializer):
    sha256 = serializers.CharField()
    received = serializers.SerializerMethodField()

    def get_received(self, photo: Any) -> bool:
        return photo.attachment_id is not None


class FollowUpOutSerializer(serializers.Serializer):
    code = serializers.CharField()
    id = serializers.UUIDField(source="target_id")
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField()


class VisitOutSerializer(serializers.Serializer):
    """A visit as its writer sees it. In quarantine there are no promises and follow-ups yet."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(VisitState.choices)
    household = serializers.UUIDField(source="household_id")
    purposes = serializers.ListField(child=serializers.CharField())
    outcome = serializers.ChoiceField(Outcome.choices)
    visited_at = serializers.DateTimeField()
    note = serializers.CharField()
    promises = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    follow_ups = serializers.SerializerMethodField()

    def get_promises(self, visit: Visit) -> list[dict[str, Any]]:
        return list(PromiseOutSerializer(visit.promises.order_by("pk"), many=True).data)

    def get_photos(self, visit: Visit) -> list[dict[str, Any]]:
        return list(PhotoOutSerializer(visit.photos.order_by("pk"), many=True).data)

    def get_follow_ups(self, visit: Visit) -> list[dict[str, Any]]:
        return list(FollowUpOutSerializer(visit.follow_ups.order_by("pk"), many=True).data)
