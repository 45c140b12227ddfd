"""Copying says which way it went."""

from __future__ import annotations

import base64
import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import until
from tui.domain.errors import ClipboardError
from tui.services.clipboard import OSC52_LIMIT, PATIENCE, Clipboard, Route
from tui.services.programs import program_output, run_program

SSH = {"SSH_TTY": "/dev/pts/1"}
TMUX = {"TMUX": "/tmp/tmux-1000/default,1,0"}


class Programs:
    """Those that are named work and keep what they were given; others fail."""

    def __init__(self, *working: str) -> None:
        self._working = working
        self.started: list[str] = []
        self.taken: list[bytes] = []

    async def __call__(self, arguments: Sequence[str], data: bytes, seconds: float) -> bool:
        assert seconds == PATIENCE
        name = "pyperclip" if "pyperclip" in arguments[-1] else arguments[0]
        self.started.append(name)
        if name in self._working:
            self.taken.append(data)
        return name in self._working


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "copied.txt"


async def copied(
    file: Path, environ: dict[str, str], programs: Programs, text: str = "hello"
) -> tuple[str, list[bytes], list[str]]:
    """What was said, what programs took, what the terminal was sent."""
    terminal: list[str] = []
    said = await Clipboard(file, environ, programs).copy(text, terminal.append)
    return said, programs.taken, terminal


async def test_on_this_machine_pyperclip_copies(file: Path) -> None:
    assert await copied(file, {}, Programs("pyperclip")) == ("Copied 5 characters.", [b"hello"], [])


async def test_lines_are_counted(file: Path) -> None:
    said, _taken, _terminal = await copied(file, {}, Programs("pyperclip"), "one\ntwo\n")
    assert said == "Copied 2 lines, 8 characters."


@pytest.mark.parametrize(("text", "lines"), [("one", "1 line"), ("one\n\ttwo", "2 lines")])
async def test_a_language_is_named(file: Path, text: str, lines: str) -> None:
    terminal: list[str] = []
    said = await Clipboard(file, SSH, Programs()).copy(text, terminal.append, "python")
    assert said == f"Copied {lines} of python, {len(text)} characters through the terminal."
    assert terminal == [text]


@pytest.mark.parametrize("name", ["SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT"])
async def test_over_ssh_the_terminal_copies(name: str, file: Path) -> None:
    programs = Programs("pyperclip", "tmux")
    assert await copied(file, {name: "x"}, programs) == ("Copied 5 characters through the terminal.", [], ["hello"])
    assert programs.started == []


async def test_without_a_clipboard_program_the_terminal_copies(file: Path) -> None:
    assert await copied(file, {}, Programs()) == ("Copied 5 characters through the terminal.", [], ["hello"])


async def test_over_ssh_in_tmux_tmux_copies(file: Path) -> None:
    programs = Programs("pyperclip", "tmux")
    assert await copied(file, SSH | TMUX, programs) == ("Copied 5 characters through tmux.", [b"hello"], [])
    assert programs.started == ["tmux"]


async def test_in_tmux_on_this_machine_the_system_comes_first(file: Path) -> None:
    assert await copied(file, TMUX, Programs("pyperclip", "tmux")) == ("Copied 5 characters.", [b"hello"], [])
    said, _taken, _terminal = await copied(file, TMUX, Programs("tmux"))
    assert said == "Copied 5 characters through tmux."


async def test_where_tmux_does_not_take_it_the_terminal_is_asked(file: Path) -> None:
    programs = Programs()
    assert await copied(file, SSH | TMUX, programs) == ("Copied 5 characters through the terminal.", [], ["hello"])
    assert programs.started == ["tmux"]


@pytest.mark.parametrize("environ", [SSH, SSH | TMUX, {}])
async def test_what_is_too_long_for_the_terminal_goes_into_a_private_file(environ: dict[str, str], file: Path) -> None:
    text = "é" * 600_000
    said, taken, terminal = await copied(file, environ, Programs("tmux"), text)
    assert (taken, terminal) == ([], [])
    assert file.read_text("utf-8") == text
    assert file.stat().st_mode & 0o777 == 0o600
    assert said == f"Too long for the terminal. Saved 1.2 MB to {file}."


