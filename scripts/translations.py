"""Every sentence on our pages, and its English.

    python scripts/translations.py --check    every template compiles, every sentence has an English that fits
    python scripts/translations.py --write    brings locale/en/LC_MESSAGES/django.po up to date with the pages

Chinese is the source language: the msgid is what a person reads. No gettext tools are needed.
"""

import ast
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
STOREYS = ("portal", "grids", "centres", "volunteers", "petitions")
ENGLISH = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLAIN, PLURAL, CONTEXT = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), PLAIN),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")
HAN = re.compile(r"[\u4e00-\u9fff]")
BARE = re.compile(r"[\u3001-\u303f\uff01-\uff60\u4e00-\u9fff]+")
# The one word that stays Chinese in every language: whoever looks for it reads no other.
STAYS = {"中文"}

Found = tuple[Path, str | tuple[str, ...], str | None]


def sentences() -> Iterator[Found]:
    """File, msgid (a pair where there is a plural) and context of every sentence on our pages."""
    for storey in STOREYS:
        for file in sorted((ROOT / storey).rglob("*.py")):
            yield from in_python(file, file.read_text())
    from django.utils.translation.template import templatize

    for pattern in ("*.html", "*.txt"):
        for file in sorted((ROOT / "templates").rglob(pattern)):
            calls = templatize(file.read_text(), origin=str(file))
            # What is not a call has become X's that Python can read, but the indentation of HTML it cannot.
            yield from in_python(file, "\n".join(line.strip() for line in calls.splitlines()))


def in_python(file: Path, source: str) -> Iterator[Found]:
    for _line, function, words, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {}):
        given = words if isinstance(words, tuple) else (words,)
        context = None
        if "pgettext" in function:
            context, given = given[0], given[1:]
        texts = tuple(text for text in given if text)
        wanted = 2 if function.startswith(("n", "np")) else 1
        if len(texts) >= wanted:
            yield file.relative_to(ROOT), texts[0] if wanted == 1 else texts[:2], context


def template_catalog(found: Iterable[Found]) -> Catalog:
    catalog = Catalog(project="家门口", charset="utf-8", header_comment="# English for the portal's pages.")
    for file, text, context in found:
        catalog.add(text, locations=[(str(file), 0)], context=context)
    return catalog


def english() -> Catalog:
    if not ENGLISH.exists():
        return Catalog(locale="en", project="家门口", charset="utf-8")
    with ENGLISH.open("rb") as handle:
        return read_po(handle, locale="en", domain="django")


def write() -> int:
    catalog = english()
    catalog.update(template_catalog(sentences()), no_fuzzy_matching=True, update_header_comment=True)
    for message in catalog.obsolete.copy():
        del catalog.obsolete[message]
    # A date that changes with every run would make every branch conflict with every other.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as handle:
        write_po(handle, catalog, width=110, include_lineno=False, sort_output=True)
    missing = sum(1 for message in catalog if message.id and not translated(message))
    print(f"{ENGLISH.relative_to(ROOT)}: {len(catalog)} sentences, {missing} without English")
    return 0


def translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts) and not message.fuzzy


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def misfit(message: Message) -> bool:
    """Whether a translation names other placeholders than its sentence: it would fail, or show a bare %(name)s."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return any(placeholders(text) != placeholders(ids[-1]) for text in texts)


def in_f_strings(file: Path, source: str) -> Iterator[str]:
    """Calls inside an f-string: what extracts sentences does not see them."""
    for text in ast.walk(ast.parse(source)):
        for call in ast.walk(text) if isinstance(text, ast.JoinedStr) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                yield f"{file}: {ast.unparse(call)} stands inside an f-string, where nobody finds it to translate"


def bare(file: Path, source: str) -> Iterator[str]:
    """Chinese words and punctuation of a template that no tag translates."""
    from django.template.base import Lexer, TokenType

    spoken = False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            spoken = not name.startswith("end") if name.endswith(("blocktranslate", "comment")) else spoken
        elif token.token_type == TokenType.TEXT and not spoken:
            for found in BARE.findall(token.contents):
                if found not in STAYS:
                    yield f"{file}: {found!r} is not translated"


def half_counted(found: list[Found]) -> Iterator[str]:
    """Sentences that have a plural in one place and none in another: English would read "5 person" there."""
    counted = {(text[0], context) for _file, text, context in found if isinstance(text, tuple)}
    for file, text, context in found:
        if isinstance(text, str) and (text, context) in counted:
            yield f"{file}: {text!r} has a plural elsewhere and none here"


def unseen() -> Iterator[str]:
    for storey in STOREYS:
        for file in sorted((ROOT / storey).rglob("*.py")):
            yield from in_f_strings(file.relative_to(ROOT), file.read_text())
    for pattern in ("*.html", "*.txt"):
        for file in sorted((ROOT / "templates").rglob(pattern)):
            yield from bare(file.relative_to(ROOT), file.read_text())


def problems() -> Iterator[str]:
    yield from uncompilable()
    yield from unseen()
    found = list(sentences())
    yield from half_counted(found)
    known = english()
    for wanted in template_catalog(found):
        if not wanted.id or not HAN.search("".join(wanted.id)):
            continue
        where = wanted.locations[0][0]
        have = known.get(wanted.id if isinstance(wanted.id, str) else wanted.id[0], wanted.context)
        if have is None or not translated(have):
            yield f"{where}: no English for {wanted.id!r}"
        elif misfit(have):
            yield f"{where}: the English of {wanted.id!r} has other placeholders: {have.string!r}"


def uncompilable() -> Iterator[str]:
    """Templates that do not compile, with the reason; so that no page has to be opened to find out."""
    from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines

    engine = engines["django"].engine
    for file in sorted((ROOT / "templates").rglob("*.html")):
        try:
            engine.get_template(str(file.relative_to(ROOT / "templates")))
        except (TemplateSyntaxError, TemplateDoesNotExist, ValueError) as error:
            yield f"{file.relative_to(ROOT)}: {error}"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    if "--write" in sys.argv:
        return write()
    found = list(problems())
    print("\n".join(found[:200]) or "every template compiles, every sentence has its English")
    if len(found) > 200:
        print(f"… {len(found)} in all")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
