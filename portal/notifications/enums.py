from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    INAPP = "inapp", _("站内")
    SMS = "sms", _("短信")
    EMAIL = "email", _("邮件")


class NoticeState(models.TextChoices):
    QUEUED = "queued", _("待发")
    SENDING = "sending", _("正在发")
    SENT = "sent", _("已发")
    FAILED = "failed", _("没发出去")
    # The gateway's answer was lost: sent or not, nobody knows. Resent only to gateways that deduplicate by key.
    UNKNOWN = "unknown", _("未知")
