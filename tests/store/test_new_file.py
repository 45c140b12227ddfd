"""Files for the user, whole or not there at all."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from tui.domain.errors import StoreError
from tui.store.new_file import new_folder, write_new_file


def hello(file: IO[bytes]) -> None:
    file.write(b"hello")


def test_a_taken_name_is_an_error_or_gets_a_number(tmp_path: Path) -> None:
    path = tmp_path / "a.b.txt"
    path.write_bytes(b"mine")
    with pytest.raises(StoreError, match="already exists, and existing files are not overwritten"):
        write_new_file(path, hello)
    assert write_new_file(path, hello, numbered=True) == tmp_path / "a.b (2).txt"
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"a.b.txt": b"mine", "a.b (2).txt": b"hello"}


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails(file: IO[bytes]) -> None:
        file.write(b"half")
        raise KeyError

    with pytest.raises(KeyError):
        write_new_file(tmp_path / "a", fails)
    assert list(tmp_path.iterdir()) == []


def test_nobody_sees_half_a_file(tmp_path: Path) -> None:
    def looks(file: IO[bytes]) -> None:
        file.write(b"x")
        file.flush()
        assert not (tmp_path / "a").exists()

    write_new_file(tmp_path / "a", looks)
    assert (tmp_path / "a").read_bytes() == b"x"


def test_a_folder_that_may_not_be_written_is_said(ordinary_folder: Path) -> None:
    ordinary_folder.chmod(0o500)
    with pytest.raises(StoreError, match="No permission to write in"):
        write_new_file(ordinary_folder / "a", hello)
    with pytest.raises(StoreError, match="No permission to write in"):
        new_folder(ordinary_folder / "a")


def test_new_folders_are_private_and_numbered(tmp_path: Path) -> None:
    made = [new_folder(tmp_path / "out") for _ in range(2)]
    assert [one.name for one in made] == ["out", "out (2)"]
    assert made[0].stat().st_mode & 0o777 == 0o700
