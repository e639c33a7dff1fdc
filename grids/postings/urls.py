from django.urls import path

from grids.postings import views, views_map

urlpatterns = [
    path("grid/worker/", views.find_worker, name="find-my-worker"),
    path("grids/", views.directory, name="grids"),
    path("grids/map/", views_map.district, name="grids-map"),
    path("grids/map/shapes.json", views_map.shapes, name="grids-shapes"),
    path("grids/map/<slug:code>/", views_map.of_community, name="grids-map-community"),
    path("grids/<slug:code>/", views_map.place, name="grids-community"),
    path("grids/<slug:code>/poster/", views_map.poster, name="grids-poster"),
]
