from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Boundary(models.Model):
    """Where a node lies on the ground: one GeoJSON geometry (Polygon, MultiPolygon; a building may be a Point).

    A column of JSON and no PostGIS: the map draws outlines, and nothing asks which points lie within them.
    """

    grid = models.OneToOneField("grids.Grid", models.CASCADE, primary_key=True, related_name="boundary")
    shape = models.JSONField(_("边界"))
    changed_at = models.DateTimeField(_("改动时间"), default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = _("网格边界")

    def __str__(self) -> str:
        return str(self.grid_id)
