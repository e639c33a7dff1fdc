import gettext
import os
from pathlib import Path

from portal.services.translations import compile_stale

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "家门口"\nmsgstr "Doorstep"\n'


def write(root: Path, text: str = PO) -> Path:
    source = root / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    return source


def test_what_people_write_becomes_what_gettext_reads(tmp_path: Path) -> None:
    source = write(tmp_path)
    compile_stale(tmp_path)
    with source.with_suffix(".mo").open("rb") as handle:
        assert gettext.GNUTranslations(handle).gettext("家门口") == "Doorstep"


def test_only_what_changed_is_compiled_again(tmp_path: Path) -> None:
    source = write(tmp_path)
    assert compile_stale(tmp_path) == [source.with_suffix(".mo")]
    assert compile_stale(tmp_path) == []
    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_stale(tmp_path) == [source.with_suffix(".mo")]
