"""Only to read: lists and inspections are written by their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from petitions.inspections.models import Checklist, Inspection


class OnlyRead(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Checklist)
class ChecklistAdmin(OnlyRead):
    list_display = ("name", "version", "grid", "is_active", "replaced_at")
    list_select_related = ("grid",)
    fields = ("name", "version", "grid", "category", "is_active", "replaced_at")


@admin.register(Inspection)
class InspectionAdmin(OnlyRead):
    list_display = ("checklist", "grid", "state", "due_at", "ended_at")
    list_select_related = ("checklist", "grid")
    fields = ("checklist", "grid", "state", "due_at", "started_at", "ended_at")
