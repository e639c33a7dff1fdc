from django.urls import path

from petitions.bridge import views

urlpatterns = [
    path("desk/bridge/", views.bridge, name="bridge"),
    path("desk/bridge/import/", views.import_page, name="bridge-import"),
    path("desk/bridge/updates/<uuid:update_id>/", views.update, name="bridge-update"),
    path("desk/bridge/codes/<uuid:ticket_id>/", views.code, name="bridge-code"),
    path("desk/bridge/problems/<uuid:problem_id>/settle/", views.settle, name="bridge-settle"),
]
