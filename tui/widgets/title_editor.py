"""A new title, written in the row of the conversation itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.domain.safe_text import one_line

LONGEST_TITLE = 200
"""Characters."""


class TitleEditor(Input):
    """Out of sight until it is asked. Enter answers, escape leaves the title as it is."""

    DEFAULT_CSS = """
    TitleEditor { display: none; }
    TitleEditor.-asking { display: block; }
    """

    @dataclass
    class Refused(Message):
        """Enter was pressed on an empty title."""

        title_editor: TitleEditor

        @property
        def control(self) -> TitleEditor:
            """The editor."""
            return self.title_editor

    def __init__(self) -> None:
        super().__init__(compact=True, max_length=LONGEST_TITLE, select_on_focus=False)
        self._answer: asyncio.Future[str | None] | None = None
        self._back_to: Widget | None = None

    @property
    def asking(self) -> bool:
        """A title is being written."""
        return self._answer is not None

    def begin(self, title: str, where: Region, back_to: Widget) -> None:
        """Have a title written in this place, in cells of the container.

        The focus goes to `back_to` afterwards, with the keys that come too late.
        """
        self._answer = asyncio.get_running_loop().create_future()
        self._back_to = back_to
        self.value = one_line(title, LONGEST_TITLE)
        self.cursor_position = len(self.value)
        self.place(where)
        self.add_class("-asking")
        self.screen.set_focus(self)

    async def answer(self) -> str | None:
        """The title, once it is written; None when it shall stay as it is."""
        assert self._answer is not None
        try:
            return await self._answer
        finally:
            self._close()

    def place(self, where: Region) -> None:
        """Stand here."""
        self.styles.offset = where.offset
        self.styles.width = where.width

    def finish(self) -> None:
        """Take what is written, as far as it is a title."""
        if self._answer is not None:
            self._settle(self._title or None)

    @property
    def _title(self) -> str:
        return one_line(self.value, LONGEST_TITLE)

    def _settle(self, title: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(title)
        self._close()

    def _close(self) -> None:
        self._answer = None
        self.remove_class("-asking")
        if self._back_to is not None and self.is_attached and self.has_focus:
            self.screen.set_focus(self._back_to)

    async def _on_key(self, event: events.Key) -> None:
        if self._answer is None:
            event.stop()
            event.prevent_default()
            if self._back_to is not None:
                self._back_to.post_message(events.Key(event.key, event.character))
        elif event.key in ("tab", "shift+tab"):
            event.stop()
            event.prevent_default()
        elif event.key in ("escape", "enter"):
            event.stop()
            event.prevent_default()
            if event.key == "escape":
                self._settle(None)
            elif self._title:
                self._settle(self._title)
            else:
                self.post_message(self.Refused(self))
        else:
            await super()._on_key(event)
