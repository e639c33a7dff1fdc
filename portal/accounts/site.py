"""The back office: settings for sysadmins, never residents' data. Only what our rooms register is in it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role


class OfficeConfig(SimpleAdminConfig):
    """Not AdminConfig: that one would open the tables of every app that has an admin.py."""

    default_site = "portal.accounts.site.Office"


class Office(admin.AdminSite):
    site_header = _("家门口 · 后台")
    site_title = _("家门口后台")
    index_title = _("设置")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """A sysadmin's posting, and the second factor: without it the actor's reach is empty."""
        return bool(request.user.is_active) and request.actor.holds(Role.SYSADMIN)  # type: ignore[attr-defined]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's own form would pass by the second factor and the lockout: there is one way in."""
        here = request.GET.get("next") or request.get_full_path()
        if request.user.is_authenticated:
            name = "second_factor" if request.actor.lacks_factor else "home"  # type: ignore[attr-defined]
            return redirect(name) if name == "home" else redirect_with_next(name, here)
        return redirect_with_next("account_login", here)


def redirect_with_next(name: str, here: str) -> HttpResponse:
    response = redirect(name)
    response["Location"] += "?" + urlencode({"next": here})
    return response


class Settings(admin.ModelAdmin):
    """A table of settings: whoever was let into the office may change it. Every change is in the trail."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True


class ReadOnly(Settings):
    """For tables that a service writes: to look at, not to change behind its back."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
