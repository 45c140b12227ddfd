"""From the network to the screen: deltas are collected, and drawn together some twenty times a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_FIRST_INTERVAL = 1 / 30
_INTERVAL = 1 / 20
_FIRST_PERIOD = 0.3
_FLUSH_LIMIT = 8192
_SHARE = 4
"""After a flush that took long, so many times as long is left for everything else."""


class DeltaPump:
    """Feeds one live reply. `draw(text, deltas)` is called on the event loop with text that came as so many deltas.

    The first delta is drawn at once. Then one flush each 50 ms (33 ms in the first 300 ms) takes 8,192 characters at
    most; while that much lies undrawn, `feed` waits, so that a fast server is slowed down instead of piling up text.
    """

    def __init__(self, draw: Callable[[str, int], object], now: Callable[[], float] = time.monotonic) -> None:
        self._draw = draw
        self._now = now
        self._pending: list[str] = []
        self._deltas = 0
        self._size = 0
        self._began: float | None = None
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._flushed = asyncio.Event()
        self._failure: Exception | None = None
        self._closed = False

    async def feed(self, text: str, deltas: int = 1) -> None:
        """Take text that came as so many deltas; returns when there is room for more. Raises what `draw` raised."""
        if not text or self._closed:
            return
        self._pending.append(text)
        self._deltas += deltas
        self._size += len(text)
        now = self._now()
        if self._began is None:
            self._began = now
        if self._timer is None:
            if now >= self._due:
                self._flush()
            else:
                self._wake_at(self._due)
        while self._size >= _FLUSH_LIMIT and self._failure is None:
            self._flushed.clear()
            await self._flushed.wait()
        self._raise_failure()

    async def finish(self) -> None:
        """Draw what is left, giving the loop a turn between two flushes."""
        self._stop_timer()
        while self._pending:
            self._flush()
            self._stop_timer()
            await asyncio.sleep(0)
        self._raise_failure()

    def close(self) -> None:
        """Draw nothing more. What was not drawn is dropped: the message itself has it."""
        self._closed = True
        self._stop_timer()
        self._pending.clear()
        self._size = 0
        self._flushed.set()

    def _flush(self) -> None:
        self._timer = None
        began = self._now()
        text, deltas = self._take()
        try:
            self._draw(text, deltas)
        except Exception as error:  # noqa: BLE001 - not swallowed: `feed` and `finish` raise it in the reader's task
            self._failure = error
            self._pending.clear()
            self._size = 0
        ended = self._now()
        young = self._began is not None and ended - self._began < _FIRST_PERIOD
        self._due = began + max(_FIRST_INTERVAL if young else _INTERVAL, (ended - began) * (1 + _SHARE))
        if self._pending:
            self._wake_at(self._due)
        self._flushed.set()

    def _take(self) -> tuple[str, int]:
        text, deltas = "".join(self._pending), self._deltas
        rest = text[_FLUSH_LIMIT:]
        self._deltas = 1 if rest else 0
        self._pending = [rest] if rest else []
        self._size = len(rest)
        return text[:_FLUSH_LIMIT], deltas

    def _wake_at(self, due: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - self._now()), self._flush)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure
