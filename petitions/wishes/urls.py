from django.urls import path

from petitions.wishes import views

urlpatterns = [
    path("wishes/", views.wall, name="wishes"),
    path("wishes/new/", views.new, name="wish-new"),
    path("wishes/review/", views.review, name="wish-review"),
    path("wishes/<uuid:wish_id>/", views.wish, name="wish"),
    path("wishes/<uuid:wish_id>/act/", views.act, name="wish-act"),
    path("wishes/<uuid:wish_id>/claim/", views.claim, name="wish-claim"),
    path("wishes/<uuid:wish_id>/contact/", views.contact, name="wish-contact"),
    path("wishes/<uuid:wish_id>/consent/", views.consent, name="wish-consent"),
]
