from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.registry.enums import Correctable, CorrectionState, Relation
from grids.registry.models import Resident
from grids.registry.querysets import CorrectionQuerySet
from portal.rows import Row


class Correction(Row):
    """更正: somebody says that a field held about them is wrong. The register changes when staff have looked."""

    # It goes with the person: after an erasure nothing about them is left in it.
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="corrections", verbose_name=_("居民"))
    field = models.CharField(_("哪一项"), max_length=10, choices=Correctable.choices)
    # Empty: what is there should be taken out.
    value = models.CharField(_("应该是"), max_length=80, blank=True)
    reason = models.CharField(_("为什么"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=CorrectionState.choices, default=CorrectionState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answer_by = models.DateTimeField(_("最迟答复"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("更正")
        constraints = [
            # Two open wishes for one field could both be granted, and the later one would win by accident.
            models.UniqueConstraint(
                fields=["resident", "field"], name="correction_open_once", condition=Q(state="asked")
            ),
            # An answer without somebody's moment is none.
            models.CheckConstraint(
                name="correction_decided_has_moment", condition=Q(state="asked") | Q(decided_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["answer_by"], name="correction_waiting", condition=Q(state="asked"))]

    def __str__(self) -> str:
        return str(Correctable(self.field).label)

    def get_absolute_url(self) -> str:
        return reverse("correction", args=[self.pk])

    @property
    def value_label(self) -> str:
        """What should stand there, in words; telephones are shown to whoever may decide, and to whose they are."""
        if self.field == Correctable.RELATION and self.value:
            return str(Relation(self.value).label)
        return self.value.removeprefix("+86")
