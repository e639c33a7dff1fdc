"""Guards over all templates and static files: what the CSP, the look and cotton do not catch before a person does."""

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COTTON = ROOT / "templates/cotton"
OURS = [path for path in sorted((ROOT / "static").rglob("*")) if path.suffix in (".css", ".js")]
# Anything may go onto the element itself.
PASS = re.compile(
    r"^(id|class|role|title|lang|tabindex|hidden|autofocus|enctype|target|rel|method|name|value|form|(aria|data|hx)-.*)$"
)
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|color-mix)\(|:\s*(?:white|black|red|green|blue|gr[ae]y|orange|yellow)\b"
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def bare(text: str) -> str:
    """The markup without comments, and template tags blanked out so that their quotes do not confuse."""
    text = re.sub(r"<!--.*?-->|\{#.*?#\}|\{% comment .*?endcomment %\}", "", text, flags=re.S)
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)


def test_template_compiles(subtests):
    for path in TEMPLATES:
        with subtests.test(name(path)):
            get_template(str(path.relative_to(ROOT / "templates")))


def test_template_has_nothing_inline(subtests):
    for path in TEMPLATES:
        with subtests.test(name(path)):
            text = bare(path.read_text())
            assert not re.search(r"\sstyle\s*=|<style\b|\son(?!ce\b)[a-z]+\s*=\s*[\"']|javascript:", text)
            for tag in re.findall(r"<script\b[^>]*>", text):
                assert "src=" in tag or 'type="application/json"' in tag


def test_file_names_no_other_host(subtests):
    for path in [*TEMPLATES, *OURS]:
        with subtests.test(name(path)):
            hosts = re.findall(r"(?:https?:)?//([\w-]+(?:\.[\w-]+)+)", bare(path.read_text()))
            assert [host for host in hosts if not host.endswith(("w3.org", "example.org"))] == []


def test_stylesheet_names_no_colour(subtests):
    for path in [p for p in OURS if p.suffix == ".css" and p.name != "tokens.css"]:
        with subtests.test(name(path)):
            css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
            assert COLOUR.findall(re.sub(r"\.[\w-]+|#[a-z][\w-]*(?=[^;{}]*\{)", "", css)) == []


def test_template_names_no_colour(subtests):
    for path in TEMPLATES:
        with subtests.test(name(path)):
            assert re.findall(r"(?:fill|stroke|color)=\"#", path.read_text()) == []


def test_the_bookmark_icon_uses_the_tokens_colours():
    tokens = (ROOT / "static/portal/tokens.css").read_text()
    for colour in re.findall(r"#[0-9a-f]{6}", (ROOT / "static/portal/icons/door.svg").read_text()):
        assert colour in tokens


# ---------------------------------------------------------------- components
def props(component: Path) -> set[str]:
    declared = re.search(r"<c-vars\s(.*?)/>", component.read_text(), re.S)
    if not declared:
        return set()
    return {p.lstrip(":").replace("-", "_") for p in re.findall(r"([:\w-]+)(?:=(?:\"[^\"]*\"|'[^']*'))?", declared[1])}


USE = re.compile(
    r"<c-(?!vars\b|slot\b)([\w.-]+)((?:\s+[:@\w.-]+(?:=(?:\"(?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*\"|'[^']*'))?)*)\s*/?>",
    re.S,
)
ATTR = re.compile(r"([:@\w.-]+)(?:=(?:\"(?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*\"|'[^']*'))?")


def uses() -> list[tuple[str, str, list[str]]]:
    found = []
    for path in TEMPLATES:
        text = re.sub(r"\{#.*?#\}|\{% comment .*?endcomment %\}", "", path.read_text(), flags=re.S)
        for component, attrs in USE.findall(text):
            found.append((name(path), component, [a.lstrip(":") for a in ATTR.findall(attrs)]))
    return found


def test_every_component_tag_is_understood_by_the_guard():
    for path in TEMPLATES:
        text = re.sub(r"\{#.*?#\}|\{% comment .*?endcomment %\}", "", path.read_text(), flags=re.S)
        assert len(USE.findall(text)) == len(re.findall(r"<c-(?!vars\b|slot\b)[\w.-]+", text)), name(path)


def test_components_are_used_with_declared_props():
    wrong = []
    for where, component, given in uses():
        source = COTTON / (component.replace("-", "_").replace(".", "/") + ".html")
        if not source.exists():
            wrong.append(f"{where}: there is no <c-{component}>")
            continue
        known = props(source)
        unknown = [a for a in given if a.replace("-", "_") not in known and not PASS.match(a)]
        wrong += [f"{where}: <c-{component}> does not declare {unknown}"] if unknown else []
    assert wrong == []


def test_component_is_shown_in_the_gallery(subtests):
    for path in sorted(COTTON.rglob("*.html")):
        with subtests.test(name(path)):
            text = (ROOT / "templates/portal/ui/gallery.html").read_text() + "".join(
                p.read_text() for p in COTTON.rglob("*.html") if p != path
            )
            tag = str(path.relative_to(COTTON).with_suffix("")).replace("/", ".").replace("_", "-")
            # The tag {% icon %} is the cheap form; the component is the same in one line.
            assert tag == "icon" or re.search(rf"<c-{tag}\b", text)


# ---------------------------------------------------------------- what the look asks
def test_folding_tables_keep_their_roles(subtests):
    """`display: block` takes the table from some screen readers; the roles give it back."""
    for path in TEMPLATES:
        with subtests.test(name(path)):
            text = path.read_text()
            for table in re.findall(r"<table[^>]*tbl-fold.*?</table>", text, re.S):
                assert 'role="table"' in table
                assert len(re.findall(r"<tr\b", table)) == len(re.findall(r'<tr\b[^>]*role="row"', table))
                for cell in re.findall(r"<td\b[^>]*>", table):
                    assert 'role="cell"' in cell
                    assert "data-th=" in cell


def test_no_button_is_an_icon_only(subtests):
    for path in TEMPLATES:
        with subtests.test(name(path)):
            text = re.sub(r"\{% icon .*?%\}|<svg.*?</svg>|<c-icon[^>]*/>", "", path.read_text(), flags=re.S)
            for inner in re.findall(r"<button\b[^>]*>(.*?)</button>", text, re.S):
                assert re.sub(r"<[^>]*>", "", inner).strip(), f"{name(path)}: a button without words"


# Branches by state, of which one page shows one; the walk of the pages (tests/journeys) counts what is really there.
BRANCHES = {"find_worker.html": 2, "track.html": 3, "export.html": 2, "base.html": 2}


def test_one_solid_red_at_most(subtests):
    """Counted in the source: two of them in one template stand in two branches, or are one too many."""
    for path in TEMPLATES:
        if COTTON in path.parents or path.name == "gallery.html":
            continue
        with subtests.test(name(path)):
            text = re.sub(r"\{% (?:elif|else).*?\{% endif %\}", "", path.read_text(), flags=re.S)
            solid = re.findall(r"btn-main|look=\"main\"|main=\"1\"|act-main", text)
            forms = [f for f in re.findall(r"<c-form\b.*?>", text, re.S) if "look=" not in f]
            assert len(solid) + len(forms) <= BRANCHES.get(path.name, 1)
