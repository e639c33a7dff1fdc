from django.urls import path

from portal.workbench import views, views_burden

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("my/", views.my, name="my"),
    path("my/notices/", views.read_notices, name="my-notices"),
    path("board/", views.board, name="board"),
    path("todo/", views.todo, name="todo"),
    path("forms/burden/", views_burden.burden, name="forms-burden"),
    path("forms/burden/days/", views_burden.burden_days, name="forms-burden-days"),
]
