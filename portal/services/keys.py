"""Random passwords and the signing key, made once and kept in the data folder, readable by its owner only."""

import os
import secrets
from pathlib import Path


def keep(file: Path, make: str | None = None) -> str:
    """The secret in `file`; made and written (0600) when there is none yet."""
    if file.exists():
        return file.read_text().strip()
    value = make or secrets.token_urlsafe(48)
    write_private(file, value + "\n")
    return value


def passwords(file: Path, names: tuple[str, ...]) -> dict[str, str]:
    """One password per name, as NAME=VALUE lines in `file`; those that are missing are made."""
    known = dict(line.split("=", 1) for line in file.read_text().split() if "=" in line) if file.exists() else {}
    missing = [name for name in names if name not in known]
    if missing:
        known |= {name: secrets.token_hex(24) for name in missing}
        write_private(file, "".join(f"{name}={value}\n" for name, value in known.items()))
    return {name: known[name] for name in names}


def write_private(file: Path, text: str) -> None:
    """Replace `file` in one step; it is never seen half written or readable by others."""
    half = file.with_name(f".{file.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    half.replace(file)
