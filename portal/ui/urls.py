from django.urls import path
from django.views.i18n import set_language

from portal.accounts.policy import anyone
from portal.ui import views

urlpatterns = [
    path("elder/", views.elder, name="elder"),
    path("language/", anyone(set_language), name="set_language"),
    path("_look/", views.gallery, name="look"),
]
