from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role

# What a grid worker answers for, as the streets print it beside the name.
DUTIES = (
    (_("政策宣传"), _("有新政策，上门说给您听")),
    (_("民生保障"), _("补贴、助餐、看护，替您问、替您跑")),
    (_("环境保护"), _("楼道、垃圾、噪声，看见就管")),
    (_("城市管理"), _("路灯、井盖、停车，报上去盯到修好")),
    (_("综治维稳"), _("邻里有别扭，坐下来一起说")),
)
# Where on the tree a role can be held.
LEVELS_OF: dict[str, tuple[str, ...]] = {
    Role.GRID_WORKER: ("basic_grid", "community_grid"),
    Role.DESK_CLERK: ("community",),
    Role.SECRETARY: ("community",),
    Role.STREET_SUPERVISOR: ("street",),
    Role.DISTRICT_ADMIN: ("district",),
    Role.DEPARTMENT_HANDLER: ("basic_grid", "street", "district"),
    Role.AUDITOR: ("district",),
    Role.SYSADMIN: ("district",),
}
