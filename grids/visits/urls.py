from django.urls import path

from grids.visits import views

urlpatterns = [
    path("grid/today/", views.today, name="grid-today"),
    path("grid/visits/", views.visits, name="visits"),
    path("grid/visits/<uuid:visit_id>/", views.visit, name="visit"),
    path("grid/visits/<uuid:visit_id>/judge/", views.judge, name="visit-judge"),
    path("grid/promises/", views.promises, name="promises"),
    path("grid/promises/<uuid:promise_id>/keep/", views.keep, name="promise-keep"),
    path("grid/rounds/", views.rounds, name="visit-rounds"),
]
