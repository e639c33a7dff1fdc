from django.urls import path

from portal.pages import views

urlpatterns = [
    path("help/", views.guide, name="help"),
    path("notices/", views.notices, name="notices"),
    path("notices/<slug:slug>/", views.page, name="page"),
]
