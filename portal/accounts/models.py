from typing import ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.phones import tail
from portal.rows import Row, uuid7


def unspoken_username() -> str:
    """Residents sign in by phone; the column must still be unique."""
    return f"r-{uuid7().hex}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str | None = None, password: str | None = None, **fields) -> "User":
        user = self.model(username=username or unspoken_username(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(Row, AbstractBaseUser, PermissionsMixin):
    """An account: a phone that received a code, or a name and a password. Not a resident of the register."""

    # Django would stamp every sign-in here. Nothing of ours needs to know when somebody last came (guardrail 2).
    last_login = None

    username = models.CharField(_("用户名"), max_length=64, unique=True, default=unspoken_username)
    phone = models.CharField(_("手机号"), max_length=16, null=True, blank=True)
    phone_verified = models.BooleanField(_("手机号已验证"), default=False)
    name = models.CharField(_("怎么称呼"), max_length=40, blank=True)
    is_active = models.BooleanField(_("可用"), default=True)
    is_staff = models.BooleanField(_("可进后台"), default=False)
    date_joined = models.DateTimeField(_("注册时间"), auto_now_add=True)
    # 0 is the ordinary page; 1–3 the steps of 长辈版. Kept so that it follows the person to another phone.
    elder_step = models.PositiveSmallIntegerField(_("长辈版"), default=0)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = verbose_name_plural = _("账号")
        constraints = [
            # One handset signs in to one account; several people of a household may still share that account's phone.
            models.UniqueConstraint(
                fields=["phone"],
                name="user_phone_once",
                condition=Q(phone__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """How the page addresses them: by name, else by what they signed in with."""
        if self.name or not self.username.startswith("r-"):
            return self.name or self.username
        return str(_("尾号 %(tail)s") % {"tail": tail(self.phone)})

    get_short_name = get_full_name
