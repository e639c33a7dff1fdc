from django.urls import path

from portal.privacy import views, views_desk, views_export

urlpatterns = [
    path("my/data/", views.my_data, name="my-data"),
    path("my/data/looks/", views.my_looks, name="my-looks"),
    path("my/data/export/", views.my_export, name="my-data-export"),
    path("my/data/consents/<uuid:consent_id>/withdraw/", views.consent_withdraw, name="consent-withdraw"),
    path("my/data/erase/", views.erasure_ask, name="erasure-ask"),
    path("my/data/erase/<uuid:erasure_id>/back/", views.erasure_back, name="erasure-back"),
    path("grid/residents/<uuid:resident_id>/data/", views_desk.printed, name="resident-data"),
    path("grid/residents/<uuid:resident_id>/erase/", views_desk.erasure_for, name="resident-erase"),
    path("desk/erasures/", views_desk.erasures, name="erasures"),
    path("desk/erasures/<uuid:erasure_id>/", views_desk.erasure, name="erasure"),
    path("desk/nights/", views_desk.nights, name="retention-runs"),
    path("exports/", views_export.exports, name="exports"),
    path("exports/ask/", views_export.export_ask, name="export-ask"),
    path("exports/<uuid:export_id>/", views_export.export, name="export"),
    path("exports/<uuid:export_id>/file/", views_export.export_file, name="export-file"),
]
