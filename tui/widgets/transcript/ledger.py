"""The messages of a transcript, how tall each is, and the rows of those lately seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

from tui.domain.chat import ChatMessage
from tui.markdown.blocks import Block
from tui.markdown.cleaning import drawable
from tui.rendering.live_message import LiveMessageRows
from tui.rendering.live_reply import LiveReply
from tui.rendering.message_renderer import MessageRenderer, RenderedMessage, estimate
from tui.rendering.note import Note
from tui.rendering.rows import Row
from tui.rendering.shape import Shape
from tui.widgets.transcript.entry import Entry, Prepared
from tui.widgets.transcript.heights import Heights

_KEPT = 200
"""Messages whose rows are kept."""


class _Extent(TypedDict):
    """How much of a message is told besides its text."""

    detailed: bool
    reasoning: bool


class Ledger:
    """Messages by their position. Rows are made when they are asked for, at the width last given to `restyle`."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.heights = Heights()
        self.live: LiveReply | None = None
        self.live_index = -1
        self.cursor: int | None = None
        self.show_reasoning = False
        self._positions: dict[str, int] = {}
        self._draw: MessageRenderer | None = None
        self._drawn: OrderedDict[int, RenderedMessage] = OrderedDict()
        self._live_message = LiveMessageRows()
        self._last_reply = -1

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def draw(self) -> MessageRenderer:
        """What draws the messages. There is none before the width is known."""
        if self._draw is None:
            raise RuntimeError("the width is not known yet")
        return self._draw

    @property
    def is_styled(self) -> bool:
        """Whether the width is known."""
        return self._draw is not None

    def position(self, message_id: str) -> int | None:
        """Where a message stands."""
        return self._positions.get(message_id)

    def replace(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        """Hold these messages and no others."""
        self.entries = [Entry(message, notes.get(message.id)) for message in messages]
        self._positions = {message.id: n for n, message in enumerate(messages)}
        self._drawn.clear()
        self.live, self.live_index, self.cursor = None, -1, None
        self._last_reply = self._find_last_reply()
        self._estimate()

    def renew(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        """Hold these messages instead; what is known of those that stay is kept. The live one ends when it is not there."""
        was, live = self._positions, self.live.message.id if self.live is not None else None
        before, cursor = self._id_at(self._last_reply), None if self.cursor is None else self._id_at(self.cursor)
        entries, drawn, heights = [], OrderedDict[int, RenderedMessage](), []
        for index, message in enumerate(messages):
            entry, at = Entry(message, notes.get(message.id)), was.get(message.id)
            old = None if at is None else self.entries[at]
            if old is not None and at is not None:
                entry.shape = old.shape
                if old.message is message and old.note == entry.note:
                    entry.exact = old.exact
                    if at in self._drawn:
                        drawn[index] = self._drawn[at]
            entries.append(entry)
            heights.append(self.heights[at] if entry.exact and at is not None else self.estimated(entry))
        self.entries, self._drawn, self.heights = entries, drawn, Heights(heights)
        self._positions = {message.id: n for n, message in enumerate(messages)}
        self.cursor = self._positions.get(cursor or "")
        self.live_index = self._positions.get(live or "", -1)
        if self.live_index < 0:
            self.live = None
        self._last_reply = self._positions.get(before, -1)
        self._mark_last_reply()
        self.refresh_live()

    def replace_prepared(self, prepared: Prepared) -> None:
        """Hold these messages and no others."""
        self.replace([], {})
        self.prepend(prepared)

    def restyle(self, draw: MessageRenderer) -> None:
        """Another width or other colours: all rows are made anew."""
        same_width = self._draw is not None and self._draw.width == draw.width
        self._draw = draw
        self._drawn.clear()
        if not same_width:
            self._estimate()
        if self.live is not None:
            self.live.repaint(draw.painter(self.live.message), draw.reasoning_rows())
            self._live_message = LiveMessageRows()
            self.refresh_live()

    def append(self, entry: Entry) -> int:
        """Add a message at the end; its height is an estimate."""
        index = len(self.entries)
        self.entries.append(entry)
        self._positions[entry.message.id] = index
        self.heights.append(self.estimated(entry))
        self._mark_last_reply()
        return index

    def put(self, index: int, message: ChatMessage, note: Note | None) -> None:
        """Replace a message, or take note that it changed."""
        entry = self.entries[index]
        del self._positions[entry.message.id]
        entry.message, entry.note = message, note
        self._positions[message.id] = index
        self._forget(index)
        self._mark_last_reply()

    def truncate(self, count: int) -> None:
        """Forget all messages from position `count` on."""
        for entry in self.entries[count:]:
            del self._positions[entry.message.id]
        for index in range(count, len(self.entries)):
            self._drawn.pop(index, None)
        del self.entries[count:]
        self.heights.truncate(count)
        if self.live_index >= count:
            self.live, self.live_index = None, -1
        if self.cursor is not None and self.cursor >= count:
            self.cursor = None
        self._mark_last_reply()

    def begin_live(self, index: int, live: LiveReply) -> None:
        """From now on this message is drawn as it is being written."""
        self.live, self.live_index = live, index
        self._forget(index)
        self._live_message = LiveMessageRows()
        self.refresh_live()

    def end_live(self, message: ChatMessage, note: Note | None) -> None:
        """The live message is one like the others, and now this one. Its text is not drawn again if it is still the same."""
        index, live = self.live_index, self.live
        if live is None:
            return
        live.finish()
        self.live, self.live_index = None, -1
        entry = self.entries[index]
        entry.shape = replace(entry.shape, all_code=True)  # what was read while it came does not fold under the eye
        self.put(index, message, note)
        if live.document.source == drawable(message.content):
            text = RenderedMessage(live.rows.rows, live.document.blocks)
            self._keep(index, self.draw.render_around(text, message, note, entry.shape, **self._extent(index)))

    def grow_live(self, text: str, deltas: int) -> list[range]:
        """Add to the live message. Returns its rows that look different now."""
        if self.live is None:
            return []
        self.live.append(text, deltas)
        return self.refresh_live()

    def refresh_live(self) -> list[range]:
        """Put the rows of the live message together again, and measure it. Returns those that look different now."""
        if self.live is None:
            return []
        changed = self._live_message.refresh(self.live, self.draw, unfolded=self.is_unfolded(self.live_index))
        self.heights[self.live_index] = len(self._live_message.rows)
        self.entries[self.live_index].exact = True
        return changed

    def is_unfolded(self, index: int) -> bool:
        """Whether the reasoning of a message is shown."""
        return self._shows_reasoning(self.entries[index])

    def has_reasoning(self, index: int) -> bool:
        """Whether there is something to fold or unfold in a message."""
        return index == self.live_index or bool(self.entries[index].message.reasoning)

    def reshape(self, index: int, shape: Shape) -> None:
        """Show a message in another way."""
        self.entries[index].shape = shape
        self._forget(index)
        if index == self.live_index:
            self.refresh_live()
        elif self.is_styled:
            self.measure(index)

    def unfold_all(self, unfolded: bool) -> None:
        """Show the reasoning of all messages, or fold it."""
        before = [self.is_unfolded(index) for index in range(len(self.entries))]
        self.show_reasoning = unfolded
        for index, entry in enumerate(self.entries):
            entry.shape = replace(entry.shape, reasoning=None)
            if entry.message.reasoning and before[index] != unfolded:
                self._drawn.pop(index, None)
                entry.exact = False
        self.heights = Heights(
            self.heights[index] if entry.exact else self.estimated(entry) for index, entry in enumerate(self.entries)
        )
        self.refresh_live()

    def prepend(self, earlier: Prepared) -> None:
        """Put messages before all others. The positions of those grow by as many."""
        more = len(earlier.entries)
        self._positions = {entry.message.id: n for n, entry in enumerate(earlier.entries)} | {
            message_id: position + more for message_id, position in self._positions.items()
        }
        self._drawn = OrderedDict((position + more, drawn) for position, drawn in self._drawn.items())
        self.heights = Heights([*earlier.heights, *(self.heights[n] for n in range(len(self.entries)))])
        self.entries = [*earlier.entries, *self.entries]
        if self.cursor is not None:
            self.cursor += more
        if self.live_index >= 0:
            self.live_index += more
        self._last_reply = self._find_last_reply()

    def stand_for(self, messages: Sequence[ChatMessage]) -> None:
        """The last messages are these, which are equal to them and of the same ids."""
        for entry, message in zip(reversed(self.entries), reversed(messages), strict=False):
            entry.message = message

    def redo_header(self, index: int) -> None:
        """What the header of a message tells has changed."""
        drawn = self._drawn.get(index)
        if drawn is not None and index < len(self.entries):
            entry = self.entries[index]
            drawn.rows[0] = self.draw.header(entry.message, detailed=self._is_detailed(index), raw=entry.shape.raw)

    def redo_figures(self) -> list[int]:
        """What the headers tell in detail has changed. Returns the messages whose headers do."""
        detailed = sorted({self._last_reply} - {-1} | ({self.cursor} if self.cursor is not None else set()))
        for index in detailed:
            self.redo_header(index)
        return detailed

    def rows(self, index: int) -> list[Row]:
        """The rows of a message."""
        return self._live_message.rows if index == self.live_index else self._draw_kept(index).rows

    def blocks(self, index: int) -> Sequence[Block]:
        """The blocks of a message as they are drawn: a row names its own by its place among them."""
        if self.live is not None and index == self.live_index:
            return self.live.document.blocks
        return self._draw_kept(index).blocks

    def _draw_kept(self, index: int) -> RenderedMessage:
        drawn = self._drawn.get(index)
        if drawn is not None:
            self._drawn.move_to_end(index)
            return drawn
        entry = self.entries[index]
        return self._keep(index, self.draw.render(entry.message, entry.note, entry.shape, **self._extent(index)))

    def _keep(self, index: int, drawn: RenderedMessage) -> RenderedMessage:
        self._drawn[index] = drawn
        if len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return drawn

    def _extent(self, index: int) -> _Extent:
        return {"detailed": self._is_detailed(index), "reasoning": self.is_unfolded(index)}

    def measure(self, index: int) -> None:
        """Make the height of a message exact."""
        entry = self.entries[index]
        if not entry.exact:
            self.heights[index] = len(self.rows(index))
            entry.exact = True

    def move_cursor(self, index: int | None) -> None:
        """Put the cursor on a message: its header tells more."""
        before, self.cursor = self.cursor, index
        for changed in {before, index} - {None}:
            if changed is not None:
                self.redo_header(changed)

    def _is_detailed(self, index: int) -> bool:
        return index in (self.cursor, self._last_reply)

    def _mark_last_reply(self) -> None:
        before, self._last_reply = self._last_reply, self._find_last_reply()
        if before != self._last_reply:
            self.redo_header(before)
            self.redo_header(self._last_reply)

    def _find_last_reply(self) -> int:
        return next((n for n in range(len(self.entries) - 1, -1, -1) if self.entries[n].message.is_reply), -1)

    def _id_at(self, index: int) -> str:
        return self.entries[index].message.id if 0 <= index < len(self.entries) else ""

    def _forget(self, index: int) -> None:
        self._drawn.pop(index, None)
        self.entries[index].exact = False

    def _estimate(self) -> None:
        for entry in self.entries:
            entry.exact = False
        self.heights = Heights([self.estimated(entry) for entry in self.entries])

    def estimated(self, entry: Entry) -> int:
        """Rows that a message will need, roughly."""
        width = self._draw.width if self._draw is not None else 80
        return estimate(entry.message, width, entry.shape, reasoning=self._shows_reasoning(entry))

    def _shows_reasoning(self, entry: Entry) -> bool:
        return self.show_reasoning if entry.shape.reasoning is None else entry.shape.reasoning
