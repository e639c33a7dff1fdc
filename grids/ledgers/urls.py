from django.urls import path

from grids.ledgers import views

urlpatterns = [
    path("ledgers/", views.page, name="ledgers"),
    path("ledgers/table.xlsx", views.table, name="ledgers-xlsx"),
    path("ledgers/<slug:code>/<slug:key>/", views.rows, name="ledger-rows"),
]
