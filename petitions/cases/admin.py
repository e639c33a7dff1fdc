"""Back-office configuration: categories and a community's own terms. Cases are written by their services only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from petitions.cases.models import Category, Term
from portal.accounts.actors import Actor
from portal.audit.services import record


class Configured(admin.ModelAdmin):
    """Every change is recorded; nothing is deleted that cases may stand on (switch it off instead)."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        verb = f"case.{obj._meta.model_name}.{'change' if change else 'add'}"
        record(actor=Actor.of(request.user, channel="admin"), verb=verb, target=obj, fields=form.changed_data)  # type: ignore[arg-type]


@admin.register(Category)
class CategoryAdmin(Configured):
    list_display = ("name", "code", "sla", "kind", "order", "is_active")
    list_editable = ("order", "is_active")
    ordering = ("order",)


@admin.register(Term)
class TermAdmin(Configured):
    list_display = ("scope_code", "sla", "clock", "minutes", "natural")
    list_filter = ("clock",)
