"""How tall each message is, and where it begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Heights:
    """Rows of each message, and the row at which each begins."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._starts = list(accumulate(self._heights, initial=0))

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    def __setitem__(self, index: int, height: int) -> None:
        if self._heights[index] == height:
            return
        self._heights[index] = height
        self._starts[index:] = accumulate(self._heights[index:], initial=self._starts[index])

    @property
    def total(self) -> int:
        """Rows of all messages together."""
        return self._starts[-1]

    def start(self, index: int) -> int:
        """Return the row at which a message begins; for the number of messages, the row after the last."""
        return self._starts[index]

    def at(self, row: int) -> int:
        """Return the message that holds a row; the last one for rows beyond."""
        return max(0, min(len(self._heights) - 1, bisect_right(self._starts, row) - 1))

    def append(self, height: int) -> None:
        """Add a message at the end."""
        self._heights.append(height)
        self._starts.append(self._starts[-1] + height)

    def truncate(self, count: int) -> None:
        """Forget all messages from index `count` on."""
        del self._heights[count:]
        del self._starts[count + 1 :]
