from django.urls import path

from grids.tree import views, views_change

urlpatterns = [
    path("community/", views.choose_community, name="choose-community"),
    path("grid/changes/", views_change.changes, name="grid-changes"),
    path("grid/changes/new/", views_change.new, name="grid-change-new"),
    path("grid/changes/<uuid:change_id>/", views_change.change, name="grid-change"),
    path("grid/changes/<uuid:change_id>/undo/", views_change.undo, name="grid-change-undo"),
]
