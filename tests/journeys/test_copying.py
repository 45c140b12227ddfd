"""Copied text reaches the terminal's clipboard: straight, out of tmux, out of GNU screen."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import COMMAND
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

REPLY = "Why did the chicken?"
_COPIED = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")


class Copying(Terminal):
    """A terminal that keeps what is copied through it, and tells a multiplexer what it is."""

    @property
    def copied(self) -> list[str]:
        """All texts that came for the clipboard."""
        return [base64.b64decode(found).decode() for found in _COPIED.findall(bytes(self._taken))]

    def __init__(self, command: list[str], environ: dict[str, str]) -> None:
        super().__init__(command, environ)
        self._taken = bytearray()
        self._shown = self.stream
        self.stream = self  # type: ignore[assignment]

    def feed(self, data: bytes) -> None:
        self._taken += data
        if b"\x1b[c" in data:
            self.send(b"\x1b[?62;c")
        self._shown.feed(data)


@pytest.fixture
def at_lab(environ: dict[str, str], lab: str) -> dict[str, str]:
    """A gateway that answers; a shell on another machine."""
    return environ | {
        "CHINWAG_BASE_URL": f"{lab}/s/plain_stream/v1",
        "CHINWAG_API_KEY": "sk-journey",
        "CHINWAG_MODEL": "lab-model",
        "SHELL": "/bin/sh",
    }


def copy_reply(terminal: Copying, way: str) -> None:
    """Ask, copy the reply, and see the notice and what came for the clipboard."""
    terminal.wait_for("Message lab-model")
    terminal.type("Tell me a joke")
    terminal.press("enter")
    terminal.wait_for(REPLY)
    terminal.press("f6")
    terminal.wait_for(way)
    terminal.wait_for(lambda _screen: terminal.copied)
    assert set(terminal.copied) == {REPLY}


def test_over_ssh_the_terminal_is_sent_osc52(at_lab: dict[str, str]) -> None:
    with Copying([COMMAND], at_lab) as terminal:
        copy_reply(terminal, f"Copied {len(REPLY)} characters through the terminal.")


def test_a_drag_of_the_mouse_copies_what_it_covers(at_lab: dict[str, str]) -> None:
    with Copying([COMMAND], at_lab) as terminal:
        terminal.wait_for("Message lab-model")
        terminal.type("Tell me a joke")
        terminal.press("enter")
        lines = terminal.wait_for(REPLY).split("\n")
        row = next(n for n, line in enumerate(lines, 1) if REPLY in line)
        first = lines[row - 1].index("did") + 1
        last = first + len("did the") - 1
        for code, column, end in ((0, first, "M"), (32, first + 1, "M"), (32, last, "M"), (0, last, "m")):
            terminal.send(f"\x1b[<{code};{column};{row}{end}".encode())
        terminal.wait_for("Copied 7 characters through the terminal.")
        terminal.wait_for(lambda _screen: terminal.copied)
        assert terminal.copied == ["did the"]


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """A server of our own with tmux's own options; ended with all that runs in it."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    command = ["tmux", "-f", "/dev/null", "-S", str(tmp_path / "tmux")]
    yield command
    subprocess.run([*command, "kill-server"], check=False, capture_output=True)


def test_in_tmux_over_ssh_tmux_keeps_it_and_hands_it_on(at_lab: dict[str, str], tmux: list[str]) -> None:
    with Copying([*tmux, "new-session", COMMAND], at_lab) as terminal:
        copy_reply(terminal, f"Copied {len(REPLY)} characters through tmux.")
        assert subprocess.run([*tmux, "show-buffer"], capture_output=True, check=True).stdout.decode() == REPLY


def test_in_gnu_screen_the_terminal_outside_is_sent_osc52(at_lab: dict[str, str], tmp_path: Path) -> None:
    if shutil.which("screen") is None:
        pytest.skip("GNU screen is not installed")
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    command = ["screen", "-q", "-U", "-c", "/dev/null", COMMAND]
    with Copying(command, at_lab | {"SCREENDIR": str(sockets)}) as terminal:
        copy_reply(terminal, f"Copied {len(REPLY)} characters through the terminal.")
        terminal.press("ctrl+q")
        terminal.wait_until_gone()
