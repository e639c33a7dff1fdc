from django.urls import path

from portal.longwork import views

urlpatterns = [
    path("work/", views.works, name="long-works"),
    path("work/<uuid:pk>/", views.work, name="long-work"),
    path("work/<uuid:pk>/stop/", views.stop, name="long-work-stop"),
    path("work/<uuid:pk>/file/", views.file, name="long-work-file"),
]
