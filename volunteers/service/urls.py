from django.urls import path

from volunteers.service import views

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.found, name="team-new"),
    path("teams/<uuid:team_id>/", views.team, name="team"),
    path("teams/<uuid:team_id>/ask/", views.ask, name="team-ask"),
    path("teams/<uuid:team_id>/leader/", views.appoint, name="team-leader"),
    path("teams/members/<uuid:membership_id>/", views.decide, name="team-decide"),
    path("volunteers/join/", views.join, name="volunteer-join"),
    path("volunteers/stop/", views.stop, name="volunteer-stop"),
]
