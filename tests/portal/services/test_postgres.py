from pathlib import Path

import pytest

from portal.services import postgres
from portal.services.accounts import ServerAccount
from portal.services.errors import CannotStart
from portal.services.places import Places
from portal.services.postgres import Binaries, choose, settle

OLD = Binaries(Path("/old/bin"), "15.4", "installed", Path("/old/bin"))
NEW = Binaries(Path("/new/bin"), "17.2", "installed", Path("/new/bin"))
WHEEL = Binaries(Path("/wheel/bin"), "18.6", "wheel", Path("/wheel"))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two installed versions, and the wheel."""
    monkeypatch.setattr(postgres, "_installed", lambda: iter([OLD, NEW]))
    monkeypatch.setattr(postgres, "_wheel", lambda: iter([WHEEL]))


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("mode", "chosen"), [("auto", NEW), ("installed", NEW), ("wheel", WHEEL)])
def test_an_installed_one_comes_before_the_bundled_one(mode: str, chosen: Binaries) -> None:
    assert choose(mode) == chosen


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("made_by", "chosen"), [("15", OLD), ("17", NEW), ("18", WHEEL)])
def test_existing_data_is_served_by_the_version_that_made_it(tmp_path: Path, made_by: str, chosen: Binaries) -> None:
    (tmp_path / "PG_VERSION").write_text(f"{made_by}\n")
    assert choose("auto", tmp_path) == chosen


@pytest.mark.usefixtures("machine")
def test_data_that_no_version_here_can_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")
    with pytest.raises(CannotStart, match=r"PostgreSQL 16 建的.*15、17、18"):
        choose("auto", tmp_path)


@pytest.mark.usefixtures("machine")
def test_an_unknown_wish_is_named() -> None:
    with pytest.raises(CannotStart, match="JIAMENKOU_POSTGRES"):
        choose("mysql")


def test_a_machine_without_any_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_installed", lambda: iter([]))
    with pytest.raises(CannotStart, match="没有能用的 PostgreSQL"):
        choose("installed")


def test_one_without_its_extensions_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "share" / "extension").mkdir(parents=True)
    assert not postgres._has_extensions(tmp_path / "bin", "99.1")
    for name in postgres.EXTENSIONS:
        (tmp_path / "share" / "extension" / f"{name}.control").touch()
    assert postgres._has_extensions(tmp_path / "bin", "99.1")


def test_the_bundled_one_moves_whole_where_it_is_out_of_reach(tmp_path: Path) -> None:
    package = tmp_path / "closed" / "embedded"
    (package / "bin").mkdir(parents=True)
    (package / "bin" / "postgres").touch()
    package.with_name("embedded.libs").mkdir()
    (tmp_path / "closed").chmod(0o700)
    places = Places(tmp_path, tmp_path / "servers", tmp_path / "run", ServerAccount(54321, 54321))
    moved = settle(Binaries(package / "bin", "18.6", "wheel", package), places)
    assert (moved.folder / "postgres").exists()
    assert moved.root.with_name("embedded.libs").exists()
    assert moved.folder.is_relative_to(tmp_path / "servers")
