from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What somebody knocks for. Codes are part of the API."""

    PUBLICITY = "publicity", _("政策宣传")
    MEDIATION = "mediation", _("纠纷调解")
    INFORMATION = "information", _("信息收集")
    NEEDS = "needs", _("诉求反馈")
    EMERGENCY = "emergency", _("应急管理")


class Outcome(models.TextChoices):
    """What came of it. 改天来: somebody opened and it was not the moment; no reason is asked."""

    MET = "met", _("见到了")
    NOT_HOME = "not_home", _("没人在")
    DECLINED = "declined", _("改天来")


class VisitState(models.TextChoices):
    """Kept at once, or held back because the posting of who wrote it had ended by the time it arrived."""

    KEPT = "kept", _("存好了")
    QUARANTINED = "quarantined", _("等书记看")
    DISMISSED = "dismissed", _("没有收")


DEFAULT_PURPOSES = (Purpose.PUBLICITY.value, Purpose.INFORMATION.value)
