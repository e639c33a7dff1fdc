from django.urls import path

from grids.visits import views, views_code, views_errands, views_my, views_promises, views_rounds

urlpatterns = [
    path("grid/today/", views.today, name="grid-today"),
    path("grid/visits/", views.visits, name="visits"),
    path("grid/visits/<uuid:visit_id>/", views.visit, name="visit"),
    path("grid/visits/<uuid:visit_id>/judge/", views.judge, name="visit-judge"),
    path("grid/objections/<uuid:objection_id>/", views_promises.decide_objection, name="objection-decide"),
    path("grid/promises/", views_promises.promises, name="promises"),
    path("grid/promises/<uuid:promise_id>/keep/", views_promises.keep, name="promise-keep"),
    path("grid/promises/<uuid:promise_id>/move/", views_promises.move, name="promise-move"),
    path("grid/rounds/", views_rounds.rounds, name="visit-rounds"),
    path("grid/rounds/<uuid:round_id>/", views_rounds.visit_round, name="visit-round"),
    path("grid/rounds/<uuid:round_id>/end/", views_rounds.end, name="visit-round-end"),
    path("grid/households/<uuid:household_id>/sign/", views_my.door_sign, name="door-sign"),
    path("grid/materials/", views_errands.materials, name="materials"),
    path("grid/materials/<uuid:material_id>/", views_errands.material_review, name="material-review"),
    path("grid/notes/", views_errands.notes, name="work-notes"),
    path("errands/", views_errands.errands, name="errands"),
    path("errands/new/", views_errands.errand_new, name="errand-new"),
    path("errands/<uuid:errand_id>/", views_errands.errand, name="errand"),
    path("errands/<uuid:errand_id>/withdraw/", views_errands.errand_withdraw, name="errand-withdraw"),
    path("grid/code/", views_code.my_code, name="door-code"),
    path("grid/code/today.json", views_code.codes_of_today, name="door-codes"),
    path("door/", views_code.check, name="door-check"),
    path("my/door/", views_my.my_door, name="my-door"),
    path("my/door/sign/", views_my.my_sign, name="my-door-sign"),
    path("my/door/visits/<uuid:visit_id>/object/", views_my.my_objection, name="my-door-object"),
]
