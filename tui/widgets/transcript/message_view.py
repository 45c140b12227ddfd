"""The widget of a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from textual.geometry import Region
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget


class StripSource(Protocol):
    """Where a view finds what it shows."""

    def view_strip(self, view: MessageView, row: int) -> Strip:
        """Return a row of the message that `view` is bound to, as wide as the view."""


class MessageView(Widget, can_focus=False):
    """Shows the message it is bound to while that is in view; then it is bound to another one."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    MessageView { width: 1fr; height: auto; }
    """

    @dataclass
    class LinkChosen(Message):
        """A link in the message was clicked. Its address begins with http:// or https://."""

        view: MessageView
        url: str

        @property
        def control(self) -> MessageView:
            return self.view

    @dataclass
    class FoldPressed(Message):
        """A line was clicked that stands for something folded, or folds it: "reasoning", "code" or the whole "message"."""

        view: MessageView
        message_id: str
        what: Literal["reasoning", "code", "message"]

        @property
        def control(self) -> MessageView:
            return self.view

    def __init__(self, strips: StripSource) -> None:
        super().__init__()
        self.auto_links = False
        self.message_id: str | None = None
        """The message it shows; `None` for a view that waits in the pool."""
        self.first = 0
        """The message's row that is drawn in the view's first line."""
        self._strips = strips

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the very strips that the transcript keeps, so that what Textual caches of them is used again.

        The style sheet can therefore give a view neither border nor padding.
        """
        strips = [self._strips.view_strip(self, self.first + y) for y in crop.line_range]
        if filters := self.get_line_filters():
            background = self.background_colors[1]
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return None

    def action_open_link(self, url: str) -> None:
        """Ask for a link to be opened."""
        if url.startswith(("http://", "https://")):
            self.post_message(self.LinkChosen(self, url))

    def action_toggle_reasoning(self) -> None:
        """Ask for the reasoning to be folded or unfolded."""
        self._press("reasoning")

    def action_toggle_code(self) -> None:
        """Ask for the long code of the message to be folded or unfolded."""
        self._press("code")

    def action_toggle_fold(self) -> None:
        """Ask for the whole message to be folded or unfolded."""
        self._press("message")

    def _press(self, what: Literal["reasoning", "code", "message"]) -> None:
        if self.message_id is not None:
            self.post_message(self.FoldPressed(self, self.message_id, what))
