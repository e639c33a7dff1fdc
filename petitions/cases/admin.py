"""Back-office configuration: categories and a community's own terms. Cases are written by their services only."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.cases import queries
from petitions.cases.models import Category, Term
from portal.accounts.actors import Actor
from portal.accounts.site import Settings
from portal.audit.services import record


class Configured(Settings):
    """Every change is recorded; nothing is deleted that cases may stand on (switch it off instead)."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        verb = f"case.{obj._meta.model_name}.{'change' if change else 'add'}"
        record(actor=Actor.of(request.user, channel="admin"), verb=verb, target=obj, fields=form.changed_data)  # type: ignore[arg-type]


@admin.register(Category)
class CategoryAdmin(Configured):
    """Deleted only while nothing stands on it; after that it is retired: gone from the forms, kept on old cases."""

    list_display = ("name", "code", "sla", "kind", "order", "is_active")
    list_editable = ("order", "is_active")
    ordering = ("order",)
    readonly_fields = ("standing",)

    @admin.display(description=gettext_lazy("用着它的"))
    def standing(self, category: Category) -> str:
        uses = queries.uses_of(category) if category.pk and not category._state.adding else 0
        return retire_instead(uses) if uses else _("还没有用过，可以删。")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Without an object Django asks for the bulk action: that one knows no sentence for "in use".
        return obj is not None

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        found = self.get_object(request, object_id)
        uses = queries.uses_of(found) if found is not None else 0
        try:
            if not uses:
                with transaction.atomic():
                    return super().delete_view(request, object_id, extra_context)
        except ProtectedError as error:  # somebody used it while this page was open
            uses = len(error.protected_objects)
        messages.warning(request, retire_instead(uses))
        return redirect("admin:petitions_category_change", object_id)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record(actor=Actor.of(request.user, channel="admin"), verb="case.category.delete", target=obj)  # type: ignore[arg-type]
        super().delete_model(request, obj)


def retire_instead(uses: int) -> str:
    return _("有 %(n)d 处用着这一类，不能删。把“在用”去掉就行：新的表单里不再出现，旧的诉求照旧写着。") % {"n": uses}


@admin.register(Term)
class TermAdmin(Configured):
    list_display = ("scope_code", "sla", "clock", "minutes", "natural")
    list_filter = ("clock",)