async def test_the_system_takes_a_text_of_any_length(file: Path) -> None:
    said, taken, _terminal = await copied(file, {}, Programs("pyperclip"), "x" * (OSC52_LIMIT + 1))
    assert (said, len(taken[0])) == ("Copied 74,995 characters.", OSC52_LIMIT + 1)


async def test_no_way_at_all_is_an_error_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ClipboardError, match="Not copied"):
        await copied(tmp_path / "file" / "copied.txt", SSH, Programs(), "x" * 80_000)


async def test_copied_text_is_cleaned(file: Path) -> None:
    _said, taken, _terminal = await copied(file, {}, Programs("pyperclip"), "a\x1b[31mb\x07")
    assert taken == [b"ab"]


def test_the_ways_are_those_that_the_environment_offers(file: Path) -> None:
    assert Clipboard(file, {}).routes == [Route.SYSTEM, Route.TERMINAL]
    assert Clipboard(file, SSH | TMUX).routes == [Route.TMUX, Route.TERMINAL]


def test_osc52_is_packed_for_gnu_screen_in_strings_that_it_takes(file: Path) -> None:
    text = "words " * 300
    packed = Clipboard(file, SSH | {"STY": "1.pts"}).wrapped_osc52(text)
    strings = re.findall(r"\x1bP(.*?)\x1b\\", packed, re.DOTALL)
    assert max(len(string) for string in strings) <= 252
    assert "".join(f"\x1bP{string}\x1b\\" for string in strings) == packed
    assert "".join(strings) == f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def test_osc52_is_packed_for_a_tmux_that_passes_sequences_on(file: Path) -> None:
    assert Clipboard(file, SSH | TMUX).wrapped_osc52("hello") == "\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\a\x1b\\"


def test_osc52_is_not_packed_where_nothing_is_in_between(file: Path) -> None:
    assert Clipboard(file, SSH).wrapped_osc52("hello") == ""


# Real programs


async def test_a_program_is_given_its_input(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    assert await run_program(["sh", "-c", f"cat > {path}"], b"hello", 20.0)
    assert path.read_bytes() == b"hello"


async def test_a_program_that_fails_or_is_missing_is_no_success() -> None:
    assert not await run_program(["false"], b"x" * 1_000_000, 20.0)
    assert not await run_program(["no-such-program-here"], b"", 20.0)
    assert await program_output(["no-such-program-here"], 20.0) == ""


def _has_ended(stat: Path) -> bool:
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


async def test_a_program_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    path = tmp_path / "child"
    script = f"sleep 600 & echo $! > {path}.new; mv {path}.new {path}; wait"
    assert not await run_program(["sh", "-c", script], b"", 2.0)
    child = int(path.read_text())
    stat = Path(f"/proc/{child}/stat")
    if stat.parent.parent.joinpath("self").exists():
        await until(lambda: _has_ended(stat))
    else:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


async def test_a_program_may_leave_a_child_that_serves_what_was_copied() -> None:
    assert await run_program(["sh", "-c", "sleep 20 & exit 0"], b"", 10.0)


async def test_a_clipboard_program_is_found_and_used(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyperclip itself, with a clipboard program of our own on its path."""
    if sys.platform != "linux":
        pytest.skip("pyperclip takes another way here")
    program, taken = tmp_path / "bin" / "xclip", tmp_path / "taken"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncat > "{taken}"\n')
    program.chmod(0o755)
    which = shutil.which("which")
    assert which
    for name in ("WAYLAND_DISPLAY", *SSH):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    terminal: list[str] = []
    said = await Clipboard(file, {}).copy("grüße", terminal.append)
    assert (said, taken.read_text("utf-8"), terminal) == ("Copied 5 characters.", "grüße", [])
