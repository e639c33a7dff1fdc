import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.services import places
from tests.servers import PREFIX, claim


@pytest.fixture(autouse=True)
def _nothing_moves_out_of_the_tests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(places, "SHARED_STATE", tmp_path / "state")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the servers' account can reach. Not pytest's own: each new session shuts those to others."""
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    made.chmod(0o711)
    with claim(made):
        yield made
    shutil.rmtree(made, ignore_errors=True)
