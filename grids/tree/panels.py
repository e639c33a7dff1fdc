from django.utils.translation import gettext_lazy as _

from grids.tree.changing import PLANNERS
from portal.ui.navigation import register

register(_("网格调整"), path="/grid/changes/", roles=PLANNERS, order=76, shelf="register")
