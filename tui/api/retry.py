"""Automatic retries: which failures, when, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import randbelow

from tui.api.failures import PassingError
from tui.domain.errors import GatewayError

OnRetry = Callable[[float, GatewayError], None]
"""Called with the seconds until the next try, and the failure of the last one."""

MOST_RETRIES = 2
LONGEST_PAUSE = 20.0
"""Seconds. A server that asks for more is not waited for; the message shows how long it asks."""


class Retries:
    """The retries left for one request."""

    def __init__(self, base: float, on_retry: OnRetry | None = None) -> None:
        self._base = base
        self._on_retry = on_retry
        self._made = 0

    async def pause(self, error: GatewayError) -> bool:
        """Wait before the next try and return True; False when there is none."""
        seconds = self._seconds(error)
        if seconds is None:
            return False
        self._made += 1
        if self._on_retry is not None:
            self._on_retry(seconds, error)
        await asyncio.sleep(seconds)
        return True

    def _seconds(self, error: GatewayError) -> float | None:
        if not isinstance(error, PassingError) or self._made >= MOST_RETRIES:
            return None
        if error.retry_after is not None and error.retry_after > LONGEST_PAUSE:
            return None
        return max(self._base * (1 << self._made) * _jitter(), error.retry_after or 0.0)


def _jitter() -> float:
    """Return a factor of 0.75 to 1.25, so that many clients do not come back at once."""
    return 0.75 + randbelow(501) / 1000
