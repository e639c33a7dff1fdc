from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from petitions.open311 import services
from petitions.open311.models import Open311Key
from portal.accounts.actors import Actor
from portal.accounts.site import ReadOnly


@admin.register(Open311Key)
class Open311KeyAdmin(ReadOnly):
    """Who files from elsewhere. Keys are issued by `manage.py open311_key`, which tells them once; ended here."""

    list_display = ("name", "contact", "grid", "tail", "is_active")
    list_select_related = ("grid",)
    actions = ("end",)

    @admin.action(description=_("停用"))
    def end(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for key in queryset:
            services.end_key(actor=Actor.of(request.user, channel="admin"), key=key)  # type: ignore[arg-type]
