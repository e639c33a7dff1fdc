from django.urls import path

from centres.displays import views

urlpatterns = [
    path("displays/", views.displays, name="displays"),
    path("desk/displays/", views.desk, name="desk-displays"),
    path("desk/displays/new/", views.put_up, name="desk-display-new"),
    path("desk/displays/<uuid:item_id>/", views.item, name="desk-display"),
    path("desk/displays/<uuid:item_id>/replace/", views.replace, name="desk-display-replace"),
    path("desk/displays/<uuid:item_id>/act/", views.act, name="desk-display-act"),
]
