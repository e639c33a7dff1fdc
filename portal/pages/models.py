from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.rows import Row


class Page(Row):
    """Something to know: a notice with a date, or a page that explains. `scope_code`: a community, or empty for all."""

    slug = models.SlugField(_("网址里的名字"), max_length=60, unique=True)
    kind = models.CharField(
        max_length=8,
        choices=[("notice", _("通知")), ("guide", _("说明"))],
        default="notice",
    )
    title = models.CharField(_("标题"), max_length=80)
    lead = models.CharField(_("一句话"), max_length=160, blank=True)
    body = models.TextField(_("正文"), blank=True)
    scope_code = models.CharField(_("社区代码"), max_length=12, blank=True)
    published_at = models.DateTimeField(_("发布时间"), default=timezone.now)

    class Meta:
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return self.title
