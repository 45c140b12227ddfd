"""The rows of messages lately seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container

from tui.rendering.message_renderer import MessageRenderer, RenderedMessage
from tui.widgets.transcript.entry import Entry

_KEPT = 200
"""Messages whose rows are kept."""


class RowCache:
    """Rows by message id, drawn when they are asked for."""

    def __init__(self) -> None:
        self._draw: MessageRenderer | None = None
        self._drawn: OrderedDict[str, RenderedMessage] = OrderedDict()

    @property
    def draw(self) -> MessageRenderer:
        """What draws the messages. There is none before the width is known."""
        if self._draw is None:
            raise RuntimeError("the width is not known yet")
        return self._draw

    @property
    def width(self) -> int | None:
        """The width of the rows, once it is known."""
        return None if self._draw is None else self._draw.width

    def restyle(self, draw: MessageRenderer) -> None:
        """Draw everything again from now on."""
        self._draw = draw
        self._drawn.clear()

    def rows_of(self, entry: Entry, *, detailed: bool, reasoning: bool) -> RenderedMessage:
        """Return what a message is drawn as; `detailed` and `reasoning` say how much is shown besides its text."""
        message = entry.message
        drawn = self._drawn.get(message.id)
        if drawn is None:
            drawn = self.draw.render(message, entry.note, entry.shape, detailed=detailed, reasoning=reasoning)
            self._keep(message.id, drawn)
        else:
            self._drawn.move_to_end(message.id)
        return drawn

    def adopt(self, text: RenderedMessage, entry: Entry, *, detailed: bool, reasoning: bool) -> None:
        """Keep a text that is drawn already, with what stands around it."""
        message = entry.message
        drawn = self.draw.render_around(text, message, entry.note, entry.shape, detailed=detailed, reasoning=reasoning)
        self._keep(message.id, drawn)

    def redo_header(self, entry: Entry, *, detailed: bool) -> None:
        """Draw the header of a message again, where the message is kept."""
        if (drawn := self._drawn.get(entry.message.id)) is not None:
            drawn.rows[0] = self.draw.header(entry.message, detailed=detailed, raw=entry.shape.raw)

    def forget(self, message_id: str) -> None:
        """Draw a message again when it is asked for next."""
        self._drawn.pop(message_id, None)

    def forget_others(self, message_ids: Container[str]) -> None:
        """Keep the rows of these messages only."""
        self._drawn = OrderedDict((each, drawn) for each, drawn in self._drawn.items() if each in message_ids)

    def _keep(self, message_id: str, drawn: RenderedMessage) -> None:
        self._drawn[message_id] = drawn
        if len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
