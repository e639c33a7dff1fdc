"""The contrast table of the look, recomputed from tokens.css. Changing a colour there means passing here."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static/portal/tokens.css").read_text()


def _blocks(css: str) -> list[tuple[str, str]]:
    """(the at-rules and selector around it, its declarations) for every innermost block."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    found, stack, start = [], [], 0
    for place, char in enumerate(css):
        if char == "{":
            stack.append(css[start:place].split(";")[-1].strip())
            start = place + 1
        elif char == "}":
            body = css[start:place]
            if ":" in body:
                found.append((" > ".join(stack), body))
            stack.pop()
            start = place + 1
    return found


def tokens(css: str, *, dark: bool = False, elder: bool = False) -> dict[str, str]:
    """The values in force in one mode, later blocks over earlier ones as in the cascade."""
    values: dict[str, str] = {}
    # Within a layer the more specific selector wins, so the elder blocks come last, the ordinary one first.
    for wanted in (False, True):
        for around, body in _blocks(css):
            if any(word in around for word in ("forced-colors", "prefers-contrast", "print", "data-screen")):
                continue
            if ("dark" in around and not dark) or ("data-elder" in around) != wanted or (wanted and not elder):
                continue
            values |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", body))
    return values


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


# token, ground, what the look promises (its table, to one place)
LIGHT = [
    *(("ink", g, r) for g, r in (("paper", 15.4), ("sheet", 16.6), ("sunk", 13.9), ("lamp", 12.6))),
    *(("ink-2", g, r) for g, r in (("paper", 7.7), ("sheet", 8.3), ("sunk", 6.9))),
    *(("ink-3", g, r) for g, r in (("paper", 6.0), ("sheet", 6.4), ("sunk", 5.4))),
    *(("red", g, r) for g, r in (("paper", 7.4), ("sheet", 7.9), ("sunk", 6.6), ("red-tint", 6.7))),
    *(("red-fill", g, r) for g, r in (("paper", 7.4), ("sheet", 7.9))),
    *(("red-deep", g, r) for g, r in (("paper", 9.7), ("sheet", 10.4))),
    *(("done", g, r) for g, r in (("paper", 7.2), ("sheet", 7.8), ("sunk", 6.5), ("done-tint", 6.5))),
    *(("wait", g, r) for g, r in (("paper", 7.0), ("sheet", 7.5), ("sunk", 6.3), ("wait-tint", 6.3))),
    *(("edge", g, r) for g, r in (("paper", 3.8), ("sheet", 4.1), ("sunk", 3.5))),
    ("on-red", "red-fill", 7.9),
    ("on-red", "red-deep", 10.4),
    ("line", "paper", 1.4),
]
DARK = [
    *(("ink", g, r) for g, r in (("paper", 14.8), ("sheet", 13.5), ("lamp", 6.1))),
    *(("ink-2", g, r) for g, r in (("paper", 10.3), ("sheet", 9.4))),
    *(("ink-3", g, r) for g, r in (("paper", 7.5), ("sheet", 6.8))),
    *(("red", g, r) for g, r in (("paper", 7.8), ("sheet", 7.2))),
    *(("red-fill", g, r) for g, r in (("paper", 3.2), ("sheet", 2.9))),
    *(("red-deep", g, r) for g, r in (("paper", 2.4), ("sheet", 2.2))),
    *(("done", g, r) for g, r in (("paper", 9.2), ("sheet", 8.5))),
    *(("wait", g, r) for g, r in (("paper", 9.9), ("sheet", 9.1))),
    *(("edge", g, r) for g, r in (("paper", 4.8), ("sheet", 4.4))),
    ("on-red", "red-fill", 5.5),
    ("on-red", "red-deep", 7.2),
]
ELDER = [("ink-2", "paper", 11.2), ("ink-3", "paper", 9.1), ("edge", "paper", 7.7)]
# Not in the table, but words stand there: body text needs 4.5 whatever the mode.
WRITTEN = [
    (ink, ground)
    for ink, grounds in {
        "ink": ("paper", "sheet", "sunk", "lamp", "red-tint", "done-tint", "wait-tint"),
        "ink-2": ("paper", "sheet", "sunk"),
        "ink-3": ("paper", "sheet", "sunk"),
        "red": ("paper", "sheet", "red-tint"),
        "done": ("paper", "sheet", "done-tint"),
        "wait": ("paper", "sheet", "wait-tint"),
        "on-red": ("red-fill", "red-deep"),
        "paper": ("ink",),
    }.items()
    for ground in grounds
]


@pytest.mark.parametrize(("ink", "ground", "promised"), LIGHT)
def test_light_pairs_keep_their_contrast(ink, ground, promised):
    values = tokens(CSS)
    assert contrast(values[ink], values[ground]) == pytest.approx(promised, abs=0.051)


@pytest.mark.parametrize(("ink", "ground", "promised"), DARK)
def test_dark_pairs_keep_their_contrast(ink, ground, promised):
    values = tokens(CSS, dark=True)
    assert contrast(values[ink], values[ground]) == pytest.approx(promised, abs=0.051)


@pytest.mark.parametrize(("ink", "ground", "promised"), ELDER)
def test_elder_inks_are_deeper(ink, ground, promised):
    values = tokens(CSS, elder=True)
    assert contrast(values[ink], values[ground]) == pytest.approx(promised, abs=0.051)


@pytest.mark.parametrize("mode", [{}, {"dark": True}, {"elder": True}, {"dark": True, "elder": True}])
def test_every_written_pair_can_be_read(mode):
    values = tokens(CSS, **mode)
    poor = [(ink, on) for ink, on in WRITTEN if contrast(values[ink], values[on]) < 4.5]
    poor += [("edge", on) for on in ("paper", "sheet") if contrast(values["edge"], values[on]) < 3]
    assert poor == []


def test_a_changed_colour_is_noticed():
    paler = tokens(CSS.replace("--ink-3: #665c50", "--ink-3: #766c60"))
    assert contrast(paler["ink-3"], paler["paper"]) < 5.0
    assert contrast(tokens(CSS)["ink-3"], tokens(CSS)["paper"]) >= 5.0


def test_modes_differ_from_each_other():
    light, dark, elder = tokens(CSS), tokens(CSS, dark=True), tokens(CSS, elder=True)
    assert light["paper"] != dark["paper"]
    assert light["ink-2"] != elder["ink-2"]
    assert "qr-ink" in light
    assert light["qr-ink"] == dark["qr-ink"]
