"""Our line icons and doors: 24 grid, 1.8 stroke, round. Always beside words, so always hidden from screen readers."""

# ruff: noqa: E501 (a path is one line)

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

_ICONS = {
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "report": '<path d="M4 5h16v11h-8.5L7 20v-4H4z"/><path d="M8 9h8M8 12h5"/>',
    "room": '<path d="M3 21h18M6 21V4h12v17M9 4l5.5 2.500V21"/><path d="M12 13.500v.01"/>',
    "shut": '<path d="M6 21V4h12v17M3 21h18"/><path d="M14.500 12.500v.01"/>',
    "person": '<circle cx="12" cy="7.500" r="3.500"/><path d="M5 21v-2.500A5.500 5.500 0 0 1 10.500 13h3a5.500 5.500 0 0 1 '
    '5.500 5.500V21M9.500 13.200 12 17l2.500-3.800"/>',
    "errand": '<path d="M6 3.500h8.500L18 7v5M6 3.500V20h5M9 8.500h5M9 12h3.500"/><path d="m13.500 18 2.200 2.300L20.500 15"/>',
    "done": '<path d="m4.500 12.500 5 5L19.500 7"/>',
    "wait": '<circle cx="12" cy="12" r="8.500"/><path d="M12 7v5.200l3.500 2"/>',
    "late": '<path d="M12 3.500 21.500 20h-19z"/><path d="M12 10v4.500M12 17.200v.01"/>',
    "note": '<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5.500M12 7.500v.01"/>',
    "down": '<path d="m5.500 9 6.500 6.500L18.500 9"/>',
    "next": '<path d="m9 5.500 6.500 6.500L9 18.500"/>',
    "back": '<path d="m15 5.500-6.500 6.500 6.500 6.500"/>',
    "phone": '<path d="M6.500 3.500h3l1.500 4.500-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4.500 1.500v3a2 2 0 0 1-2.200 2A16.500 16.500 0 '
    '0 1 4.500 5.700a2 2 0 0 1 2-2.200z"/>',
    "print": '<path d="M7 8V3.500h10V8M7 17H4V8h16v9h-3M7 14h10v6.500H7z"/>',
    "upload": '<path d="M12 20V9M7 13.500 12 8.500l5 5M4.500 4.500h15"/>',
    "download": '<path d="M12 4v11M7 10.500l5 5 5-5M4.500 19.500h15"/>',
    "later": '<path d="M4.500 6h15v14h-15zM4.500 10.500h15M8.500 3.500V7M15.500 3.500V7M10 15.500h5M13 13.500l2 2-2 2"/>',
    "calendar": '<path d="M4.500 6h15v14h-15zM4.500 10.500h15M8.500 3.500V7M15.500 3.500V7"/>',
    "camera": '<path d="M3.500 7.500H8L9.500 5h5L16 7.500h4.500V19h-17z"/><circle cx="12" cy="13" r="3.500"/>',
    "wish": '<path d="M5 4.500h14v15H5z"/><circle cx="12" cy="7.500" r=".8"/><path d="M8.500 12h7M8.500 15.500h4.500"/>',
    "bell": '<path d="M6 17v-6a6 6 0 0 1 12 0v6M4 17h16M10.500 20h3"/>',
    "key": '<circle cx="8" cy="12" r="4"/><path d="M12 12h9M18 12v3.500"/>',
    "place": '<path d="M12 21s6.500-6.200 6.500-11a6.500 6.500 0 0 0-13 0c0 4.800 6.500 11 6.500 11z"/><circle cx="12" cy="10" r="2.200"/>',
    "file": '<path d="M6 3.500h8.500L18.500 8v12.500H6zM14 3.500V8.500h4.500"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "repeat": '<path d="M5 11a7 7 0 0 1 12.500-4L20 9M20 4.500V9h-4.500M19 13a7 7 0 0 1-12.500 4L4 15M4 19.500V15h4.500"/>',
    "star": '<path d="m12 4 2.400 5.200 5.600.7-4.100 3.900 1 5.700-4.900-2.800-4.900 2.800 1-5.700L4 9.900l5.600-.7z"/>',
}
NAMES = tuple(_ICONS)

_FRAME = '<path class="d-frame" d="M22 120V9h52v111M22 28h52"/>'
_LEAF = (
    '<path class="d-leaf-shut" d="M23 28h50v92H23z"/><path class="d-panel" d="M31 37h34v30H31zM31 77h34v34H31z"/>'
    '<circle class="d-knob" cx="68.500" cy="74" r="2.200"/>'
)
# The door is the sign. Ajar and lit: walk in. Shut, transom lit: in use. Shut and dark: closed, or nothing yet.
_DOORS = {
    "open": '<path class="d-lamp" d="M23 10h50v110H23z"/><path class="d-leaf" d="M23 28l27 10v75l-27 7z"/>'
    f'<circle class="d-knob-open" cx="44.500" cy="77" r="2.200"/>{_FRAME}',
    "busy": f'<path class="d-lamp" d="M23 10h50v18H23z"/>{_LEAF}{_FRAME}',
    "shut": f'<path class="d-leaf-shut" d="M23 10h50v18H23z"/>{_LEAF}{_FRAME}',
}


@lru_cache(maxsize=128)
def icon(name: str, css: str = "i") -> SafeString:
    """An icon as SVG. An unknown name raises KeyError: a page with a hole in it must not pass its tests."""
    return mark_safe(f'<svg class="{css}" viewBox="0 0 24 24" aria-hidden="true">{_ICONS[name]}</svg>')


@lru_cache(maxsize=8)
def door(state: str) -> SafeString:
    """A door in one of the states open, busy, shut."""
    inner = _DOORS[state]
    return mark_safe(f'<svg viewBox="0 0 96 120" preserveAspectRatio="xMidYMax meet" aria-hidden="true">{inner}</svg>')
