from django.urls import path

from portal.workbench import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("my/", views.my, name="my"),
    path("my/notices/", views.read_notices, name="my-notices"),
    path("board/", views.board, name="board"),
    path("todo/", views.todo, name="todo"),
]
