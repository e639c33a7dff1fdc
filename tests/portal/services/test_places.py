import os
import shutil
from pathlib import Path

import pytest

from portal.services import places
from portal.services.accounts import ServerAccount
from portal.services.errors import CannotStart
from portal.services.places import Places, only_one, open_places

STRANGER = ServerAccount(uid=54321, gid=54321)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")


def test_data_folder_lists_nothing_to_others(tmp_path: Path) -> None:
    opened = open_places(tmp_path / "new")
    assert opened.data.stat().st_mode & 0o066 == 0
    assert opened.sockets.stat().st_mode & 0o077 == 0


def test_sockets_fit_their_address_however_long_the_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    assert len(str(open_places(deep).sockets / ".s.PGSQL.5432.lock")) < 108


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="不能写入"):
        open_places(tmp_path / "file" / "data")


def test_a_planted_socket_folder_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("y" * 120)
    guessed = open_places(data).sockets
    guessed.rmdir()
    guessed.symlink_to(tmp_path)
    try:
        with pytest.raises(CannotStart, match="用不了"):
            open_places(data)
    finally:
        guessed.unlink()


def test_the_second_one_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(CannotStart, match=str(os.getpid())):
        only_one(tmp_path)


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    only_one(tmp_path).close()
    only_one(tmp_path).close()


@pytest.mark.parametrize(("mode", "passes"), [(0o711, True), (0o700, False)])
def test_an_account_enters_only_where_every_step_lets_it(folder: Path, mode: int, passes: bool) -> None:
    step = folder / f"step-{mode:o}"
    (step / "inside").mkdir(parents=True)
    step.chmod(mode)
    assert STRANGER.can_enter(step / "inside") is passes


@as_root
def test_behind_a_closed_home_the_database_moves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "server_account", lambda folder=None: STRANGER)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    opened = open_places(home / "data", state=tmp_path / "state")
    assert opened.relocated
    assert opened.servers.is_relative_to(tmp_path / "state")
    assert open_places(home / "data", state=tmp_path / "state").servers == opened.servers
    shutil.rmtree(home / "data")
    assert open_places(home / "data", state=tmp_path / "state").servers != opened.servers


def test_programs_out_of_reach_are_copied_once(tmp_path: Path) -> None:
    tree = tmp_path / "closed" / "tree"
    tree.mkdir(parents=True)
    (tree / "program").write_text("one")
    (tmp_path / "closed").chmod(0o700)
    house = Places(tmp_path, tmp_path / "servers", tmp_path / "run", STRANGER)
    copy = house.borrow(tree, "tree-1")
    (tree / "program").write_text("two")
    assert house.borrow(tree, "tree-1") == copy != tree
    assert (copy / "program").read_text() == "one"
