"""Accounts: codes by text message, opening an account, its name and password."""

import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework.authtoken.models import Token

from portal.accounts import factors
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.audit.services import record
from portal.errors import Conflict, Invalid, Refusal, TooMany
from portal.signin.models import PhoneCode

DIGITS = 6
VALID = timedelta(minutes=10)
TRIES = 5
# Between two texts to one phone, and how many in an hour; how many one network address may cause in an hour.
PAUSE = timedelta(seconds=60)
WINDOW = timedelta(hours=1)
PER_PHONE = 5
# A whole centre may sit behind one address.
PER_ORIGIN = 60
# "r-…" are the names that accounts by phone are given.
STAFF_NAME = re.compile(r"[a-z][a-z0-9.\-]{1,29}")


class WrongCode(Refusal):
    """The digits do not open. `code` says why: WRONG_CODE, CODE_EXPIRED, CODE_SPENT."""

    code = "WRONG_CODE"
    message = gettext_lazy("验证码不对。请照短信里的六个数字再填一遍。")


def issue_code(*, phone: str, origin: str, now: datetime | None = None) -> str:
    """Make six digits for a phone and remember their hash; returns them, to be texted once this has committed.

    phone: E.164. origin: the network address that asks. Raises TooMany TOO_SOON (with `wait`, seconds) or THROTTLED.
    The answer is the same whether the phone has an account or not.
    """
    moment = now or timezone.now()
    came_from = _digest("origin", origin)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two requests for one phone at the same moment would both find that none was sent yet.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"phone-code:{phone}"])
        PhoneCode.objects.filter(sent_at__lt=moment - WINDOW).delete()
        sent = list(PhoneCode.objects.filter(phone=phone).order_by("-sent_at"))
        if sent and moment - sent[0].sent_at < PAUSE:
            wait = int((sent[0].sent_at + PAUSE - moment).total_seconds()) + 1
            raise TooMany(_("刚刚发过一条，请先看看短信。过 1 分钟可以再发。"), code="TOO_SOON", wait=wait)
        if len(sent) >= PER_PHONE:
            raise TooMany(_("这个手机号一小时里已经发了好几条。请过一会儿再试，或打电话给社区。"))
        if PhoneCode.objects.filter(origin=came_from).count() >= PER_ORIGIN:
            raise TooMany(_("这里发出的验证码太多了。请过一会儿再试，或打电话给社区。"))
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        PhoneCode.objects.create(phone=phone, digest=_digest(phone, code), origin=came_from, sent_at=moment)
    return code


def withdraw_code(*, phone: str, code: str) -> None:
    """The text certainly did not go out: it neither opens anything nor counts."""
    PhoneCode.objects.filter(phone=phone, digest=_digest(phone, code)).delete()


def spend_code(*, phone: str, code: str, now: datetime | None = None) -> None:
    """Check six digits against what was texted to this phone, and spend them. Raises WrongCode."""
    refusal = _try_code(phone, code, now or timezone.now())
    # Raised out here: inside, it would take the counted try back with it.
    if refusal is not None:
        raise refusal


@transaction.atomic
def _try_code(phone: str, code: str, now: datetime) -> WrongCode | None:
    live = PhoneCode.objects.select_for_update().filter(phone=phone, sent_at__gt=now - VALID)
    rows = list(live.order_by("id"))
    if not rows:
        return WrongCode(_("这个验证码过时了。请再要一个，收到就填。"), code="CODE_EXPIRED")
    open_rows = [row for row in rows if row.tries < TRIES]
    if not open_rows:
        return WrongCode(_("试错了好几次，这个验证码作废了。请再要一个。"), code="CODE_SPENT")
    # Any that is still good: texts overtake each other, and people read the wrong one of two.
    given = _digest(phone, code)
    if any(constant_time_compare(row.digest, given) for row in open_rows):
        PhoneCode.objects.filter(phone=phone).delete()
        return None
    live.update(tries=F("tries") + 1)
    left = TRIES - 1 - min(row.tries for row in open_rows)
    if left <= 0:
        return WrongCode(_("试错了好几次，这个验证码作废了。请再要一个。"), code="CODE_SPENT")
    said = ngettext(
        "验证码不对。请照短信里的六个数字再填一遍，还可以试 %(n)d 次。",
        "验证码不对。请照短信里的六个数字再填一遍，还可以试 %(n)d 次。",
        left,
    )
    return WrongCode(said % {"n": left}, left=left)


