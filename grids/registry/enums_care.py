from django.db import models
from django.utils.translation import gettext_lazy as _


class CareKind(models.TextChoices):
    """What sort of help is needed. Never why: no kind says anything about anybody's health."""

    COMPANY = "company", _("独居老人要人常去看")
    HANDS = "hands", _("行动不便要帮手")
    RESPITE = "respite", _("照护者要喘口气")
    CHILD = "child", _("留守或困境儿童")
    PAPERS = "papers", _("经济困难要帮办手续")
    OTHER = "other", _("别的")


class CareBasis(models.TextChoices):
    """On what it is written down."""

    CONSENT = "consent", _("本人（孩子由监护人）同意")
    STATUTE = "statute", _("法律要求社区做的")


class Statute(models.TextChoices):
    """Which law asks the community to look after somebody."""

    ELDERS = "elders", _("老年人权益保障法")
    DISABLED = "disabled", _("残疾人保障法")
    RELIEF = "relief", _("社会救助暂行办法")


class CareState(models.TextChoices):
    ASKED = "asked", _("等书记确认")
    OPEN = "open", _("有人照看")
    ENDED = "ended", _("结束了")
    EXPIRED = "expired", _("到期了")


class CareEnd(models.TextChoices):
    """Why it ended. Those below the first three are nobody's choice on the form."""

    DONE = "done", _("不用帮了")
    GONE = "gone", _("不住这里了")
    NOT_WANTED = "unwanted", _("本人不愿意记")
    WITHDRAWN = "withdrawn", _("撤回了同意")
    LAPSED = "lapsed", _("一直没有人确认")
    DIED = "died", _("人不在了")
    MERGED = "merged", _("登记重了，并进同类的一条")


BY_HAND = (CareEnd.DONE, CareEnd.GONE, CareEnd.NOT_WANTED)
LIVE = (CareState.ASKED, CareState.OPEN)
