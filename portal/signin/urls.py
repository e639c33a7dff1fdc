from django.conf import settings
from django.urls import include, path

from portal.accounts.policy import anyone
from portal.signin import views, views_factor

# allauth's own routes are not included: no sign-up form, no e-mail, no reset by e-mail. Names it looks up keep theirs.
urlpatterns = [
    path("accounts/login/", views.login, name="account_login"),
    path("accounts/login/code/", views.confirm, name="account_confirm_login_code"),
    path("accounts/login/code/again/", views.resend, name="account_resend_login_code"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/inactive/", views.inactive, name="account_inactive"),
    path("accounts/login/app/", anyone(views_factor.AtSignIn.as_view()), name="mfa_authenticate"),
    path("accounts/app/", views_factor.second_factor, name="second_factor"),
    path("accounts/app/codes/", views_factor.recovery_codes, name="recovery_codes"),
    path("accounts/password/", views_factor.password, name="account_change_password"),
    path("accounts/name/", views_factor.name, name="account_name"),
]
if settings.SIGN_IN_PROVIDERS:
    from allauth.urls import build_provider_urlpatterns

    urlpatterns += [
        path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
        path("accounts/", include(build_provider_urlpatterns())),
    ]
