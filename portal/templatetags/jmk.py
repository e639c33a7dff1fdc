"""Built-in tags and filters of every template: icons, doors, times as people say them. Cheap enough for list rows."""

import io
import re
import uuid
from datetime import date, datetime
from typing import Any

import segno
from django import template
from django.forms import BoundField, Form
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.once import burden
from portal.ui import forms as ui_forms
from portal.ui import icons, words

register = template.Library()


# ---------------------------------------------------------------- signs
@register.simple_tag
def icon(name: str, css: str = "i") -> SafeString:
    """{% icon "phone" %}: a line icon, hidden from screen readers; the words stand beside it."""
    return icons.icon(name, css)


@register.simple_tag
def door(state: str = "shut") -> SafeString:
    return icons.door(state)


@register.simple_tag
def qr(data: object) -> SafeString:
    """A QR code as inline SVG: its colour comes from the class, black on white in every scheme."""
    out = io.BytesIO()
    segno.make(str(data), error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, nl=False, border=2, omitsize=True, svgclass=None, lineclass=None
    )
    svg = out.getvalue().decode()
    inner = svg[svg.index(">") + 1 :].replace('stroke="#000"', 'stroke="currentColor"')
    box = svg[svg.index("viewBox=") : svg.index(">")]
    return mark_safe(f'<svg class="qr" aria-hidden="true" {box.split(" class")[0]}>{inner}')


@register.simple_tag
def once() -> str:
    """A fresh token for a form: two presses of one button carry the same one."""
    return uuid.uuid4().hex


@register.simple_tag(takes_context=True)
def seen(context: Context) -> str:
    """Beside it, when the form was first drawn: signed, and kept nowhere."""
    return burden.stamp(context.get("request"))


@register.filter
def known_of(form: ui_forms.Form, names: str) -> ui_forms.KnownView:
    """{% with k=form|known_of:"name phone" %}: which of these fields what is known answers, and which must be asked."""
    return ui_forms.known_of(form, names.split())


# ---------------------------------------------------------------- time
@register.simple_tag(takes_context=True)
def at(context: Context, value: date | datetime | None, weekday: bool = True) -> str:
    """{% at case.due_at %}: <time> with relative words; twelve-hour words in 长辈版. Nothing for None."""
    if value is None:
        return ""
    said = words.when(value, context.get("now"), elder=bool(context.get("elder")), weekday=weekday)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), said)


@register.simple_tag(takes_context=True)
def span(context: Context, start: datetime, end: datetime) -> str:
    """{% span b.starts_at b.ends_at %}: 15:30–17:00, or 下午 3 点半到 5 点 in 长辈版."""
    return format_html('<span class="nb">{}</span>', words.span(start, end, elder=bool(context.get("elder"))))


@register.simple_tag(takes_context=True)
def hour(context: Context, moment: datetime) -> str:
    """{% hour session.starts_at %}: 14:30, or 下午 2 点半 in 长辈版."""
    return words.clock12(moment) if context.get("elder") else words.clock(moment)


@register.filter
def when(value: date | datetime | None, style: str = "") -> str:
    """今天 14:20 / 9月22日 周二 10:12. Styles: "day" without the clock, "short" without the weekday, "month" alone,
    "by" for the end of something: at midnight it is the day before."""
    if value is None:
        return ""
    if style == "month":
        return words.month(value)
    if style == "day":
        return words.day(value)
    if style == "by":
        return words.by(value)
    return words.when(value, weekday=style != "short")


@register.filter
def clock(value: datetime | None) -> str:
    return words.clock(value) if value else ""


@register.filter
def clock12(value: datetime | None) -> str:
    return words.clock12(value) if value else ""


@register.filter
def long_day(value: date | datetime | None) -> str:
    return words.long_day(value) if value else ""


# ---------------------------------------------------------------- words
@register.filter
def cn(number: int) -> str:
    """两件, 三间: a small number before its measure word."""
    return words.count(int(number))


@register.filter
def phone_masked(value: object) -> str:
    return words.phone_masked(value)


@register.filter
def tel(value: object) -> str:
    return words.tel(value)


@register.filter
def spoken_ref(value: object) -> str:
    return words.spoken_ref(value)


@register.filter(needs_autoescape=True)
def ph(value: object, autoescape: bool = True) -> SafeString:
    """ "门开着，|到晚上九点。"|ph: phrases that move to the next line whole.

    A title that somebody wrote says no phrases: it breaks after its own commas.
    """
    text = str(value)
    parts = text.split("|") if "|" in text else re.split(r"(?<=[，；：。？！])(?=.)", text)
    # A phrase is an inline block, which swallows a space at its end: "Doors open, |until nine" needs it between them.
    spaced = ((part.strip(), " " if part.endswith(" ") else "") for part in parts if part)
    return format_html_join("", '<span class="ph">{}</span>{}', spaced)


@register.filter
def nb(value: object) -> SafeString:
    return format_html('<span class="nb">{}</span>', value)


# ---------------------------------------------------------------- forms
@register.filter
def view_of(field: BoundField) -> "ui_forms.FieldView":
    """What c-field needs to draw a bound field."""
    return ui_forms.view_of(field)


@register.filter
def problems(form: Form) -> list[Any]:
    """The lines of the summary above a form: each leads to its field."""
    return ui_forms.problems(form)
