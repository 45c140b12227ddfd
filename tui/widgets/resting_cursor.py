"""A cursor that blinks costs more than all else while nobody types: it stands still, and is seen, after a while.

Textual has `cursor_blink` for that, but a TextArea then goes on showing a line that it kept without a cursor. What it
uses itself is private: the names stand here and nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.widget import Widget
from textual.widgets import Input, TextArea

RESTS_AFTER = 10.0
"""Seconds without a key."""


class RestingCursor:
    """Has the cursor of the focused widget rest. `now` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._touched = now()
        self._resting: Input | TextArea | None = None

    def touched(self) -> None:
        """The user did something: it blinks again."""
        self._touched = self._now()
        if self._resting is not None:
            if self._resting.has_focus:
                self._resting._restart_blink()  # noqa: SLF001
            self._resting = None

    def look(self, focused: Widget | None) -> None:
        """To be called now and then."""
        if not isinstance(focused, Input | TextArea) or self._now() - self._touched < RESTS_AFTER:
            return
        if focused is not self._resting:
            self._resting = focused
            focused._pause_blink(visible=True)  # noqa: SLF001
