from django.urls import path

from grids.postings import views, views_map, views_staff

urlpatterns = [
    path("grid/worker/", views.find_worker, name="find-my-worker"),
    path("grid/postings/", views_staff.staff, name="postings"),
    path("grid/postings/<uuid:grid_id>/", views_staff.of_grid, name="postings-grid"),
    path("grid/postings/end/<uuid:posting_id>/", views_staff.ending, name="posting-end"),
    path("grid/postings/stand-in/<uuid:posting_id>/", views_staff.standing_in, name="posting-stand-in"),
    path("grid/postings/call-off/<uuid:posting_id>/", views_staff.calling_off, name="posting-call-off"),
    path("grids/", views.directory, name="grids"),
    path("grids/map/", views_map.district, name="grids-map"),
    path("grids/map/shapes.json", views_map.shapes, name="grids-shapes"),
    path("grids/map/<slug:code>/", views_map.of_community, name="grids-map-community"),
    path("grids/<slug:code>/", views_map.place, name="grids-community"),
    path("grids/<slug:code>/poster/", views_map.poster, name="grids-poster"),
]
