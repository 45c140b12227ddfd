"""The app as the command line starts it, with a heartbeat in its event loop.

    python -m tests.bench.watched LOG [arguments of chinwag]

LOG gets a line for each beat that is more than 2 ms late: the monotonic second and the milliseconds.
"""

from __future__ import annotations

import asyncio
import os
import sys

import tui.app
from tests.bench.heartbeat import beat
from tui.cli import main

LATE = 2.0


class WatchedApp(tui.app.ChinwagApp):
    """Says when its loop was late."""

    def on_load(self) -> None:
        """Begin to beat."""
        log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def note(at: float, late: float) -> None:
            if late > LATE:
                os.write(log, f"{at} {late}\n".encode())

        self._beating = asyncio.create_task(beat(note))


if __name__ == "__main__":
    tui.app.ChinwagApp = WatchedApp  # type: ignore[misc]
    main(sys.argv[2:])
