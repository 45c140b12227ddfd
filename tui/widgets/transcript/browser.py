"""Moving through messages: the cursor, pages, other messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Mapping, Sequence

from tui.domain.chat import ChatMessage
from tui.rendering.note import Note
from tui.widgets.transcript.entry import Entry, Prepared
from tui.widgets.transcript.selecting import MessageSelector

_AT_ONCE = 250
"""Messages that are made ready before others have a turn."""


class MessageBrowser(MessageSelector, can_focus=False):
    """What the reader does with the messages of a `MessageScroll`."""

    # The cursor

    @property
    def cursor(self) -> str | None:
        """The id of the message under the cursor; `None` takes the cursor away."""
        return None if self.ledger.cursor is None else self.ledger.entries[self.ledger.cursor].message.id

    @cursor.setter
    def cursor(self, message_id: str | None) -> None:
        self._put_cursor(None if message_id is None else self.ledger.position(message_id))

    def cursor_clear(self) -> None:
        """Take the cursor away; the view stays."""
        self._put_cursor(None)

    def move_cursor(self, by: int) -> None:
        """Move the cursor so many messages down, or up; at first it comes to the last message in view."""
        if not len(self.ledger):
            return
        at = self.ledger.cursor
        to = self._last_in_view() if at is None else max(0, min(len(self.ledger) - 1, at + by))
        self._put_cursor(to)

    def cursor_first(self) -> None:
        """Move the cursor to the first message."""
        self._put_cursor(0 if len(self.ledger) else None)

    def cursor_last(self) -> None:
        """Move the cursor to the last message."""
        self._put_cursor(len(self.ledger) - 1 if len(self.ledger) else None)

    def bring_cursor(self) -> None:
        """Have the cursor follow into the view, to the message there that is nearest to its own."""
        at = self.ledger.cursor
        if at is None or not self._is_laid_out:
            return
        first = self.ledger.heights.at(self.scroll_offset.y)
        to = max(first, min(self._last_in_view(), at))
        if to != at:
            self.ledger.move_cursor(to)
            self.refresh_rows(to)

    def _put_cursor(self, index: int | None) -> None:
        before = self.ledger.cursor
        self.ledger.move_cursor(index)
        if before is not None:
            self.refresh_rows(before)
        if index is not None:
            self.to_message(index)
            self.refresh_rows(index)

    def _last_in_view(self) -> int:
        return self.ledger.heights.at(self.scroll_offset.y + self.size.height - 1)

    # Other messages

    def renew(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        """Show these messages instead, the live one among them; what is in view and stays is left where it is.

        The cursor stays on its message, or is taken away with it.
        """
        held = None if self.held is None else self.ledger.entries[self.held].message.id
        anchor, line = self._anchor({message.id for message in messages})
        self.drop_selection()
        self.ledger.renew(messages, notes)
        self.pool.release()
        self.canvas.forget()
        self.held = self.ledger.position(held or "")
        self._holding = self._holding and self.held is not None
        if self._is_laid_out:
            self._stay(self.ledger.position(anchor) or 0, line)

    async def prepare(self, messages: Sequence[ChatMessage], note_of: Callable[[ChatMessage], Note | None]) -> Prepared:
        """Make many messages ready to be shown, a few at a time, so that keys come in between."""
        width = -1
        entries: list[Entry] = []
        heights: list[int] = []
        while width != self.size.width:
            width = self.size.width
            entries, heights = [], []
            for message in messages:
                entries.append(entry := Entry(message, note_of(message)))
                heights.append(self.ledger.estimated(entry))
                if len(entries) % _AT_ONCE == 0:
                    await asyncio.sleep(0)
        return Prepared(entries, heights)

    def put_before(self, earlier: Prepared) -> None:
        """Put messages before all that are shown; what is in view stays where it is."""
        if not earlier.entries:
            return
        pivot = self._pivot() if len(self.ledger) else 0
        line = self.ledger.heights.start(pivot) - self.scroll_offset.y
        self.drop_selection()
        self.ledger.prepend(earlier)
        self.pool.release()
        self.canvas.forget()
        if self.held is not None:
            self.held += len(earlier.entries)
        if self._is_laid_out:
            self._settle(min(pivot + len(earlier.entries), len(self.ledger) - 1), line)

    def stand_for(self, messages: Sequence[ChatMessage]) -> None:
        """The last messages shown are these, read once more: nothing looks different."""
        self.ledger.stand_for(messages)

    def _anchor(self, staying: Container[str]) -> tuple[str, int]:
        """The message by which the view keeps its place when only some stay, and the line on which it begins."""
        heights, top = self.ledger.heights, self.scroll_offset.y
        if not len(heights):
            return "", 0
        first, last = heights.at(top), heights.at(top + self.size.height - 1)
        ids = [entry.message.id for entry in self.ledger.entries]
        for index in range(first, last + 1):
            if ids[index] in staying:
                return ids[index], heights.start(index) - top
        near = [*ids[last + 1 :], *reversed(ids[:first])]
        return next((each for each in near if each in staying), ""), 0

    # Scrolling

    def scroll_to_message(self, message_id: str) -> None:
        """Bring the first line of a message to the top of the view, or as near to it as the end allows."""
        index = self.ledger.position(message_id)
        if index is not None:
            self.to_top(index)

    def page_up(self) -> None:
        """Scroll a page up; two lines of the old page stay in view."""
        self.scroll_to(y=self.scroll_y - max(1, self.size.height - 2))

    def page_down(self) -> None:
        """Scroll a page down; two lines of the old page stay in view."""
        self.scroll_to(y=self.scroll_y + max(1, self.size.height - 2))

    def action_page_up(self) -> None:
        """A page up."""
        self.page_up()

    def action_page_down(self) -> None:
        """A page down."""
        self.page_down()

    def action_scroll_home(self) -> None:
        """To the first message."""
        self.scroll_to(y=0)
