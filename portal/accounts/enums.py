from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Who a person is towards a place. Codes are part of the API; never rename one."""

    RESIDENT = "resident", _("居民")
    GRID_WORKER = "grid_worker", _("网格员")
    DESK_CLERK = "desk_clerk", _("窗口工作人员")
    SECRETARY = "secretary", _("社区书记")
    STREET_SUPERVISOR = "street_supervisor", _("街道督办")
    DISTRICT_ADMIN = "district_admin", _("区级管理")
    DEPARTMENT_HANDLER = "department_handler", _("部门经办")
    VOLUNTEER = "volunteer", _("志愿者")
    TEAM_LEADER = "team_leader", _("志愿队队长")
    ORG_CONTACT = "org_contact", _("单位联系人")
    AUDITOR = "auditor", _("审计")
    SYSADMIN = "sysadmin", _("系统管理")


# Words of domain.md: "community = desk_clerk or secretary, street = street_supervisor, district = district_admin".
COMMUNITY = (Role.DESK_CLERK, Role.SECRETARY)
STREET = (Role.STREET_SUPERVISOR,)
DISTRICT = (Role.DISTRICT_ADMIN,)
# Roles whose posting opens residents' data on its subtree. Auditors and sysadmins are not among them, by design.
DATA_ROLES = (Role.GRID_WORKER, *COMMUNITY, *STREET, *DISTRICT)
STAFF_ROLES = (*DATA_ROLES, Role.DEPARTMENT_HANDLER, Role.AUDITOR, Role.SYSADMIN)
# Roles that see care needs sign in with a second factor (guardrail 17).
TOTP_ROLES = STAFF_ROLES
