from django.urls import path

from petitions.inspections import views, views_keeping

urlpatterns = [
    path("inspections/", views.inspections, name="inspections"),
    path("inspections/new/", views_keeping.new, name="inspection-new"),
    path("inspections/lists/", views_keeping.lists, name="checklists"),
    path("inspections/lists/new/", views_keeping.new_list, name="checklist-new"),
    path("inspections/lists/<uuid:checklist_id>/", views_keeping.checklist, name="checklist"),
    path("inspections/lists/<uuid:checklist_id>/change/", views_keeping.change_list, name="checklist-change"),
    path("inspections/<uuid:inspection_id>/", views.inspection, name="inspection"),
    path("inspections/<uuid:inspection_id>/paper/", views.paper, name="inspection-paper"),
    path("inspections/<uuid:inspection_id>/end/", views.end, name="inspection-end"),
    path("inspections/<uuid:inspection_id>/places/", views.add_place, name="inspection-add"),
    path("inspections/<uuid:inspection_id>/places/<uuid:place_id>/", views.place, name="inspection-place"),
]
