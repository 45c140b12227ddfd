"""Showing some rows of a message for a while, and going back to what was in view before."""

from __future__ import annotations

from typing import NamedTuple

from tui.widgets.transcript.folding import MessageFolder

_SHOWN_AT = 3
"""The part of the view, as a divisor, that is above rows which were out of it."""


class Bookmark(NamedTuple):
    """What was in view."""

    message_id: str
    line: int
    """Of the viewport, on which that message begins."""
    following: bool
    held: str
    """The question that was held at the top, or empty."""


class MessageBookmarks(MessageFolder, can_focus=False):
    """Moves the view of a `MessageFolder` away and back."""

    def to_rows(self, index: int, first: int, last: int) -> None:
        """Bring some rows of a message into view; the view stays if they are in it."""
        self._holding = self.following = False
        if not self._is_laid_out:
            return
        self.ledger.measure(index)
        start, top, height = self.ledger.heights.start(index), self.scroll_offset.y, self.size.height
        if top <= start + first and start + last < top + height:
            self._settle(index, start - top)
        else:
            self._settle(index, height // _SHOWN_AT - first)

    def bookmark(self) -> Bookmark | None:
        """What is in view; `None` where there is no message."""
        if not len(self.ledger):
            return None
        heights, top = self.ledger.heights, self.scroll_offset.y
        index = heights.at(top)
        held = self.ledger.entries[self.held].message.id if self._holding and self.held is not None else ""
        message_id = self.ledger.entries[index].message.id
        return Bookmark(message_id, heights.start(index) - top, self.following, held)

    def top_row(self, bookmark: Bookmark | None) -> tuple[int, int]:
        """The message at the top of what was in view, and its first row there; of what is in view where that is gone."""
        index = None if bookmark is None else self.ledger.position(bookmark.message_id)
        if bookmark is None or index is None:
            return self._pivot(), 0
        return index, max(0, -bookmark.line)

    def return_to(self, bookmark: Bookmark) -> None:
        """Show what was in view; nothing happens where that is gone."""
        index, held = self.ledger.position(bookmark.message_id), self.ledger.position(bookmark.held)
        if bookmark.following and self.ledger.live is not None:
            self.following = True
            self.to_end()
        elif held is not None:
            self.hold(held)
        elif index is not None:
            self._holding = self.following = False
            if self._is_laid_out:
                self._settle(index, bookmark.line)
