"""The shape of rooms, spans and bookings for other systems."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from centres.rooms import series
from centres.rooms.enums import BookingState, Mode, RoomKind, SpanState, WaitState
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.spans import Span


class CentreSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    community = serializers.CharField(source="grid.code", help_text="12-digit code of the community")
    address = serializers.CharField()


class RoomSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    centre = CentreSerializer()
    kind = serializers.ChoiceField(choices=RoomKind.choices)
    capacity = serializers.IntegerField(allow_null=True)
    equipment = serializers.CharField()
    floor = serializers.CharField()
    step_free = serializers.BooleanField()
    needs_booking = serializers.BooleanField(help_text="False: walk in while it is open; it cannot be booked.")
    needs_approval = serializers.BooleanField()
    guardian_required = serializers.BooleanField()
    min_minutes = serializers.IntegerField()
    max_minutes = serializers.IntegerField()
    notice_minutes = serializers.IntegerField()
    horizon_days = serializers.IntegerField()
    others_horizon_days = serializers.IntegerField(allow_null=True, help_text="For people of other communities.")
    buffer_minutes = serializers.IntegerField()
    by_place = serializers.BooleanField(help_text="Each booking takes one of its seats or stalls.")
    url = serializers.SerializerMethodField()

    def get_url(self, room: Room) -> str:
        return room.get_absolute_url()


class SpanSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=SpanState.choices)
    code = serializers.CharField(
        allow_null=True, help_text="Why it cannot be booked; on a free span TOO_SHORT: less than the room's shortest."
    )


def span_shown(span: Span) -> dict[str, Any]:
    return {
        "starts_at": timezone.localtime(span.starts_at).isoformat(),
        "ends_at": timezone.localtime(span.ends_at).isoformat(),
        "state": str(span.state),
        "code": span.code or None,
    }


class AvailabilityQuery(serializers.Serializer):
    date = serializers.DateField(required=False)
    days = serializers.IntegerField(required=False, default=1, min_value=1, max_value=31)


class NewBookingSerializer(serializers.Serializer):
    room = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    purpose = serializers.CharField(max_length=60)
    people = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    on_behalf_of = serializers.UUIDField(
        required=False, allow_null=True, help_text="A resident of the register within reach, or an account."
    )
    override_reason = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Staff of the place set a rule aside, and say why."
    )
    part = serializers.UUIDField(
        required=False, allow_null=True, help_text="One seat or stall, in a room that lets them one by one."
    )


class NewSeriesSerializer(serializers.Serializer):
    room = serializers.UUIDField()
    # The bound of the service, here too: a list of ten thousand is refused before anything of it is looked at.
    dates = serializers.ListField(child=serializers.DateField(), min_length=1, max_length=series.MOST)
    start_time = serializers.TimeField()
    end_time = serializers.TimeField()
    purpose = serializers.CharField(max_length=60)
    mode = serializers.ChoiceField(choices=Mode.choices)
    people = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    on_behalf_of = serializers.UUIDField(required=False, allow_null=True)
    override_reason = serializers.CharField(required=False, allow_blank=True, max_length=200)
    part = serializers.UUIDField(required=False, allow_null=True)


class SeriesLineSerializer(serializers.Serializer):
    date = serializers.DateField()
    code = serializers.CharField(allow_null=True, help_text="Why this date cannot be had; null where it can.")
    detail = serializers.CharField(required=False)
    id = serializers.UUIDField(required=False, help_text="The booking, once it is written.")


class SeriesSerializer(serializers.Serializer):
    dates = SeriesLineSerializer(many=True)
    created = serializers.ListField(child=serializers.UUIDField())


class JoinSerializer(serializers.Serializer):
    room = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=60)
    people = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    on_behalf_of = serializers.UUIDField(required=False, allow_null=True)


class WaitlistSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=WaitState.choices)
    room = serializers.UUIDField(source="room_id")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    offer_until = serializers.DateTimeField(allow_null=True, help_text="Until when it is theirs to accept.")
    booking = serializers.UUIDField(source="booking_id", allow_null=True)
    version = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    def get_url(self, entry: WaitlistEntry) -> str:
        return entry.get_absolute_url()


class VersionSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False, allow_null=True, help_text="409 STALE where it moved on.")


class ReasonSerializer(VersionSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class CheckInSerializer(VersionSerializer):
    code = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=40,
        help_text="The six digits at the door, which change every half minute. Everybody but the staff of the place.",
    )


class CancelSerializer(ReasonSerializer):
    at_request = serializers.BooleanField(
        default=False, help_text="Staff: the person themself asked for it, so their own deadline holds."
    )


class MoveSerializer(VersionSerializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    override_reason = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")


class BookingSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    state = serializers.ChoiceField(choices=BookingState.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    room = serializers.UUIDField(source="room_id")
    purpose = serializers.CharField()
    people = serializers.IntegerField(allow_null=True)
    part = serializers.UUIDField(source="part_id", allow_null=True, help_text="The seat or stall it takes.")
    series = serializers.UUIDField(source="series_id", allow_null=True)
    counts = serializers.BooleanField(help_text="Counts in the month's quota.")
    version = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    def get_url(self, booking: Booking) -> str:
        return booking.get_absolute_url()
