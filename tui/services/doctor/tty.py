"""The terminal on standard input and output."""

from __future__ import annotations

import asyncio
import os
import re
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

PATIENCE = 1.0
"""Seconds in which a terminal must answer; over a slow connection it takes a few hundred milliseconds."""
LOOK_EVERY = 0.005
"""Seconds between two polls. Some event loops cannot wait for a terminal (macOS)."""

_LAST_ANSWER = re.compile(rb"\x1b\[\?[\d;]*c")


class Tty:
    """The terminal, if there is one. `patience` is in seconds."""

    def __init__(self, source: int = 0, target: int = 1, patience: float = PATIENCE) -> None:
        self._source = source
        self._target = target
        self._patience = patience

    @property
    def size(self) -> tuple[int, int] | None:
        """Columns and rows; None without a terminal."""
        if not (os.isatty(self._source) and os.isatty(self._target)):
            return None
        try:
            size = os.get_terminal_size(self._target)
        except OSError:
            return None
        return size.columns, size.lines

    async def ask(self, question: bytes) -> bytes | None:
        """Return the terminal's answer to a query that ends with a request for its device attributes.

        Empty if it does not answer in time; None if there is no terminal to ask, or if asking would stop this process.
        """
        if self.size is None or not self._in_the_foreground():
            return None
        heard = b""
        with _unbuffered(self._source):
            os.write(self._target, question)
            end = monotonic() + self._patience
            while monotonic() < end and not _LAST_ANSWER.search(heard):
                if select.select([self._source], [], [], 0)[0]:
                    heard += os.read(self._source, 1024)
                else:
                    await asyncio.sleep(LOOK_EVERY)
        return heard

    def _in_the_foreground(self) -> bool:
        if sys.platform == "win32":
            return False
        try:
            return os.tcgetpgrp(self._source) == os.getpgrp()
        except OSError:  # a terminal, but not the one this process belongs to
            return False


@contextmanager
def _unbuffered(source: int) -> Iterator[None]:
    """Let bytes arrive at once and without echo; ctrl+c keeps working."""
    import termios  # Windows has none

    before = termios.tcgetattr(source)
    now = termios.tcgetattr(source)
    now[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(source, termios.TCSANOW, now)
    try:
        yield
    finally:
        termios.tcsetattr(source, termios.TCSANOW, before)
