from pathlib import Path

import pytest

from portal.services import places


def let_pass(folder: Path) -> Path:
    """pytest keeps its folders to itself; the account that servers run as must be able to walk through them."""
    for step in (folder, *folder.parents):
        if step == Path("/tmp"):
            break
        if step.owner() == Path.home().owner():
            step.chmod(step.stat().st_mode | 0o011)
    return folder


@pytest.fixture(autouse=True)
def _nothing_moves_out_of_the_tests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(places, "SHARED_STATE", tmp_path / "state")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the servers' account can reach."""
    return let_pass(tmp_path_factory.mktemp("house"))
