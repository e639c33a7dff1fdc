"""Where a sysadmin sets up places: rooms and hours. Bookings are people's, and not in the office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from centres.rooms.models import Centre, DayException, OpeningHour, Part, Room, RoomPart
from portal.accounts.site import Settings


class Hours(admin.TabularInline):
    model = OpeningHour
    extra = 0


class Parts(admin.TabularInline):
    model = RoomPart
    extra = 0


@admin.register(Centre)
class CentreAdmin(Settings):
    list_display = ("name", "grid", "phone", "monthly_quota", "is_active")
    search_fields = ("name",)
    inlines = [Hours]


@admin.register(Room)
class RoomAdmin(Settings):
    list_display = ("name", "centre", "kind", "capacity", "needs_booking", "needs_approval", "is_active")
    list_filter = ("kind", "needs_booking")
    search_fields = ("name", "centre__name")
    inlines = [Parts, Hours]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # A room without a part takes up nothing: it could never be booked.
        give_own_part(form.instance)


def give_own_part(room: Room) -> None:
    """A room that was furnished with nothing takes a piece of floor called as it is."""
    if not room.room_parts.exists():
        part, _new = Part.objects.get_or_create(centre=room.centre, name=room.name)
        RoomPart.objects.create(room=room, part=part)


@admin.register(Part)
class PartAdmin(Settings):
    list_display = ("name", "centre", "order")


@admin.register(DayException)
class DayExceptionAdmin(Settings):
    list_display = ("first_day", "last_day", "centre", "room", "reason")
