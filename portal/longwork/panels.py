from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import DATA_ROLES
from portal.ui.navigation import register

register(_("我交代过的事"), url_name="long-works", roles=DATA_ROLES, shelf="data", order=90)
