"""A program in a pseudo-terminal, measured.

A thread reads what it writes and notes when; the screen is made from that afterwards. So the measuring costs little while
the program runs, and a time is when something left the program, not when somebody looked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Self

from tests.bench.process import cpu_of, resident_mb
from tests.bench.screen import Screen

COLUMNS, ROWS = 120, 40
_SYNCHRONISED = re.compile(rb"\x1b\[\?2026\$p")
_POLL = 0.005
_SAMPLE = 0.02

Check = Callable[[Screen], bool]


class Gone(Exception):  # noqa: N818, what happened
    """The program ended, or never showed what was waited for. The message is the screen."""


class Driven:
    """Runs a command. Use as a context manager: it ends what it started."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.screen = Screen(COLUMNS, ROWS)
        self.written = 0
        """Bytes, so far."""
        self._reads: list[tuple[float, bytes]] = []
        self._shown = 0
        self._ended = False
        self.began = time.monotonic()
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:  # the child
            try:
                _set_size(0, COLUMNS, ROWS)
                os.execvpe(command[0], list(command), {**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
            finally:
                os._exit(127)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._thread.join(2)
        os.close(self._descriptor)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except OSError:  # the other end is closed
                data = b""
            if not data:
                self._ended = True
                return
            self._reads.append((time.monotonic(), data))
            self.written += len(data)
            if _SYNCHRONISED.search(data):
                os.write(self._descriptor, b"\x1b[?2026;2$y")

    # Keys

    def key(self, data: str) -> float:
        """Press keys, all at once; returns when."""
        now = time.monotonic()
        os.write(self._descriptor, data.encode())
        return now

    def resize(self, columns: int, rows: int) -> None:
        """Another size of the terminal. The screen here is made anew."""
        self.show()
        self.screen = Screen(columns, rows)
        _set_size(self._descriptor, columns, rows)
        os.kill(self.pid, signal.SIGWINCH)

    # What it shows

    def show(self, check: Check | None = None) -> float | None:
        """Bring the screen up to date; with a check, only to where that holds first, and returns when it did."""
        while self._shown < len(self._reads):
            at, data = self._reads[self._shown]
            self._shown += 1
            self.screen.feed(data.decode("utf-8", "surrogateescape"))
            if check is not None and check(self.screen):
                return at
        return None

    def wait(self, what: str | Check, seconds: float = 30.0) -> float:
        """Wait until the screen shows a text, or satisfies a check. Returns when it did; Gone when it never does."""
        check = shows(what) if isinstance(what, str) else what
        end = time.monotonic() + seconds
        if check(self.screen):
            return time.monotonic()
        while (at := self.show(check)) is None:
            if self._ended or time.monotonic() > end:
                raise Gone(f"never shown: {what}\n{self.screen.text}")
            time.sleep(_POLL)
        return at

    def first_times(self, *texts: str) -> list[float]:
        """When each text first stood on the screen, in what was not shown yet; Gone when one never did."""
        found: dict[str, float] = {}
        while self._shown < len(self._reads) and len(found) < len(texts):
            at, data = self._reads[self._shown]
            self._shown += 1
            self.screen.feed(data.decode("utf-8", "surrogateescape"))
            lines = [self.screen.line(row) for row in self.screen.dirty]
            self.screen.dirty.clear()
            for text in texts:
                if text not in found and any(text in line for line in lines):
                    found[text] = at
        if missing := [text for text in texts if text not in found]:
            raise Gone(f"never shown: {missing}\n{self.screen.text}")
        return [found[text] for text in texts]

    def quiet(self, gap: float, seconds: float) -> None:
        """Wait until nothing is written for `gap` seconds from now on, or for `seconds` at most."""
        begun = time.monotonic()
        while (now := time.monotonic()) < begun + seconds and now - max(begun, self.last_read) < gap:
            time.sleep(_POLL)

    @property
    def last_read(self) -> float:
        """When it last wrote something."""
        return self._reads[-1][0] if self._reads else self.began

    def until_written(self, mark: str, seconds: float) -> None:
        """Wait, without making the screen, until these bytes were written in one piece; Gone when they never are."""
        end, seen, tail = time.monotonic() + seconds, self._shown, b""
        while mark.encode() not in tail:
            if seen < len(self._reads):
                tail = tail[-64:] + self._reads[seen][1]
                seen += 1
            elif self._ended or time.monotonic() > end:
                self.show()
                raise Gone(f"never written: {mark}\n{self.screen.text}")
            else:
                time.sleep(_POLL)

    # What it costs

    @property
    def cpu(self) -> float:
        """Seconds of processor time, so far."""
        return cpu_of(self.pid)

    @property
    def resident(self) -> float:
        """Resident memory, in MB."""
        return resident_mb(self.pid)

    @contextlib.contextmanager
    def sampled(self) -> Iterator[CpuSamples]:
        """Note the processor time again and again while the body runs."""
        samples, over = CpuSamples(), threading.Event()

        def sample() -> None:
            while not over.wait(_SAMPLE):
                samples.add(time.monotonic(), self.cpu)

        thread = threading.Thread(target=sample, daemon=True)
        thread.start()
        try:
            yield samples
        finally:
            over.set()
            thread.join()


class CpuSamples:
    """Processor time at some moments."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, float]] = []

    def add(self, at: float, cpu: float) -> None:
        """Note one."""
        self._samples.append((at, cpu))

    def between(self, begin: float, end: float) -> float:
        """Seconds used between two moments."""
        return self._at(end) - self._at(begin)

    def _at(self, moment: float) -> float:
        return next((cpu for at, cpu in self._samples if at >= moment), self._samples[-1][1])


def shows(text: str) -> Check:
    """Whether a text is in one of the rows."""
    return lambda screen: any(text in screen.line(row) for row in range(screen.rows))


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
