from pathlib import Path

from portal.services.keys import keep, passwords


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    first = keep(tmp_path / "key")
    assert keep(tmp_path / "key") == first
    assert len(first) >= 50
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_passwords_stay_and_a_new_name_gets_its_own(tmp_path: Path) -> None:
    before = passwords(tmp_path / "passwords", ("owner",))
    after = passwords(tmp_path / "passwords", ("owner", "app"))
    assert after["owner"] == before["owner"]
    assert after["app"] not in ("", before["owner"])
    assert (tmp_path / "passwords").stat().st_mode & 0o077 == 0
