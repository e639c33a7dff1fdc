"""A phone, six digits, in: for somebody who has never been here as for somebody who has."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.signin import services
from portal.signin.models import PhoneCode
from tests.gateways import Texts

LOGIN, CODE = reverse("account_login"), reverse("account_confirm_login_code")
NEW = "+8613912345678"


def ask(client: Client, phone: str = NEW, **more: str):
    return client.post(LOGIN, {"phone": phone} | more)


def fill(client: Client, code: str | None = None):
    return client.post(CODE, {"code": code or Texts.code()})


@pytest.mark.django_db
def test_new_phone_becomes_an_account_by_its_code(client, texts):
    assert ask(client).url == CODE
    assert not User.objects.filter(phone=NEW).exists()
    assert fill(client).url == "/my/"
    user = User.objects.get(phone=NEW)
    assert user.phone_verified
    assert not user.has_usable_password()
    assert client.session["_auth_user_id"] == str(user.pk)


def test_known_phone_signs_in_to_its_account(cast, client, texts):
    ask(client, cast.resident.phone)
    fill(client)
    assert client.session["_auth_user_id"] == str(cast.resident.pk)
    assert User.objects.filter(phone=cast.resident.phone).count() == 1


def test_known_and_unknown_phones_are_answered_alike(cast, texts):
    """Nobody learns here who has an account."""
    pages = []
    for phone in (cast.resident.phone, "+8613800000099"):
        client = Client()
        response = client.post(LOGIN, {"phone": phone}, follow=True)
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        pages.append((response.status_code, response.redirect_chain, text.replace(phone[-4:], "尾号")))
    assert pages[0] == pages[1]
    assert len(texts.sent) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written", ["13912345678", "139 1234 5678", "+86 139-1234-5678", "１３９１２３４５６７８", "0086 13912345678"]
)
def test_phone_is_taken_as_people_write_it(client, texts, written):
    assert ask(client, written).status_code == 302
    assert texts.sent[-1][0] == NEW


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "请写下手机号"),
        ("1391234567", "手机号是 11 位"),
        ("12345", "手机号是 11 位"),
        ("0514 8555 0110", "座机，收不到短信"),
        ("+852 9123 4567", "中国大陆的手机"),
        ("张三", "不是电话号码"),
    ],
)
def test_what_is_no_phone_is_told_so(client, texts, written, said):
    response = ask(client, written)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert texts.sent == []


@pytest.mark.django_db
def test_code_is_typed_as_people_type(client, texts):
    ask(client)
    code = texts.code()
    fill(client, f" {code[:3]} {code[3:]} ")
    assert "_auth_user_id" in client.session


@pytest.mark.django_db
def test_wrong_code_says_how_often_it_may_be_tried(client, texts):
    ask(client)
    response = fill(client, "000000" if texts.code() != "000000" else "111111")
    assert response.status_code == 422
    assert "还可以试 4 次" in response.content.decode()


@pytest.mark.django_db
def test_code_that_broke_off_costs_no_try(client, texts):
    ask(client)
    assert "您填了 2 个" in fill(client, "12").content.decode()
    response = fill(client, "000000" if texts.code() != "000000" else "111111")
    assert "还可以试 4 次" in response.content.decode()


@pytest.mark.django_db
def test_code_is_spent_after_five_wrong_tries_even_in_other_browsers(texts):
    ask(Client())
    right = texts.code()
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _try in range(services.TRIES):
        browser = Client()
        session = browser.session
        session["sign_in"] = {"phone": NEW, "next": ""}
        session.save()
        fill(browser, wrong)
    response = fill(browser, right)
    assert "作废" in response.content.decode()
    assert "_auth_user_id" not in browser.session


@pytest.mark.django_db
def test_code_opens_once(client, texts):
    ask(client)
    services.spend_code(phone=NEW, code=texts.code())
    with pytest.raises(services.WrongCode) as refused:
        services.spend_code(phone=NEW, code=texts.code())
    assert refused.value.code == "CODE_EXPIRED"


@pytest.mark.django_db
def test_code_of_one_phone_does_not_open_another():
    code = services.issue_code(phone=NEW, origin="x")
    services.issue_code(phone="+8613800000099", origin="x")
    with pytest.raises(services.WrongCode):
        services.spend_code(phone="+8613800000099", code=code)


@pytest.mark.django_db
def test_code_expires(client, texts):
    ask(client)
    PhoneCode.objects.update(sent_at=timezone.now() - services.VALID - timedelta(seconds=1))
    assert "过时了" in fill(client).content.decode()


@pytest.mark.django_db
def test_earlier_of_two_texts_still_opens():
    """Texts overtake each other on their way."""
    then = timezone.now() - timedelta(minutes=2)
    first = services.issue_code(phone=NEW, origin="x", now=then)
    services.issue_code(phone=NEW, origin="x")
    services.spend_code(phone=NEW, code=first)
    assert PhoneCode.objects.count() == 0


@pytest.mark.django_db
def test_codes_are_not_kept_readable(texts, client):
    ask(client)
    row = PhoneCode.objects.get()
    assert texts.code() not in f"{row.digest}{row.origin}{row.phone}"
    assert "shown" not in client.session["sign_in"]


@pytest.mark.django_db
def test_second_request_leads_to_the_code_without_another_text(client, texts):
    ask(client)
    assert ask(client).url == CODE
    assert len(texts.sent) == 1


@pytest.mark.django_db
def test_texts_to_one_phone_are_limited(client, texts):
    start = timezone.now() - timedelta(minutes=30)
    for minute in range(services.PER_PHONE):
        services.issue_code(phone=NEW, origin="x", now=start + timedelta(minutes=minute * 2))
    response = ask(client)
    assert response.status_code == 429
    assert "发了好几条" in response.content.decode()


@pytest.mark.django_db
def test_texts_caused_by_one_address_are_limited(client, texts, monkeypatch):
    monkeypatch.setattr(services, "PER_ORIGIN", 2)
    assert [ask(client, f"1391234560{n}").status_code for n in range(3)] == [302, 302, 429]


@pytest.mark.django_db
def test_rows_older_than_the_window_go(texts, client):
    services.issue_code(phone="+8613800000099", origin="x", now=timezone.now() - timedelta(hours=2))
    ask(client)
    assert list(PhoneCode.objects.values_list("phone", flat=True)) == [NEW]


@pytest.mark.django_db
def test_text_that_did_not_go_out_is_told_and_may_be_tried_again(client, texts):
    texts.refuse()
    response = ask(client)
    assert response.status_code == 422
    assert "短信没发出去" in response.content.decode()
    texts.fail = None
    assert ask(client).status_code == 302


@pytest.mark.django_db
def test_gateway_that_does_not_answer_is_no_error_page(client, texts):
    texts.fail = TimeoutError()
    response = client.post(LOGIN, {"phone": NEW}, follow=True)
    assert response.status_code == 200
    assert "可能要晚一点才到" in response.content.decode()


@pytest.mark.django_db
def test_sign_in_works_while_broker_and_cache_are_gone(client, texts, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    ask(client)
    fill(client)
    assert "_auth_user_id" in client.session


@pytest.mark.django_db
def test_another_text_can_be_asked_for_after_a_minute(client, texts):
    ask(client)
    again = reverse("account_resend_login_code")
    client.post(again)
    assert len(texts.sent) == 1
    PhoneCode.objects.update(sent_at=timezone.now() - services.PAUSE)
    assert client.post(again).url == CODE
    assert len(texts.sent) == 2


@pytest.mark.django_db
def test_code_page_without_a_phone_leads_to_the_start(client):
    assert client.get(CODE).url == LOGIN
    assert client.post(reverse("account_resend_login_code")).url == LOGIN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/rooms/", "/rooms/"),
        ("https://elsewhere.example.org/", "/my/"),
        ("//elsewhere.example.org", "/my/"),
        ("javascript:x", "/my/"),
    ],
)
def test_next_stays_on_this_site(client, texts, wanted, led_to):
    ask(client, next=wanted)
    assert fill(client).url == led_to


def test_closed_account_is_told_so(cast, client, texts):
    User.objects.filter(pk=cast.resident.pk).update(is_active=False)
    ask(client, cast.resident.phone)
    assert fill(client).url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_demo_shows_the_code_and_real_life_does_not(client, texts, settings):
    assert ask(client)
    assert Texts.code() not in client.get(CODE).content.decode()
    settings.DEMO = True
    other = Client()
    ask(other, "13812345679")
    assert Texts.code() in other.get(CODE).content.decode()


@pytest.mark.django_db
def test_person_without_a_name_is_called_by_the_tail_of_their_phone(client, texts):
    ask(client)
    fill(client)
    assert User.objects.get(phone=NEW).get_short_name() == "尾号 5678"
