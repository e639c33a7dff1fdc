from django.urls import path

from grids.postings import views

urlpatterns = [
    path("grid/worker/", views.find_worker, name="find-my-worker"),
    path("grids/", views.directory, name="grids"),
    path("grids/<slug:code>/", views.community, name="grids-community"),
]
