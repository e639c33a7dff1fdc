from django.urls import path

from grids.tree import views

urlpatterns = [path("community/", views.choose_community, name="choose-community")]
