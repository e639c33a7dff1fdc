from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import register

register(_("网格员"), path="/grid/worker/", order=30)
register(_("网格和网格员"), path="/grids/", order=20, place="foot")
