"""The portal's routes, and one that only writes: what bookings are compared with."""

from django.urls import path

from benchmarks.bookings import BareView
from portal.urls import urlpatterns as portal

urlpatterns = [path("bare/", BareView.as_view()), *portal]
