"""Routes. Each room brings its own: `urls.py` for pages, `api.py` for `/api/v1/`; the ground only lists storeys."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from portal.health import healthz, metrics, readyz
from portal.storey import Storey


def rooms_routes(module: str) -> list[URLPattern | URLResolver]:
    """Every room's `<module>.urlpatterns`, in the order of the storeys."""
    found: list[URLPattern | URLResolver] = []
    for storey in apps.get_app_configs():
        if not isinstance(storey, Storey):
            continue
        for room in storey.rooms:
            name = f"{storey.name}.{room}.{module}"
            if find_spec(name) is not None and hasattr(import_module(name), "urlpatterns"):
                found.append(path("", include(name)))
    return found


handler400, handler404 = "portal.api.not_read", "portal.api.not_there"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include(rooms_routes("api"))),
    *rooms_routes("urls"),
]
