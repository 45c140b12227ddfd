"""How late an event loop is: a task that wants to run every millisecond.

The time that the loop's thread stood in line for a processor, which other programs had, is taken off where the system
tells it (Linux): what remains is the program's own doing.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

EVERY = 0.001


class Queueing:
    """How long this thread has stood in line for a processor."""

    def __init__(self) -> None:
        try:
            self._file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self._file = -1

    def seconds(self) -> float:
        """Since the thread began; 0 where nobody knows."""
        return 0.0 if self._file < 0 else int(os.pread(self._file, 100, 0).split()[1]) / 1e9

    def close(self) -> None:
        """Ask no more."""
        if self._file >= 0:
            os.close(self._file)


async def beat(note: Callable[[float, float], object]) -> None:
    """Without end: tell the monotonic second, and by how many milliseconds this beat came too late."""
    queueing = Queueing()
    try:
        while True:
            begun, queued = time.monotonic(), queueing.seconds()
            await asyncio.sleep(EVERY)
            now = time.monotonic()
            note(now, (now - begun - EVERY - (queueing.seconds() - queued)) * 1000)
    finally:
        queueing.close()


class Lateness:
    """The worst of some beats, in milliseconds."""

    worst = 0.0

    def note(self, _at: float, late: float) -> None:
        """Take in one beat."""
        self.worst = max(self.worst, late)


@asynccontextmanager
async def listening() -> AsyncIterator[Lateness]:
    """Beats while the body runs."""
    lateness = Lateness()
    task = asyncio.create_task(beat(lateness.note))
    await asyncio.sleep(0.01)
    lateness.worst = 0.0
    try:
        yield lateness
    finally:
        await asyncio.sleep(0.005)
        task.cancel()
