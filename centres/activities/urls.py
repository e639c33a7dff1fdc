from django.urls import path

from centres.activities import views, views_attendance, views_desk, views_enrolment

urlpatterns = [
    path("activities/", views.activities, name="activities"),
    path("activities/<uuid:activity_id>/", views.activity, name="activity"),
    path("activities/<uuid:activity_id>/calendar.ics", views.activity_ics, name="activity-ics"),
    path("activities/<uuid:activity_id>/enrol/", views_enrolment.enrol, name="activity-enrol"),
    path("enrolments/", views_enrolment.mine, name="enrolments"),
    path("enrolments/<uuid:enrolment_id>/", views_enrolment.enrolment, name="enrolment"),
    path("enrolments/<uuid:enrolment_id>/act/", views_enrolment.act, name="enrolment-act"),
    path("enrolments/<uuid:enrolment_id>/pickup/", views_enrolment.pickups, name="enrolment-pickup"),
    path("enrolments/<uuid:enrolment_id>/certificate/", views_enrolment.certificate, name="enrolment-certificate"),
    path("certificates/<str:code>/", views.certificate, name="certificate"),
    path("desk/activities/", views_desk.activities, name="desk-activities"),
    path("desk/activities/new/", views_desk.create, name="desk-activity-new"),
    path("desk/activities/<uuid:activity_id>/", views_desk.activity, name="desk-activity"),
    path("desk/activities/<uuid:activity_id>/edit/", views_desk.edit, name="desk-activity-edit"),
    path("desk/activities/<uuid:activity_id>/act/", views_desk.act, name="desk-activity-act"),
    path("desk/activities/<uuid:activity_id>/plan/", views_desk.plan, name="desk-activity-plan"),
    path("desk/sessions/<uuid:session_id>/", views_attendance.session, name="desk-session"),
    path("desk/sessions/<uuid:session_id>/mark/", views_attendance.mark, name="desk-session-mark"),
    path("desk/sessions/<uuid:session_id>/list/", views_attendance.printed, name="desk-session-list"),
    path("desk/sessions/<uuid:session_id>/change/", views_attendance.change, name="desk-session-change"),
]
