"""The .mo files that gettext reads, made from the .po files people write. No gettext tools needed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_stale(locale: Path) -> list[Path]:
    """Write each .mo under `locale` that is missing or older than its .po; answer those written.

    A checkout that cannot be written is left as it is: the pages are then in Chinese, which needs no file.
    """
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            _compile(source, target)
        except OSError:
            continue
        written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as handle:
        catalog = read_po(handle, locale=source.parent.parent.name)
    half = target.with_suffix(".mo.half")
    with half.open("wb") as handle:
        write_mo(handle, catalog)
    half.replace(target)


if __name__ == "__main__":
    compile_stale(Path(__file__).resolve().parents[2] / "locale")
