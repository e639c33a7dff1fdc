"""`{% panel p %}`: a room's section on somebody else's page, rendered with the room's own context."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.workbench.registry import Panel

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: template.Context, shown: Panel) -> SafeString:
    """The panel's template sees its own context and what every page has, nothing of the page around it."""
    own: dict[str, Any] = {"title": shown.title, **shown.context}
    return render_to_string(shown.template, own, request=context["request"])
