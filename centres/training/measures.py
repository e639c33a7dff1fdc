"""How money and lengths of time are said, in the catalogue as in an order."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def money(fen: int) -> str:
    """1,280 元, 12.50 元."""
    yuan, rest = divmod(fen, 100)
    return _("%(n)s 元") % {"n": f"{yuan:,}.{rest:02d}" if rest else f"{yuan:,}"}


def length(minutes: int) -> str:
    """90 分钟, 2 小时, 1 个半小时."""
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}
    if hours and rest == 30:
        return _("%(n)s 个半小时") % {"n": hours}
    return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
