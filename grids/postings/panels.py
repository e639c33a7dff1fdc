from django.utils.translation import gettext_lazy as _

from portal.ui.navigation import register

register(_("网格员"), path="/grid/worker/", order=60)  # five words at most; 找我的网格员 is on the home page too
register(_("网格和网格员"), path="/grids/", order=20, place="foot")
