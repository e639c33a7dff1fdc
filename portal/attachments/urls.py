from django.urls import path

from portal.attachments import views

urlpatterns = [path("photos/<uuid:attachment_id>/", views.photo, name="photo")]
