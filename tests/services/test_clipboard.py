"""Copying says which way it went."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyperclip
import pytest

from tui.domain.errors import ClipboardError
from tui.services.clipboard import OSC52_LIMIT, Clipboard


@pytest.fixture
def pasted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(pyperclip, "copy", found.append)
    return found


async def test_on_this_machine_pyperclip_copies(pasted: list[str], tmp_path: Path) -> None:
    terminal: list[str] = []
    said = await Clipboard(tmp_path / "copied.txt", {}).copy("hello", terminal.append)
    assert (pasted, terminal, said) == (["hello"], [], "Copied 5 characters.")


async def test_over_ssh_the_terminal_copies(pasted: list[str], tmp_path: Path) -> None:
    terminal: list[str] = []
    said = await Clipboard(tmp_path / "copied.txt", {"SSH_TTY": "/dev/pts/1"}).copy("hello", terminal.append)
    assert (pasted, terminal) == ([], ["hello"])
    assert "terminal" in said


async def test_without_a_clipboard_program_the_terminal_copies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(text: str) -> Any:
        raise pyperclip.PyperclipException("no xclip")

    monkeypatch.setattr(pyperclip, "copy", fail)
    terminal: list[str] = []
    await Clipboard(tmp_path / "copied.txt", {}).copy("hello", terminal.append)
    assert terminal == ["hello"]


async def test_what_is_too_long_for_the_terminal_goes_into_a_private_file(tmp_path: Path) -> None:
    path, terminal = tmp_path / "cache" / "copied.txt", list[str]()
    said = await Clipboard(path, {"SSH_TTY": "x"}).copy("é" * OSC52_LIMIT, terminal.append)
    assert terminal == []
    assert path.read_text("utf-8") == "é" * OSC52_LIMIT
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(path) in said


async def test_no_way_at_all_is_an_error_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ClipboardError, match="Not copied"):
        await Clipboard(tmp_path / "file" / "copied.txt", {"SSH_TTY": "x"}).copy("x" * 80_000, lambda _: None)


async def test_copied_text_is_cleaned(pasted: list[str], tmp_path: Path) -> None:
    await Clipboard(tmp_path / "copied.txt", {}).copy("a\x1b[31mb\x07", lambda _: None)
    assert pasted == ["ab"]
