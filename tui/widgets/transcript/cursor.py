"""The cursor of READ: the message that keys are about."""

from __future__ import annotations

from tui.widgets.transcript.message_list import MessageList
from tui.widgets.transcript.viewport import Viewport


class Cursor:
    """Moves over the messages, and has the view follow."""

    def __init__(self, messages: MessageList, viewport: Viewport) -> None:
        self._messages = messages
        self._viewport = viewport

    @property
    def message_id(self) -> str | None:
        """The message under the cursor, if there is one."""
        return self._messages.cursor

    def to(self, message_id: str) -> None:
        """Put the cursor on a message and show it; for one that is not shown, take the cursor away."""
        self.put(message_id)
        if self._messages.cursor is not None:
            self._viewport.reveal(message_id)

    def put(self, message_id: str | None) -> None:
        """Put the cursor on a message, if one is named; the view stays."""
        if message_id not in (None, self._messages.cursor):
            self._messages.move_cursor(message_id)

    def clear(self) -> None:
        """Take the cursor away; the view stays."""
        self._messages.move_cursor(None)

    def move(self, by: int) -> None:
        """Move the cursor so many messages down, or up; at first it comes to the last message in view."""
        at = self._messages.position(self._messages.cursor)
        self._to_index(self._viewport.in_view.stop - 1 if at is None else at + by)

    def first(self) -> None:
        """Move the cursor to the first message."""
        self._to_index(0)

    def last(self) -> None:
        """Move the cursor to the last message."""
        self._to_index(len(self._messages) - 1)

    def bring(self) -> None:
        """Have the cursor follow into the view, to the message there that is nearest to its own."""
        at, in_view = self._messages.position(self._messages.cursor), self._viewport.in_view
        if at is not None and in_view:
            self.put(self._messages.id_at(max(in_view.start, min(in_view.stop - 1, at))))

    def _to_index(self, index: int) -> None:
        if len(self._messages):
            self.to(self._messages.id_at(max(0, min(len(self._messages) - 1, index))))
