from django.db import models
from django.utils.translation import gettext_lazy as _


class Ended(models.TextChoices):
    """How a consent ended."""

    WITHDRAWN = "withdrawn", _("撤回了")
    EXPIRED = "expired", _("到期了")
    REPLACED = "replaced", _("换成新的了")
    OVER = "over", _("事情了结了")


class ErasureState(models.TextChoices):
    ASKED = "asked", _("等书记看")
    DEFERRED = "deferred", _("在办的事办完就删")
    REFUSED = "refused", _("没有同意")
    BACK = "back", _("自己撤回了")
    DONE = "done", _("已经删了")


OPEN_ERASURES = (ErasureState.ASKED, ErasureState.DEFERRED)


class ExportState(models.TextChoices):
    ASKED = "asked", _("等第二个人点头")
    APPROVED = "approved", _("正在做文件")
    READY = "ready", _("可以下载")
    FAILED = "failed", _("没做成")
    REFUSED = "refused", _("没有同意")
    LAPSED = "lapsed", _("没人答复，作废了")
    EXPIRED = "expired", _("到期，文件删了")


OPEN_EXPORTS = (ExportState.ASKED, ExportState.APPROVED)