@transaction.atomic
def open_account(*, phone: str) -> tuple[User, bool]:
    """The account of a phone that has just proved itself; made if there is none. Returns it and whether it is new."""
    # get_or_create, not a look before: two browsers may prove the same new phone at once.
    user, is_new = User.objects.get_or_create(
        phone=phone, defaults={"phone_verified": True, "password": make_password(None)}
    )
    if is_new:
        record(actor=Actor.of(user), verb="account.open", target=user, subject_id=user.pk, fields=["phone"])
    elif not user.phone_verified:
        set_phone_verified(user=user)
    return user, is_new


@transaction.atomic
def open_staff_account(*, actor: Actor, username: str, name: str = "") -> tuple[User, str]:
    """An account that signs in by name and password; returns it and its first password, which is told once.

    Raises Invalid for a name nobody can type, Conflict NAME_TAKEN.
    """
    if not STAFF_NAME.fullmatch(username) or username.startswith("r-"):
        raise Invalid(_("用户名用小写字母开头，两到三十个字母、数字、点或短横线。"), code="BAD_NAME")
    password = secrets.token_urlsafe(12)
    # get_or_create, not a look before: the same command may run twice at once.
    defaults = {"name": " ".join(name.split())[:40], "password": make_password(password)}
    user, is_new = User.objects.get_or_create(username=username, defaults=defaults)
    if not is_new:
        raise Conflict(_("已经有叫“%(name)s”的账号了。") % {"name": username}, code="NAME_TAKEN")
    record(actor=actor, verb="account.open", target=user, subject_id=user.pk, fields=["username"])
    return user, password


def set_phone_verified(*, user: User) -> None:
    user.phone_verified = True
    user.save(update_fields=["phone_verified"])


@transaction.atomic
def set_phone(*, actor: Actor, user: User, phone: str, verified: bool) -> None:
    """Change the phone an account signs in with. Raises IntegrityError where another account has it."""
    user.phone, user.phone_verified = phone, verified
    user.save(update_fields=["phone", "phone_verified"])
    record(actor=actor, verb="account.set_phone", target=user, subject_id=user.pk, fields=["phone"])


@transaction.atomic
def rename(*, actor: Actor, user: User, name: str) -> None:
    """How the person wants to be called."""
    user.name = name.strip()
    user.save(update_fields=["name"])
    record(actor=actor, verb="account.rename", target=user, subject_id=user.pk, fields=["name"])


@transaction.atomic
def change_password(*, actor: Actor, user: User, password: str) -> None:
    """A new password, already validated by the form. Other sessions of the account end with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor=actor, verb="account.change_password", target=user, subject_id=user.pk, fields=["password"])


@transaction.atomic
def enrol_factor(*, actor: Actor, user: User, secret: str) -> list[str]:
    """Make an authenticator app this account's second factor; returns fresh recovery codes. Raises Refusal ENROLLED."""
    User.objects.select_for_update().get(pk=user.pk)
    if factors.has_second_factor(user.pk):
        raise Refusal(_("这个账号已经绑好动态码了。手机丢了，请找系统管理员清掉，再重新绑。"), code="ENROLLED")
    factors.put_totp(user=user, secret=secret)
    record(actor=actor, verb="account.enrol_factor", target=user, subject_id=user.pk)
    return factors.new_recovery_codes(user=user)


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, user: User) -> list[str]:
    """Throw the old recovery codes away and make new ones."""
    record(actor=actor, verb="account.renew_recovery_codes", target=user, subject_id=user.pk)
    return factors.new_recovery_codes(user=user)


@transaction.atomic
def forget_factor(*, actor: Actor, user: User, reason: str) -> None:
    """A lost phone: the account enrols anew at its next sign-in. Done by somebody else, with a reason, recorded."""
    if actor.id == user.pk:
        raise Refusal(_("自己的动态码不能自己清。请另一位系统管理员来办。"), code="NOT_ONESELF")
    if not reason.strip():
        raise Refusal(_("请写下原因，以后查得到。"), code="REASON_REQUIRED")
    factors.forget(user=user)
    record(actor=actor, verb="account.forget_factor", target=user, subject_id=user.pk, reason=reason)


@transaction.atomic
def api_token(*, user: User, fresh: bool = False) -> str:
    """The account's token for the API, made if there is none. fresh: a new one, and the one before ends."""
    held = Token.objects.select_for_update().filter(user=user).first()
    if held is not None and not fresh:
        return str(held.key)
    if held is not None:
        held.delete()
    record(actor=Actor(channel="command", is_system=True), verb="account.token", target=user, subject_id=user.pk)
    return str(Token.objects.create(user=user).key)


def _digest(salt: str, value: str | UUID) -> str:
    return salted_hmac(f"jiamenkou.phone-code:{salt}", str(value), algorithm="sha256").hexdigest()
