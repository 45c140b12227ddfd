"""Copying text: by this machine's clipboard, tmux, the terminal, or a file as the last resort."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path

from tui.domain.errors import ClipboardError
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean
from tui.services.export.names import size_of
from tui.services.programs import run_program

OSC52_LIMIT = 74_994
"""Bytes that xterm and tmux accept in one OSC 52 sequence (100,000 base64 characters, less the frame)."""
PATIENCE = 3.0
"""Seconds that a clipboard program may take. One that waits for a display would wait forever."""

_PYPERCLIP = (sys.executable, "-P", "-c", "import pyperclip, sys; pyperclip.copy(sys.stdin.buffer.read().decode())")
"""A process of its own, so that it can be killed with its children. `-P`: nothing is imported from the current folder.
"""
_TMUX = ("tmux", "load-buffer", "-w", "-")
"""Into tmux's buffer and, since tmux 3.2, on to the terminal that tmux runs in, whatever `set-clipboard` says."""
_SCREEN_STRING = 252
"""Characters of a string that every GNU screen passes on, less its frame."""

RunProgram = Callable[[Sequence[str], bytes, float], Awaitable[bool]]
"""Runs a program with this input, for so many seconds at most; True if it succeeded."""


class Route(Enum):
    """A way in which a text reaches the user's clipboard."""

    SYSTEM = "system"
    TMUX = "tmux"
    TERMINAL = "terminal"


class Clipboard:
    """Copies text and reports how."""

    def __init__(self, fallback: Path, environ: Mapping[str, str] = os.environ, run: RunProgram = run_program) -> None:
        self._fallback = fallback
        self._environ = environ
        self._run = run

    @property
    def remote(self) -> bool:
        """Whether the user's terminal is on another machine. mosh keeps the variables of its ssh."""
        return any(self._environ.get(name) for name in ("SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT"))

    @property
    def routes(self) -> list[Route]:
        """The routes to try, in order. The terminal is always the last, because it does not confirm."""
        found = [] if self.remote else [Route.SYSTEM]
        if self._environ.get("TMUX"):
            found.append(Route.TMUX)
        return [*found, Route.TERMINAL]

    async def copy(self, text: str, write_osc52: Callable[[str], None], language: str = "") -> str:
        """Copy a text and return a sentence that says how; ClipboardError if nothing worked.

        `write_osc52` sends text to the terminal, which does not confirm it. A `language` of the text is named.
        """
        text = clean(text)
        data = text.encode()
        size = _size(text, language)
        for route in self.routes:
            if route is Route.SYSTEM and await self._run(_PYPERCLIP, data, PATIENCE):
                return _("Copied {size}.").format(size=size)
            if len(data) > OSC52_LIMIT:
                continue
            if route is Route.TMUX and await self._run(_TMUX, data, PATIENCE):
                return _("Copied {size} through tmux.").format(size=size)
            if route is Route.TERMINAL:
                write_osc52(text)
                return _("Copied {size} through the terminal.").format(size=size)
        try:
            await asyncio.to_thread(self._to_file, text)
        except OSError as error:
            raise ClipboardError(
                _("Not copied: it is too long for the terminal, and {path} cannot be written ({reason}).").format(
                    path=self._fallback, reason=error.strerror
                )
            ) from error
        return _("Too long for the terminal. Saved {size} to {path}.").format(
            size=size_of(len(data)), path=self._fallback
        )

    def wrapped_osc52(self, text: str) -> str:
        """Return the sequence that copies a text, wrapped for the multiplexer; empty without one.

        GNU screen passes nothing on unwrapped. tmux needs it where it may not handle the sequence itself but may pass
        others on: before 3.3 always, since then with `allow-passthrough`.
        """
        sequence = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"
        if self._environ.get("TMUX"):
            return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
        if self._environ.get("STY"):
            starts = range(0, len(sequence), _SCREEN_STRING)
            return "".join(f"\x1bP{sequence[start : start + _SCREEN_STRING]}\x1b\\" for start in starts)
        return ""

    def _to_file(self, text: str) -> None:
        self._fallback.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(self._fallback, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)


def _size(text: str, language: str) -> str:
    characters = plural("{n} character", "{n} characters", len(text))
    count = len(text.rstrip("\n").split("\n"))
    if count == 1 and not language:
        return characters
    lines = plural("{n} line", "{n} lines", count)
    if language:
        lines = _("{lines} of {language}").format(lines=lines, language=language)
    return _("{lines}, {characters}").format(lines=lines, characters=characters)
