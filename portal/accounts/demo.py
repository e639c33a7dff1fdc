"""The people of the demo: who they are, what they sign in with. Never outside the demo."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from portal.accounts import factors
from portal.accounts.models import User

# One password for all of the demo's staff, printed by `up`; the demo refuses to load into another database.
PASSWORD = "jiamenkou-demo"


@dataclass(frozen=True)
class DemoPerson:
    username: str
    name: str
    phone: str
    what: str
    # Residents sign in by phone and code; staff by name and password, with a second factor.
    by_password: bool = True


SIGN_INS = (
    DemoPerson("resident", "林秀英", "+8613800000001", "居民，文昌花园社区", False),
    DemoPerson("neighbour", "赵国平", "+8613800000002", "另一个网格的居民", False),
    DemoPerson("gridworker", "李梅", "+8613800000003", "网格员，文昌花园社区"),
    DemoPerson("clerk", "张倩", "+8613800000004", "窗口工作人员，文昌花园社区"),
    DemoPerson("secretary", "陈立新", "+8613800000005", "社区书记，文昌花园社区"),
    DemoPerson("street", "王建业", "+8613800000006", "街道督办"),
    DemoPerson("district", "周敏", "+8613800000007", "区级管理"),
    DemoPerson("department", "吴海涛", "+8613800000008", "部门经办，区城管"),
    DemoPerson("volunteer", "孙晓雯", "+8613800000009", "志愿者", False),
    DemoPerson("org", "何静", "+8613800000010", "社会组织联系人", False),
    DemoPerson("auditor", "高远", "+8613800000011", "审计"),
    DemoPerson("sysadmin", "郑工", "+8613800000012", "系统管理"),
)


def is_staff(person: DemoPerson) -> bool:
    return person.by_password


def secret_of(username: str) -> str:
    """A demo person's second factor: the same on every start with the same SECRET_KEY, known to nobody else."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo-totp:{username}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def equip(user: User) -> None:
    """Give a demo person their second factor, so that they sign in as real staff do. Twice changes nothing."""
    if not settings.DEMO:
        raise RuntimeError("only the demo hands out second factors that can be computed")
    factors.put_totp(user=user, secret=secret_of(user.username))


def current_codes() -> dict[str, str]:
    """username → the six digits their app would show now. Empty outside the demo."""
    if not settings.DEMO:
        return {}
    return {person.username: factors.code_now(secret_of(person.username)) for person in SIGN_INS if is_staff(person)}
