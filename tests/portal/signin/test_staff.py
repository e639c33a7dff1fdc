"""Name, password, second factor; what a session without it is worth; a name that has to rest; a desk nobody sits at."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import demo as demo_people
from portal.accounts import factors, sessions
from portal.accounts.models import User
from tests.gateways import Texts

LOGIN, APP, FACTOR = reverse("account_login"), reverse("mfa_authenticate"), reverse("second_factor")


def with_password(client: Client, username: str = "clerk", password: str = "right-password", **more: str):
    return client.post(LOGIN, {"username": username, "password": password} | more)


def with_app(client: Client, user: User):
    return client.post(APP, {"code": factors.code_now(demo_people.secret_of(user.username))})


def inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_staff_enter_by_password_and_app(client, clerk):
    assert with_password(client).url == APP
    assert not inside(client)
    assert "testserver" not in client.get(APP).content.decode()  # the community's name, not the address
    response = with_app(client, clerk)
    assert response.status_code == 302
    assert inside(client)
    assert sessions.FACTOR in client.session


def test_staff_who_come_by_phone_show_the_app_too(client, clerk, texts):
    client.post(LOGIN, {"phone": clerk.phone})
    assert client.post(reverse("account_confirm_login_code"), {"code": Texts.code()}).url == APP
    assert not inside(client)


def test_name_is_found_however_it_is_written(client, clerk):
    assert with_password(client, "Clerk").url == APP


@pytest.mark.parametrize(("username", "password"), [("clerk", "wrong"), ("nobody", "right-password")])
def test_wrong_password_and_unknown_name_are_answered_alike(client, clerk, username, password):
    response = with_password(client, username, password)
    assert response.status_code == 422
    assert "用户名或密码不对" in response.content.decode()
    assert "wrong" not in response.content.decode()


def test_wrong_digits_do_not_enter(client, clerk):
    with_password(client)
    right = factors.code_now(demo_people.secret_of("clerk"))
    response = client.post(APP, {"code": f"{(int(right) + 500_000) % 10**6:06}"})
    assert response.status_code == 422
    assert "动态码不对" in response.content.decode()
    assert not inside(client)


def test_digits_open_once(client, clerk):
    """Somebody who watched them being typed cannot use them."""
    with_password(client)
    with_app(client, clerk)
    other = Client()
    with_password(other)
    assert with_app(other, clerk).status_code == 422
    assert not inside(other)


def test_next_digits_open_again(client, clerk):
    with_password(client)
    with_app(client, clerk)
    with time_machine.travel(timezone.now() + timedelta(seconds=factors.PERIOD)):
        other = Client()
        with_password(other)
        with_app(other, clerk)
        assert inside(other)


@pytest.mark.parametrize(("seconds", "enters"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_clock_of_the_phone_may_be_half_a_minute_off(clerk, seconds, enters):
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        code = factors.code_now(demo_people.secret_of("clerk"))
    assert bool(factors.use_code(user=clerk, code=code)) is enters


def test_recovery_code_opens_once(client, clerk):
    code = factors.new_recovery_codes(user=clerk)[3]
    with_password(client)
    client.post(APP, {"code": code})
    assert inside(client)
    other = Client()
    with_password(other)
    client.post(APP, {"code": code})
    assert not inside(other)


def test_password_and_app_work_while_broker_and_cache_are_gone(client, clerk, settings):
    """allauth alone keeps its counts in the cache, and lets nobody in without one."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    with_password(client)
    with_app(client, clerk)
    assert inside(client)


def test_five_wrong_passwords_lock_the_name_for_half_an_hour(client, clerk):
    """Guardrail 17."""
    for _try in range(5):
        response = with_password(client, "clerk", "wrong")
    assert response.status_code == 429
    assert "30 分钟后再来" in response.content.decode()
    assert with_password(Client()).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert with_password(Client()).url == APP


def test_wrong_digits_lock_the_name_too(client, clerk):
    with_password(client)
    for _try in range(5):
        response = client.post(APP, {"code": "000000"})
    assert response.status_code == 429
    assert with_app(client, clerk).status_code == 429
    assert not inside(client)


def test_knocking_on_a_locked_door_does_not_keep_it_locked(clerk):
    for _try in range(5):
        with_password(Client(), "clerk", "wrong")
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        with_password(Client(), "clerk", "wrong")
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert with_password(Client()).url == APP


