from django.db import models
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    """What a person is to the household, where they said so. Empty: not asked, not needed."""

    HEAD = "head", _("户主")
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    PARENT = "parent", _("父母")
    TENANT = "tenant", _("租户")
    OTHER = "other", _("其他")


class Leaving(models.TextChoices):
    """Why somebody is no longer in the register of a door."""

    MOVED = "moved", _("搬走了")
    DIED = "died", _("去世了")
    MERGED = "merged", _("和另一条登记是同一个人")
    MISTAKE = "mistake", _("登记错了")


class OrganisationKind(models.TextChoices):
    """What sort of body it is. What it does with the community (partner, provider …) is said upstairs."""

    GOVERNMENT = "government", _("机关")
    INSTITUTION = "institution", _("事业单位")
    SCHOOL = "school", _("学校")
    ENTERPRISE = "enterprise", _("企业")
    MERCHANT = "merchant", _("商户")
    PROPERTY = "property", _("物业公司")
    SOCIAL = "social", _("社会组织")


class Correctable(models.TextChoices):
    """What a person may ask to have put right."""

    NAME = "name", _("姓名")
    PHONE = "phone", _("电话")
    RELATION = "relation", _("与户主的关系")


class CorrectionState(models.TextChoices):
    ASKED = "asked", _("等社区核对")
    ACCEPTED = "accepted", _("改好了")
    REFUSED = "refused", _("没有改")
