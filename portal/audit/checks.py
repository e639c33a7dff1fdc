"""What `manage.py check --deploy` says about the trail: a real centre needs two roles and a key of its own."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.utils.translation import gettext as _


@register(Tags.security, deploy=True)
def the_trail_can_be_trusted(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One plain sentence for each thing missing; nothing to say where nobody real is recorded."""
    if settings.DEBUG or settings.DEMO:
        return []
    found: list[CheckMessage] = []
    if not settings.DATABASE_APP_ROLE:
        said = _("提供网页的数据库角色和建表的是同一个，办事留痕它自己改得了。请设 DATABASE_APP_ROLE。")
        found.append(Warning(said, hint="docs/adr/0005-two-database-roles.md", id="portal.W001"))
    # settings fall back on SECRET_KEY, which every process holds and `up` keeps beside the data.
    if settings.AUDIT_KEY in ("", settings.SECRET_KEY):
        said = _("办事留痕的封条没有自己的密钥，拿到网站密钥的人能重新封一遍。请设 AUDIT_KEY，和备份分开放。")
        found.append(Warning(said, hint="docs/settings.md", id="portal.W002"))
    return found
