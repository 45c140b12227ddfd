"""Where the reader is in a transcript, and going to a block of a message."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from tui.domain.chat import ChatMessage
from tui.markdown.outline import WHOLE, OutlineItem, lines_of
from tui.widgets.transcript.folding import MessageFolder


class ReadingPlace(NamedTuple):
    """What is being read."""

    position: int
    """Of the message."""
    block: int
    """Of that message; `WHOLE` at its beginning."""


class MessageLander(MessageFolder, can_focus=False):
    """Goes to places in the messages of a `MessageFolder`."""

    @property
    def messages(self) -> list[ChatMessage]:
        """The messages that are shown, or can be scrolled to."""
        return [entry.message for entry in self.ledger.entries]

    def live_outline(self) -> list[OutlineItem]:
        """The lines of the reply that is being written, as far as it is."""
        live = self.ledger.live
        return [] if live is None else lines_of(live.message, self.ledger.blocks(self.ledger.live_index))

    def reading_place(self) -> ReadingPlace:
        """The message under the cursor, if its beginning is in view, else the block at the top of the view."""
        heights, top = self.ledger.heights, self.scroll_offset.y
        if not len(heights):
            return ReadingPlace(0, WHOLE)
        cursor = self.ledger.cursor
        if cursor is not None and self._begins_in_view(cursor):
            return ReadingPlace(cursor, WHOLE)
        index = heights.at(top)
        rows = self.ledger.rows(index)[: top - heights.start(index) + 1]
        return ReadingPlace(index, max((row.block for row in rows), default=WHOLE))

    def shows_header(self, message_id: str) -> bool:
        """Whether the header of a message is in view."""
        index = self.ledger.position(message_id)
        return index is not None and self._begins_in_view(index)

    def _begins_in_view(self, index: int) -> bool:
        return 0 <= self.ledger.heights.start(index) - self.scroll_offset.y < self.size.height

    def land_on(self, message_id: str, block: int = WHOLE) -> bool:
        """Bring the first row of a block, or of the message, to the top of the view, and the cursor to the message.

        What is folded there is opened, and a message that is shown as it was written is drawn. False when the message
        is no longer there.
        """
        index = self.ledger.position(message_id)
        if index is None:
            return False
        shape = self.ledger.entries[index].shape
        if block != WHOLE and index != self.ledger.live_index and (shape.folded or shape.raw):
            self._reshape(index, replace(shape, folded=False, raw=False))
        self.cursor = message_id
        rows = self.ledger.rows(index) if block != WHOLE else []
        row = next((number for number, row in enumerate(rows) if row.block == block), 0)
        self._holding = self.following = False
        if self._is_laid_out:
            self._settle(index, -row)
        return True
