"""All rows of the live message. A flush costs only what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from tui.rendering.live_reply import LiveReply
from tui.rendering.message_renderer import MessageRenderer
from tui.rendering.rows import EMPTY, Row


class LiveMessageRows:
    """Header, reasoning, text and status of a growing reply, from top to bottom."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._above = 0
        """Number of rows above the text."""

    def refresh(self, live: LiveReply, draw: MessageRenderer, *, unfolded: bool) -> list[range]:
        """Draw the changes, with the reasoning if it is `unfolded`. Return the ranges of rows that look different now."""
        head, thoughts = draw.live_head(live, unfolded=unfolded)
        above, below = len(head) + len(thoughts), [*draw.live_status(live), EMPTY]
        text, grown = live.rows.rows, live.rows.take_changed()
        if above == self._above and all(map(is_, thoughts, self.rows[len(head) : above])):
            start, new = above + grown, [*text[grown:], *below]
        else:
            start, new = len(head), [*thoughts, *text, *below]
        changed = [self._put(0, head, len(head)), self._put(start, new, len(self.rows))]
        self._above = above
        return [rows for rows in changed if rows]

    def _put(self, start: int, new: Sequence[Row], end: int) -> range:
        """Replace the rows from `start` to `end`. Return the range that looks different now."""
        old = self.rows[start:end]
        same = 0
        while same < min(len(old), len(new)) and (old[same] is new[same] or old[same] == new[same]):
            same += 1
        stop = max(len(old), len(new))
        if len(old) == len(new):
            while stop > same and old[stop - 1] == new[stop - 1]:
                stop -= 1
        if same < stop:  # a new list: callers that keep the rows see by it that they changed
            self.rows = [*self.rows[: start + same], *new[same:], *self.rows[end:]]
        return range(start + same, start + stop)
