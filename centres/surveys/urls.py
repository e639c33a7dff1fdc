from django.urls import path

from centres.surveys import views, views_desk

urlpatterns = [
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/<uuid:survey_id>/", views.survey, name="survey"),
    path("surveys/<uuid:survey_id>/answer/", views.answer, name="survey-answer"),
    path("surveys/<uuid:survey_id>/thanks/", views.thanks, name="survey-thanks"),
    path("surveys/<uuid:survey_id>/sheet/", views.sheet, name="survey-sheet"),
    path("desk/surveys/", views_desk.surveys, name="desk-surveys"),
    path("desk/surveys/new/", views_desk.new, name="desk-survey-new"),
    path("desk/surveys/<uuid:survey_id>/", views_desk.survey, name="desk-survey"),
    path("desk/surveys/<uuid:survey_id>/edit/", views_desk.edit, name="desk-survey-edit"),
    path("desk/surveys/<uuid:survey_id>/act/", views_desk.act, name="desk-survey-act"),
    path("desk/surveys/<uuid:survey_id>/followup/", views_desk.followup, name="desk-survey-followup"),
    path("desk/surveys/<uuid:survey_id>/questions/", views_desk.question_new, name="survey-question-new"),
    path("desk/surveys/<uuid:survey_id>/questions/<uuid:question_id>/", views_desk.question, name="survey-question"),
    path("desk/surveys/<uuid:survey_id>/paper/", views_desk.paper, name="survey-paper"),
    path("desk/surveys/<uuid:survey_id>/results.xlsx", views_desk.export, name="survey-export"),
]
