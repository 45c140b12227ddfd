"""Copying: by pyperclip on this machine, by OSC 52 over SSH, into a file as the last resort."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from tui.domain.errors import ClipboardError
from tui.domain.safe_text import clean
from tui.domain.words import _, plural

OSC52_LIMIT = 74_994
"""Bytes that xterm and tmux still take in one OSC 52 sequence (100,000 base64 characters, less the frame)."""


class Clipboard:
    """Copies text and tells which way it went."""

    def __init__(self, fallback: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._fallback = fallback
        self._environ = environ

    @property
    def remote(self) -> bool:
        """Whether this runs on another machine than the user's terminal."""
        return bool(self._environ.get("SSH_TTY") or self._environ.get("SSH_CONNECTION"))

    async def copy(self, text: str, write_osc52: Callable[[str], None]) -> str:
        """Copy and return a sentence that says which way; ClipboardError when there was none.

        `write_osc52` hands text to the terminal; nothing says whether it took it.
        """
        text = clean(text)
        size = plural("{n} character", "{n} characters", len(text))
        if not self.remote and await asyncio.to_thread(_by_pyperclip, text):
            return _("Copied {size}.").format(size=size)
        if len(text.encode()) <= OSC52_LIMIT:
            write_osc52(text)
            return _("Copied {size} through the terminal.").format(size=size)
        try:
            await asyncio.to_thread(self._to_file, text)
        except OSError as error:
            raise ClipboardError(
                _("Not copied: too long for the terminal, and {path} cannot be written ({reason}).").format(
                    path=self._fallback, reason=error.strerror
                )
            ) from error
        return _("Too long for the terminal. Saved {size} to {path}.").format(size=size, path=self._fallback)

    def _to_file(self, text: str) -> None:
        self._fallback.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(self._fallback, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)


def _by_pyperclip(text: str) -> bool:
    import pyperclip  # on first use: it looks for programs

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException:
        return False
    return True
