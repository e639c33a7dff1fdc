from django.urls import path

from grids.registry import views, views_care, views_corrections, views_roster

urlpatterns = [
    path("grid/households/", views.households, name="households"),
    path("grid/households/<uuid:household_id>/", views.household, name="household"),
    path("grid/residents/<uuid:resident_id>/phone/", views.phone, name="resident-phone"),
    path("grid/residents/<uuid:resident_id>/link/", views.link, name="resident-link"),
    path("grid/residents/<uuid:resident_id>/unlink/", views.unlink, name="resident-unlink"),
    path("my/corrections/<uuid:resident_id>/", views_corrections.ask, name="correction-ask"),
    path("grid/corrections/", views_corrections.listing, name="corrections"),
    path("grid/corrections/<uuid:correction_id>/", views_corrections.one, name="correction"),
    path("grid/rosters/", views_roster.listing, name="rosters"),
    path("grid/rosters/<uuid:roster_id>/", views_roster.one, name="roster"),
    path("grid/care/", views_care.listing, name="care"),
    path("grid/care/new/<uuid:resident_id>/", views_care.new, name="care-new"),
    path("grid/care/<uuid:need_id>/", views_care.one, name="care-need"),
    path("grid/care/<uuid:need_id>/confirm/", views_care.confirm, name="care-confirm"),
    path("grid/care/<uuid:need_id>/renew/", views_care.renew, name="care-renew"),
    path("grid/care/<uuid:need_id>/hand/", views_care.hand, name="care-hand"),
    path("grid/care/<uuid:need_id>/end/", views_care.end, name="care-end"),
]
