"""Whom the servers run as. PostgreSQL refuses to run as root, and is right to."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

# `postgres` first: other daemons on the machine may run as `nobody`, and would be able to read its files.
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class ServerAccount:
    """An unprivileged account that root drops to."""

    uid: int
    gid: int

    @property
    def flag(self) -> str:
        return f"{self.uid}:{self.gid}"

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder on the way down to `folder`, and itself, lets this account pass."""
        return all(self._may_pass(step) for step in (folder, *folder.parents))

    def _may_pass(self, folder: Path) -> bool:
        if not folder.exists():
            return True
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & 0o100)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & 0o010)
        return bool(facts.st_mode & 0o001)


def server_account(existing_data: Path | None = None) -> ServerAccount | None:
    """The account to drop to: None when we are not root, else the owner of existing data, else the first candidate.

    Data made by one account must keep it: PostgreSQL refuses a folder that is not its own.
    """
    if os.geteuid() != 0:
        return None
    if existing_data is not None and existing_data.exists():
        facts = existing_data.stat()
        if facts.st_uid != 0:
            return ServerAccount(facts.st_uid, facts.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerAccount(entry.pw_uid, entry.pw_gid)
    return ServerAccount(65534, 65534)
