from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import DATA_ROLES
from portal.ui.navigation import register

register(_("台账"), path="/ledgers/", roles=DATA_ROLES, order=75, shelf="data")
