from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.longwork.registry import kind_of
from portal.rows import Row


class WorkState(models.TextChoices):
    WAITING = "waiting", _("排着队")
    RUNNING = "running", _("正在做")
    DONE = "done", _("做好了")
    FAILED = "failed", _("没做成")
    STOPPED = "stopped", _("停下了")


GOING = (WorkState.WAITING, WorkState.RUNNING)


class LongWork(Row):
    """Work that takes longer than a page may: an import, an export, a print job. Only its owner sees it.

    How far it is stands in the cache, not here: it may run in one transaction, and nobody would see the number move.
    """

    kind = models.CharField(_("做什么"), max_length=40)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="long_works", verbose_name=_("谁的")
    )
    state = models.CharField(_("状态"), max_length=8, choices=WorkState.choices, default=WorkState.WAITING)
    params = models.JSONField(default=dict, blank=True)
    upload = models.FileField(upload_to="works", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("结果"), max_length=300, blank=True)
    url = models.CharField(max_length=200, blank=True)
    result = models.FileField(upload_to="works", blank=True)
    result_name = models.CharField(_("文件名"), max_length=120, blank=True)
    finished_at = models.DateTimeField(_("做完的时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("要等一会儿的事")
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="longwork_of_owner"),
            models.Index(fields=["created_at"], name="longwork_going", condition=Q(state__in=["waiting", "running"])),
        ]

    def __str__(self) -> str:
        return str(self.label)

    def get_absolute_url(self) -> str:
        return reverse("long-work", args=[self.pk])

    @property
    def label(self) -> Any:
        declared = kind_of(self.kind)
        return declared.label if declared else self.kind

    @property
    def is_going(self) -> bool:
        return self.state in GOING
