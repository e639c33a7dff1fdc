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


class Hat(models.TextChoices):
    """三顶帽子: what a worker is at the door. Never entered; it follows from what they came for."""

    INFORMANT = "informant", _("信息员")
    HERALD = "herald", _("宣传员")
    MEDIATOR = "mediator", _("调解员")


HATS = {
    Purpose.INFORMATION.value: Hat.INFORMANT,
    Purpose.NEEDS.value: Hat.INFORMANT,
    Purpose.EMERGENCY.value: Hat.INFORMANT,
    Purpose.PUBLICITY.value: Hat.HERALD,
    Purpose.MEDIATION.value: Hat.MEDIATOR,
}


class PartOfDay(models.TextChoices):
    """When a household likes to be called on."""

    MORNING = "morning", _("平常日子上午")
    AFTERNOON = "afternoon", _("平常日子下午")
    EVENING = "evening", _("平常日子晚上")
    WEEKEND = "weekend", _("周末")


class RoundTarget(models.TextChoices):
    """Which doors a round asks for. By where they are, or by when somebody was last there; never by who lives there."""

    ALL = "all", _("范围里的每一户")
    BUILDINGS = "buildings", _("挑几栋楼")
    UNVISITED = "unvisited", _("有一阵没见到的")
    LEFT = "left", _("上一轮剩下的")


class ObjectionState(models.TextChoices):
    WAITING = "waiting", _("等着看")
    CHANGED = "changed", _("改了")
    KEPT = "kept", _("没有改")


class ErrandState(models.TextChoices):
    """捎带的事: asked for by somebody else, done within whoever's knock comes first."""

    OPEN = "open", _("等着顺路办")
    DONE = "done", _("办了")
    WITHDRAWN = "withdrawn", _("不用办了")
    LAPSED = "lapsed", _("到日子没办上")


DEFAULT_PURPOSES = (Purpose.PUBLICITY.value, Purpose.INFORMATION.value)
