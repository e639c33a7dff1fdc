"""Where a sysadmin sets up places: rooms and hours. Bookings are people's, and not in the office."""

from django.contrib import admin

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


@admin.register(Part)
class PartAdmin(Settings):
    list_display = ("name", "centre")


@admin.register(DayException)
class DayExceptionAdmin(Settings):
    list_display = ("first_day", "last_day", "centre", "room", "reason")
