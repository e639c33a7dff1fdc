from django.urls import path

from petitions.cases import views, views_desk, views_figures, views_power, views_report, views_slip, views_whistle

urlpatterns = [
    path("report/", views_report.what, name="report"),
    path("report/where/", views_report.where, name="report-where"),
    path("report/reply/", views_report.reply, name="report-reply"),
    path("report/done/", views_report.done, name="report-done"),
    path("track/", views_slip.track_form, name="track-form"),
    path("track/<str:token>/", views_slip.track, name="track"),
    path("cases/", views.cases, name="cases"),
    path("cases/figures/", views_figures.figures_page, name="case-figures"),
    path("cases/figures/table.xlsx", views_figures.table, name="case-figures-xlsx"),
    path("cases/figures/<str:name>/<str:part>/", views_figures.rows_page, name="case-figure-rows"),
    path("cases/<str:ref>/", views.case, name="case"),
    path("cases/<str:ref>/phone/", views.phone, name="case-phone"),
    path("cases/<str:ref>/slip/", views.slip, name="case-slip"),
    path("cases/<str:ref>/say/<str:kind>/", views.say, name="case-say"),
    path("cases/<str:ref>/do/<str:name>/", views.event, name="case-event"),
    path("cases/<str:ref>/chase/", views_power.chase, name="case-chase"),
    path("whistles/", views_whistle.whistles_list, name="whistles"),
    path("whistles/<uuid:call_id>/", views_whistle.whistle, name="whistle"),
    path("whistles/<uuid:call_id>/<str:event>/", views_whistle.act, name="whistle-act"),
    path("desk/", views_desk.desk, name="desk"),
]
