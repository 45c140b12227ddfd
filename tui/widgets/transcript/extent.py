"""How many rows a viewport can be scrolled through."""

from __future__ import annotations

import time
from collections.abc import Callable

from tui.widgets.transcript.message_list import MessageList

_QUESTION_SHARE = 3
"""The part of the view, as a divisor, that a long question may take when its reply begins."""
_LEAP = 6
"""The part of the view, as a divisor, by which it moves at once behind a fast reply."""
_FAST = 0.3
"""Seconds between two moves of the view, below which a reply is a fast one."""


class Extent:
    """The rows of all messages, and empty ones below the last: a page for a question at the top, or room for a reply."""

    def __init__(self, messages: MessageList, now: Callable[[], float] = time.monotonic) -> None:
        self._messages = messages
        self._now = now
        self.height = 0
        """Of the view; 0 until it is known."""
        self.rows = 0
        self.page: str | None = None
        """The question below which a whole page is kept free: it has the top of the view, or had it."""
        self._room = 0
        """Empty rows below the reply that is followed."""
        self._moved_at = 0.0

    @property
    def last_top(self) -> int:
        """The first row in view when the end is shown."""
        return max(0, self.rows - self.height)

    @property
    def page_start(self) -> int:
        """The row that has the top of the view while a question is pinned."""
        index = self._messages.position(self.page)
        if index is None:
            return 0
        self._messages.measure(index)
        above = self._messages.heights[index] - max(4, self.height // _QUESTION_SHARE)
        return self._messages.heights.start(index) + max(0, above)

    def count(self, *, is_following: bool) -> None:
        """Count the rows again: heights have changed, or what is kept free."""
        self.rows = self._messages.heights.total + (self._room if is_following else 0)
        if self._messages.position(self.page) is not None:
            self.rows = max(self.rows, self.page_start + self.height)

    def make_room(self, below: int) -> None:
        """Have the view move by several rows at once while they come fast: each time, all that is in view is painted.

        So many rows are below the view now, fewer than none where it reaches beyond the last.
        """
        if below <= 0:
            self.limit_room(below)
            return
        now = self._now()
        self._room = max(0, self.height // _LEAP - 1) if now - self._moved_at < _FAST else 0
        self._moved_at = now

    def limit_room(self, below: int) -> None:
        """Keep no more empty rows than the view shows."""
        self._room = max(0, min(self._room, -below))

    def measure_end(self) -> None:
        """Make the heights exact of what is in view when the end is shown."""
        needed = self.height
        for index in range(len(self._messages) - 1, -1, -1):
            if needed <= 0:
                break
            self._messages.measure(index)
            needed -= self._messages.heights[index]
