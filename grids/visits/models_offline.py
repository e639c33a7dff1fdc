"""Phones that keep doors for a day without a signal, and orders to wipe them. No place, no times of use."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.rows import Row


class OfflineDevice(Row):
    """A browser in which somebody has turned offline on. Its id is its own, of 122 random bits, and told to nobody:
    with it alone, without a session, the browser learns whether it has to wipe itself.
    """

    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="offline_devices", verbose_name=_("谁的")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("离线的手机")

    def __str__(self) -> str:
        return f"{self.worker}"


class WipeOrder(Row):
    """清空手机: everything that phones of this person keep goes at their next contact."""

    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="wipe_orders", verbose_name=_("谁的手机")
    )
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Where whoever ordered it may do so; the trail is read by place.
    path = models.CharField(max_length=255, editable=False)
    reason = models.CharField(_("为什么"), max_length=200)
    # What was not sent is destroyed with the rest. Else it is handed in, or stays sealed.
    destroys = models.BooleanField(_("没传的也清掉"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("清空手机")
        indexes = [models.Index(fields=["worker", "-created_at"], name="wipe_order_of_worker")]

    def __str__(self) -> str:
        return f"{self.worker}"


class WipeReceipt(Row):
    """One phone has done what it was told, and says how many visits were not sent by then."""

    order = models.ForeignKey(WipeOrder, models.CASCADE, related_name="receipts")
    device = models.ForeignKey(OfflineDevice, models.CASCADE, related_name="receipts")
    unsent = models.PositiveIntegerField(_("没传的"))

    class Meta:
        # A phone whose line breaks says it again.
        constraints = [models.UniqueConstraint(fields=["order", "device"], name="wipe_receipt_once")]
