"""Words of the volunteers' room."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role


class TeamKind(models.TextChoices):
    """What a team gathers for. The order is that of the page."""

    NEIGHBOUR = "neighbour", _("邻里志愿服务队")
    SERVICE = "service", _("民间服务队")
    CULTURE = "culture", _("文化活动队")
    MERCHANT = "merchant", _("商圈志愿队")
    STUDENT = "student", _("学生实践队")


class Skill(models.TextChoices):
    """What a volunteer says they can do. Chosen by themselves; nobody checks or grades it."""

    REPAIR = "repair", _("修修补补")
    ERRANDS = "errands", _("跑腿、接送")
    COMPANY = "company", _("陪人说说话")
    TUTORING = "tutoring", _("辅导功课")
    HAIRCUT = "haircut", _("理发")
    HEALTH = "health", _("量血压、教急救")
    PHONE = "phone", _("教用手机")
    ARTS = "arts", _("写字、唱歌、乐器")


class Availability(models.TextChoices):
    WEEKDAY = "weekday", _("平日白天")
    EVENING = "evening", _("平日晚上")
    WEEKEND = "weekend", _("周末")


class CapacityKind(models.TextChoices):
    """In what capacity somebody helps. Codes are part of the API."""

    VOLUNTEER = "volunteer", _("我自己")
    TEAM = "team", _("志愿队")
    UNIT = "unit", _("单位")


ROLES = {
    CapacityKind.VOLUNTEER: Role.VOLUNTEER,
    CapacityKind.TEAM: Role.TEAM_LEADER,
    CapacityKind.UNIT: Role.ORG_CONTACT,
}
