"""The format is the end of the address, as the standard has it: two routes for each resource."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from petitions.open311 import views
from petitions.open311.answers import TYPES


def in_both(route: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    return [path(f"open311/{route}.{fmt}", view, {"fmt": fmt}, name=f"open311-{name}-{fmt}") for fmt in TYPES]


urlpatterns = [
    path("open311/", views.about, name="open311"),
    *in_both("discovery", views.discovery, "discovery"),
    *in_both("v2/discovery", views.discovery, "discovery-v2"),
    *in_both("v2/services", views.service_list, "services"),
    *in_both("v2/services/<str:code>", views.service_definition, "service"),
    *in_both("v2/requests", views.service_requests, "requests"),
    *in_both("v2/requests/<str:ref>", views.service_request, "request"),
    *in_both("v2/tokens/<str:token>", views.token, "token"),
]
