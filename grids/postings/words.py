"""How the office is spoken of."""

from django.utils.translation import gettext as _

from portal.workdays.queries import hours_for


def office_hours(code: str) -> str:
    """工作日 08:30–12:00、13:30–18:00: when somebody answers, in the community of this code."""
    spans = [f"{begin:%H:%M}–{end:%H:%M}" for begin, end in hours_for(code).spans]
    return _("工作日 %(spans)s") % {"spans": _("、").join(spans)}
