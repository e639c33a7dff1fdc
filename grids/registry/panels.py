from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import COMMUNITY, Role
from portal.ui.navigation import register

register(_("住户"), path="/grid/households/", roles=(Role.GRID_WORKER,), order=16)
register(_("住户"), path="/grid/households/", roles=COMMUNITY, order=60, shelf="register")
register(_("更正"), path="/grid/corrections/", roles=COMMUNITY, order=61, shelf="register")
register(_("名册"), path="/grid/rosters/", roles=COMMUNITY, order=62, shelf="register")
register(_("关爱需求"), path="/grid/care/", roles=(Role.GRID_WORKER, Role.SECRETARY), order=63, shelf="register")
register(_("重名"), path="/grid/duplicates/", roles=COMMUNITY, order=63, shelf="register")
register(_("中心户"), path="/grid/anchors/", roles=COMMUNITY, order=64, shelf="register")