def test_lockout_of_staff_leaves_residents_alone(cast, clerk, client, texts):
    for _try in range(6):
        with_password(client, "clerk", "wrong")
    assert client.post(LOGIN, {"phone": cast.resident.phone}).status_code == 302


def test_no_password_is_written_down_and_no_success_is_counted(client, clerk):
    """Guardrail 2."""
    with_password(client, "clerk", "wrong-secret")
    assert "wrong-secret" not in str(list(AccessAttempt.objects.values()))
    with_password(client)
    with_app(client, clerk)
    assert AccessAttempt.objects.count() == 0
    assert not any(held.last_used_at for held in Authenticator.objects.all())
    assert not [field.name for field in User._meta.get_fields() if "login" in field.name]


# ---------------------------------------------------------------- without the second factor
@pytest.fixture
def halfway(cast, client) -> Client:
    """The clerk, signed in, who has shown no second factor."""
    client.force_login(cast.clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_staff_without_a_second_factor_are_led_to_make_one(cast, client):
    cast.clerk.set_password("right-password")
    cast.clerk.save()
    assert with_password(client).url.startswith(FACTOR)
    assert "扫这个码" in client.get(FACTOR).content.decode()


def test_session_without_second_factor_reaches_nobody(halfway, cast, rf):
    """Guardrail 17."""
    request = rf.get("/")
    request.user, request.session = cast.clerk, halfway.session
    actor = sessions.actor_of(request)
    assert actor.reach.scopes == ()
    assert actor.lacks_factor
    request.session[sessions.FACTOR] = str(cast.secretary.pk)  # somebody else's mark
    assert sessions.actor_of(request).reach.scopes == ()
    sessions.mark_verified(request, cast.clerk)
    assert sessions.actor_of(request).reach.scopes != ()


@pytest.mark.parametrize("path", ["/api/v1/households/"])
def test_api_session_without_second_factor_reaches_nobody(halfway, path):
    response = halfway.get(path)
    assert response.status_code == 403
    assert response.json()["code"] == "SECOND_FACTOR"


def test_resident_needs_no_second_factor(cast, browse, rf):
    request = rf.get("/")
    request.user, request.session = cast.resident, {}
    assert not sessions.actor_of(request).lacks_factor


def test_enrolling_shows_recovery_codes_and_opens_the_door(halfway, cast, demo):
    page = halfway.get(FACTOR + "?next=/desk/").content.decode()
    shown = factors.code_now(halfway.session["enrolling"])
    assert shown in page
    response = halfway.post(FACTOR, {"code": shown, "next": "/desk/"})
    assert response.content.decode().count("<li><b>") == 10
    assert 'href="/desk/"' in response.content.decode()
    assert sessions.FACTOR in halfway.session
    assert factors.has_second_factor(cast.clerk.pk)


def test_enrolling_with_wrong_digits_makes_nothing(halfway, cast):
    halfway.get(FACTOR)
    assert halfway.post(FACTOR, {"code": "12"}).status_code == 422
    assert not factors.has_second_factor(cast.clerk.pk)


def test_enrolled_person_is_asked_not_enrolled_again(clerk, halfway):
    """Whoever finds an open session cannot put their own phone in the place of the owner's."""
    assert "扫这个码" not in halfway.get(FACTOR).content.decode()
    halfway.post(FACTOR, {"code": factors.code_now(demo_people.secret_of("clerk"))})
    assert sessions.FACTOR in halfway.session


def test_secret_is_not_readable_in_the_database(clerk):
    assert demo_people.secret_of("clerk") not in str(Authenticator.objects.get(user=clerk).data)


def test_secret_survives_a_new_secret_key(clerk, settings):
    code = factors.code_now(demo_people.secret_of("clerk"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    assert factors.use_code(user=clerk, code=code)


def test_new_recovery_codes_need_the_app(clerk, halfway):
    old = factors.new_recovery_codes(user=clerk)
    url = reverse("recovery_codes")
    assert halfway.post(url, {"code": "000000"}).status_code == 422
    page = halfway.post(url, {"code": factors.code_now(demo_people.secret_of("clerk"))}).content.decode()
    assert page.count("<li><b>") == 10
    assert old[0] not in page


# ---------------------------------------------------------------- idle
def test_desk_that_nobody_sits_at_is_closed(browse, settings):
    """Guardrail 17."""
    client = browse("clerk")
    session = client.session
    session[sessions.SEEN] -= settings.STAFF_IDLE_SECONDS + 1
    session.save()
    page = client.get(reverse("account_change_password"), follow=True)
    assert page.redirect_chain[0][0].startswith(LOGIN)
    assert "我们替您退出了" in page.content.decode()
    assert not inside(client)


def test_desk_that_is_used_stays_open(browse, settings):
    client = browse("clerk")
    for _hour in range(3):
        session = client.session
        session[sessions.SEEN] -= settings.STAFF_IDLE_SECONDS - 10
        session.save()
        client.get(LOGIN)
        assert inside(client)


def test_page_that_renews_itself_keeps_nobody_in(browse, settings):
    client = browse("clerk")
    session = client.session
    session[sessions.SEEN] = before = session[sessions.SEEN] - settings.STAFF_IDLE_SECONDS + 10
    session.save()
    client.get(reverse("door-code"), headers={sessions.BY_ITSELF: "1"})
    assert client.session[sessions.SEEN] == before
    client.get(reverse("door-code"))
    assert client.session[sessions.SEEN] > before
    settings.STAFF_IDLE_SECONDS = -1
    assert client.get(reverse("door-code"), headers={sessions.BY_ITSELF: "1"})["HX-Refresh"] == "true"
    assert not inside(client)


def test_reading_pages_does_not_write_the_session_each_time(browse, django_assert_num_queries):
    client = browse("clerk")
    with django_assert_num_queries(2):  # the session and the person are read, nothing is written
        client.get(reverse("healthz"))


def test_resident_is_not_signed_out_for_sitting_still(browse, settings, cast):
    client = Client()
    client.force_login(cast.resident, backend="allauth.account.auth_backends.AuthenticationBackend")
    settings.STAFF_IDLE_SECONDS = 0
    client.get(LOGIN)
    assert inside(client)


# ---------------------------------------------------------------- out, and the password
def test_signing_out_asks_first(browse):
    client = browse("clerk")
    url = reverse("account_logout")
    assert "要退出吗" in client.get(url).content.decode()
    assert inside(client)
    assert client.post(url).url == "/"
    assert not inside(client)


def test_new_password_ends_other_sessions(clerk):
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    new = {"old": "right-password", "new": "a-better-sentence", "again": "a-better-sentence"}
    assert here.post(reverse("account_change_password"), new).status_code == 302
    clerk.refresh_from_db()
    assert clerk.check_password("a-better-sentence")
    assert there.get(reverse("account_change_password")).url.startswith(LOGIN)
    assert here.get(reverse("account_change_password")).status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old": "wrong", "new": "a-better-sentence", "again": "a-better-sentence"}, "现在的密码不对"),
        ({"old": "right-password", "new": "12345", "again": "12345"}, "密码"),
        ({"old": "right-password", "new": "a-better-sentence", "again": "another-sentence"}, "两遍写的不一样"),
    ],
)
def test_bad_new_password_changes_nothing(clerk, client, given, said):
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(reverse("account_change_password"), given)
    assert response.status_code == 422
    assert said in response.content.decode()
    clerk.refresh_from_db()
    assert clerk.check_password("right-password")


# ---------------------------------------------------------------- the demo
def test_demo_lists_its_people_with_their_codes(client, db, demo):
    page = client.get(LOGIN).content.decode()
    assert all(person.name in page for person in demo_people.SIGN_INS)
    assert demo_people.current_codes()["secretary"] in page


@pytest.mark.django_db
def test_demo_fills_in_but_does_not_enter(client, demo):
    page = client.get(LOGIN + "?as=secretary").content.decode()
    assert 'value="secretary"' in page
    assert f'value="{demo_people.PASSWORD}"' in page
    assert 'value="13800000001"' in client.get(LOGIN + "?as=resident").content.decode()
    assert not inside(client)


@pytest.mark.django_db
def test_outside_the_demo_nobody_is_shown_and_nobody_equipped(client, settings):
    """Guardrail 17."""
    settings.DEMO = False
    page = client.get(LOGIN + "?as=secretary").content.decode()
    assert "陈立新" not in page
    assert demo_people.PASSWORD not in page
    assert demo_people.current_codes() == {}
    with pytest.raises(RuntimeError):
        demo_people.equip(User.objects.create_user("x"))


def test_equipping_twice_changes_nothing(clerk):
    demo_people.equip(clerk)
    assert Authenticator.objects.filter(user=clerk).count() == 1
