"""A real pseudo-terminal with a program in it, driven by keys and read as a person reads a screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f9": "\x1b[20~",
    "shift+tab": "\x1b[Z",
    "shift+f4": "\x1b[1;2S",
    "ctrl+end": "\x1b[1;5F",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}


class Terminal:
    """Runs a command in a pseudo-terminal of a fixed size. Use as a context manager: it ends what it started."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], columns: int = 120, rows: int = 40) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.written = 0
        self.on_read: Callable[[], object] | None = None
        """Called as soon as something was read, before it is looked at; for measurements."""
        self.status: int | None = None
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:  # the child
            try:
                os.execvpe(command[0], list(command), {**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
            finally:
                os._exit(127)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.close(self._descriptor)

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def type(self, text: str) -> None:
        """Type ordinary characters."""
        os.write(self._descriptor, text.encode())

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        os.write(self._descriptor, data)

    def press(self, *keys: str) -> None:
        """Press keys by name."""
        for key in keys:
            os.write(self._descriptor, KEYS[key].encode())

    def wait_for(self, what: str | Callable[[str], Any], seconds: float = 30.0) -> str:
        """Read until the screen shows the text, or satisfies the condition; AssertionError with the screen when not."""
        holds = (lambda screen: what in screen) if isinstance(what, str) else what
        end = time.monotonic() + seconds
        while not holds(self.text):
            assert time.monotonic() < end, f"never shown: {what}\n{self.text}"
            assert self._read(0.05) or self.status is None, f"the program ended ({self.status})\n{self.text}"
        return self.text

    def watch(self, seconds: float) -> None:
        """Go on reading for a while; for measurements, tests wait for conditions."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(min(left, 0.05))

    def wait_until_gone(self, seconds: float = 15.0) -> int:
        """Read until the program has ended; its exit status."""
        end = time.monotonic() + seconds
        while self.status is None:
            assert time.monotonic() < end, f"still running\n{self.text}"
            self._read(0.05)
        return self.status

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)

    def _read(self, patience: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], patience)
        data = b""
        if ready:
            with contextlib.suppress(OSError):  # the other end is closed
                data = os.read(self._descriptor, 1 << 16)
        if data:
            self.written += len(data)
            if self.on_read is not None:
                self.on_read()
            self.stream.feed(data)
            return True
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return False
