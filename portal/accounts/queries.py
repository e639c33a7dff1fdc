"""Reading accounts: the door for other rooms."""

from uuid import UUID

from portal.accounts.models import User


def by_phone(phone: str) -> User | None:
    """The account of a phone (E.164)."""
    return User.objects.filter(phone=phone).first()


def by_username(username: str) -> User | None:
    return User.objects.filter(username=username).first()


def names_of(user_ids: set[UUID]) -> dict[UUID, str]:
    """How each account is called on a page, in one query."""
    return {user.pk: str(user.get_full_name()) for user in User.objects.filter(pk__in=user_ids)}
