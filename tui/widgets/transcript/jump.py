"""Where the reader is in a transcript, and going to a block of a message."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from tui.markdown.outline import WHOLE, OutlineItem, lines_of
from tui.widgets.transcript.cursor import Cursor
from tui.widgets.transcript.folding import Folding
from tui.widgets.transcript.message_list import MessageList
from tui.widgets.transcript.viewport import Viewport


class ReadingPlace(NamedTuple):
    """What is being read."""

    position: int
    """Of the message."""
    block: int
    """Of that message; `WHOLE` at its beginning."""


class Jump:
    """Tells what is being read, and goes to other places."""

    def __init__(self, messages: MessageList, viewport: Viewport, folding: Folding, cursor: Cursor) -> None:
        self._messages = messages
        self._viewport = viewport
        self._folding = folding
        self._cursor = cursor

    def live_outline(self) -> list[OutlineItem]:
        """Return the lines of the reply that is being written, as far as it is."""
        live = self._messages.live
        return [] if live is None else lines_of(live.message, self._messages.blocks(self._messages.live_index))

    def reading_place(self) -> ReadingPlace:
        """Return the message under the cursor, if its beginning is in view, else the block at the top of the view."""
        index = self._messages.position(self._cursor.message_id)
        if index is not None and self._begins_in_view(index):
            return ReadingPlace(index, WHOLE)
        if not self._viewport.in_view:
            return ReadingPlace(0, WHOLE)
        index = self._viewport.in_view.start
        rows = self._messages.rows(index)[: 1 - self._viewport.line_of(index)]
        return ReadingPlace(index, max((row.block for row in rows), default=WHOLE))

    def shows_header(self, message_id: str) -> bool:
        """Return whether the header of a message is in view."""
        index = self._messages.position(message_id)
        return index is not None and self._begins_in_view(index)

    def to(self, message_id: str, block: int = WHOLE) -> bool:
        """Bring the first row of a block, or of the message, to the top of the view, and the cursor to the message.

        What is folded there is opened, and a message whose source is shown is drawn. Return whether the message is
        still there.
        """
        index = self._messages.position(message_id)
        if index is None:
            return False
        shape = self._messages.entries[index].shape
        if block != WHOLE and index != self._messages.live_index and (shape.folded or shape.raw):
            self._folding.reshape(index, replace(shape, folded=False, raw=False))
        self._cursor.put(message_id)
        rows = self._messages.rows(index) if block != WHOLE and self._messages.width is not None else []
        row = next((number for number, row in enumerate(rows) if row.block == block), 0)
        self._viewport.to_top(message_id, row)
        return True

    def _begins_in_view(self, index: int) -> bool:
        return 0 <= self._viewport.line_of(index) < self._viewport.height
