"""Reading `keys.toml`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.domain.keymap import Keymap, UserKeys
from tui.store.keymap import load_keymap


def loaded(tmp_path: Path, text: str) -> Keymap:
    (path := tmp_path / "keys.toml").write_text(text)
    return load_keymap(path)


def test_no_file_means_no_keys(tmp_path: Path) -> None:
    assert load_keymap(tmp_path / "keys.toml") == Keymap("keys.toml")


def test_keys_are_read_with_their_lines(tmp_path: Path) -> None:
    text = '# mine\n[keys]\n"message.copy" = "Y"\n"reply.retry" = ["f5", "ctrl+e"]\n"app.quit" = []\n'
    assert loaded(tmp_path, text + '\n[keys.read]\n"message.copy" = "C y"\n').rows == (
        UserKeys("message.copy", ("Y",), "", 3),
        UserKeys("reply.retry", ("f5", "ctrl+e"), "", 4),
        UserKeys("app.quit", (), "", 5),
        UserKeys("message.copy", ("C", "y"), "read", 8),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[keys\n", "keys.toml is not valid TOML"),
        ('[keys]\n\n"message.copy" = 3\n', "keys.toml, line 3: message.copy needs a key"),
        ('"message.copy" = "Y"\n', "keys.toml, line 1: message.copy is not known here."),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    keymap = loaded(tmp_path, text)
    assert keymap.rows == ()
    assert len(keymap.problems) == 1
    assert problem in keymap.problems[0]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (path := tmp_path / "keys.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read: it is not UTF-8 text" in load_keymap(path).problems[0]
