from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.accounts.enums import DATA_ROLES, DISTRICT, STREET, Role
from portal.ui.navigation import register
from portal.workbench.registry import Panel, panel_source

register(_("导出名册"), path="/exports/", roles=DATA_ROLES, order=70, shelf="data")
register(_("请求删除"), path="/desk/erasures/", roles=(Role.SECRETARY, *STREET, *DISTRICT), order=71, shelf="data")
register(
    _("到期清理"),
    path="/desk/nights/",
    roles=(Role.SECRETARY, *STREET, *DISTRICT, Role.AUDITOR, Role.SYSADMIN),
    order=72,
    shelf="data",
)


@panel_source("my")
def my_data(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """The way to the one page that says what is held, in the middle of one's own things."""
    return Panel("my-data", _("我的信息谁看过"), "portal/privacy/_my.html", {}, order=300)
