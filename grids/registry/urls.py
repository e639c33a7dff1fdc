from django.urls import path

from grids.registry import views

urlpatterns = [
    path("grid/households/", views.households, name="households"),
    path("grid/households/<uuid:household_id>/", views.household, name="household"),
    path("grid/residents/<uuid:resident_id>/phone/", views.phone, name="resident-phone"),
    path("grid/residents/<uuid:resident_id>/link/", views.link, name="resident-link"),
    path("grid/residents/<uuid:resident_id>/unlink/", views.unlink, name="resident-unlink"),
]
