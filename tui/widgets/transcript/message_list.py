"""The messages of a transcript, and how tall each is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

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
from tui.widgets.transcript.row_cache import RowCache

_USUAL_WIDTH = 80

ChangeKind = Literal[
    "replaced",  # all messages are others
    "moved",  # messages came or went, perhaps in the middle
    "prepended",  # messages came before all others
    "added",  # a message came at the end
    "changed",  # a message has another text or note, or became the live one, or no longer is
    "grown",  # some rows of the live message are others
    "header",  # what stands above or beside the text of a message is different
    "reshaped",  # more or less of a message is shown; of all messages where no index is given
    "rewrapped",  # the width is another
    "recoloured",  # the colours are others
]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to the messages."""

    kind: ChangeKind
    index: int | None = None
    """The message that it happened to; the first one where it happened to several."""
    rows: Sequence[range] = ()
    """Of a message that has grown, those that look different now."""


class MessageList:
    """Messages in their order. Rows are made when they are asked for, at the width last given to `restyle`.

    An index is valid until the next change that moves messages: what is kept for longer is kept by message id.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.heights = Heights()
        self.live: LiveReply | None = None
        self.live_index = -1
        self.cursor: str | None = None
        """The id of the message under the cursor."""
        self.show_reasoning = False
        self._positions: dict[str, int] = {}
        self._cache = RowCache()
        self._live_message = LiveMessageRows()
        self._last_reply = ""
        self._listeners: list[Callable[[Change], object]] = []

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[ChatMessage]:
        return (entry.message for entry in self.entries)

    def listen(self, listener: Callable[[Change], object]) -> None:
        """Report every change to `listener`, after all who listened before."""
        self._listeners.append(listener)

    def position(self, message_id: str | None) -> int | None:
        """Return the index of a message; `None` where it is not among them."""
        return None if message_id is None else self._positions.get(message_id)

    def id_at(self, index: int) -> str:
        """Return the id of the message at an index."""
        return self.entries[index].message.id

    # Which messages

    def replace(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        """Hold these messages and no others."""
        entries = [Entry(message, notes.get(message.id)) for message in messages]
        self.replace_prepared(Prepared(entries, [self.estimated(entry) for entry in entries]))

    def replace_prepared(self, prepared: Prepared) -> None:
        """Hold these messages and no others."""
        self._cache.forget_others(())
        self.live, self.cursor, self._last_reply = None, None, ""
        self.entries, self.heights = [*prepared.entries], Heights(prepared.heights)
        self._find_again()
        self._report("replaced")

    def renew(self, messages: Sequence[ChatMessage], notes: Mapping[str, Note]) -> None:
        """Hold these messages instead; what is known of those that stay is kept. The live one ends when it is not there."""
        entries, heights = [], []
        for message in messages:
            entry, at = Entry(message, notes.get(message.id)), self._positions.get(message.id)
            if at is not None:
                old = self.entries[at]
                entry.shape = old.shape
                if old.message is message and old.note == entry.note:
                    entry.exact = old.exact
                else:
                    self._cache.forget(message.id)
            entries.append(entry)
            heights.append(self.heights[at] if entry.exact and at is not None else self.estimated(entry))
        self.entries, self.heights = entries, Heights(heights)
        self._find_again()
        self._cache.forget_others(self._positions)
        self._refresh_live()
        self._report("moved", 0)

    def prepend(self, earlier: Prepared) -> None:
        """Put messages before all others."""
        self.heights = Heights([*earlier.heights, *(self.heights[n] for n in range(len(self.entries)))])
        self.entries = [*earlier.entries, *self.entries]
        self._find_again()
        self._report("prepended", 0)

    def append(self, entry: Entry) -> int:
        """Add a message at the end; its height is an estimate. Return its index."""
        index = len(self.entries)
        self.entries.append(entry)
        self._positions[entry.message.id] = index
        self.heights.append(self.estimated(entry))
        self._find_last_reply()
        self._report("added", index)
        return index

    def put(self, message: ChatMessage, note: Note | None) -> None:
        """Show a message in the place of the one of the same id, or take note that it changed."""
        index = self._positions[message.id]
        self._put(index, message, note)
        self._report("changed", index)

    def _put(self, index: int, message: ChatMessage, note: Note | None) -> None:
        self.entries[index].message, self.entries[index].note = message, note
        self._forget(index)
        self._find_last_reply()

    def truncate(self, count: int) -> None:
        """Forget all messages from index `count` on."""
        del self.entries[count:]
        self.heights.truncate(count)
        self._find_again()
        self._cache.forget_others(self._positions)
        self._report("moved", count)

    def stand_for(self, messages: Sequence[ChatMessage]) -> None:
        """Hold these in the place of the last messages, which are equal to them and of the same ids."""
        for entry, message in zip(reversed(self.entries), reversed(messages), strict=False):
            entry.message = message

    # The live reply

    def begin_live(self, index: int, live: LiveReply) -> None:
        """Draw this message as it is being written from now on."""
        self.live, self.live_index = live, index
        self._forget(index)
        self._live_message = LiveMessageRows()
        self._refresh_live()
        self._report("changed", index)

    def end_live(self, message: ChatMessage, note: Note | None) -> None:
        """Show the live message like the others, as `message`. Its text is not drawn again if it is still the same."""
        index, live = self.live_index, self.live
        if live is None:
            return
        live.finish()
        self.live, self.live_index = None, -1
        entry = self.entries[index]
        entry.shape = replace(entry.shape, all_code=True)  # what was read while it came does not fold under the eye
        self._put(index, message, note)
        if live.document.source == drawable(message.content):
            text = RenderedMessage(live.rows.rows, live.document.blocks)
            self._cache.adopt(text, entry, detailed=self._is_detailed(message.id), reasoning=self.is_unfolded(index))
        self._report("changed", index)

    def grow_live(self, text: str, deltas: int) -> None:
        """Add to the live message."""
        if self.live is not None:
            self.live.append(text, deltas)
            self.refresh_live()

    def refresh_live(self) -> None:
        """Put the rows of the live message together again, and measure it."""
        if self.live is not None:
            self._report("grown", self.live_index, self._refresh_live())

    def _refresh_live(self) -> Sequence[range]:
        if self.live is None:
            return ()
        changed = self._live_message.refresh(self.live, self.draw, unfolded=self.is_unfolded(self.live_index))
        self.heights[self.live_index] = len(self._live_message.rows)
        self.entries[self.live_index].exact = True
        return changed

    # How much of them is shown

    def is_unfolded(self, index: int) -> bool:
        """Return whether the reasoning of a message is shown."""
        return self._shows_reasoning(self.entries[index])

    def has_reasoning(self, index: int) -> bool:
        """Return whether there is something to fold or unfold in a message."""
        return index == self.live_index or bool(self.entries[index].message.reasoning)

    def reshape(self, index: int, shape: Shape) -> None:
        """Show a message in another way."""
        self.entries[index].shape = shape
        self._forget(index)
        if index == self.live_index:
            self._refresh_live()
        elif self.width is not None:
            self.measure(index)
        self._report("reshaped", index)

    def unfold_all(self, unfolded: bool) -> None:
        """Show the reasoning of all messages, or fold it."""
        before = [self.is_unfolded(index) for index in range(len(self.entries))]
        self.show_reasoning = unfolded
        for index, entry in enumerate(self.entries):
            entry.shape = replace(entry.shape, reasoning=None)
            if entry.message.reasoning and before[index] != unfolded:
                self._forget(index)
        self.heights = Heights(
            self.heights[index] if entry.exact else self.estimated(entry) for index, entry in enumerate(self.entries)
        )
        self._refresh_live()
        self._report("reshaped")

    def _shows_reasoning(self, entry: Entry) -> bool:
        return self.show_reasoning if entry.shape.reasoning is None else entry.shape.reasoning

    # What is drawn

    @property
    def draw(self) -> MessageRenderer:
        """What draws the messages. There is none before the width is known."""
        return self._cache.draw

    @property
    def width(self) -> int | None:
        """The width of the rows, once it is known."""
        return self._cache.width

    def restyle(self, draw: MessageRenderer) -> None:
        """Take another width or other colours: all rows are made again."""
        same_width = self.width == draw.width
        self._cache.restyle(draw)
        if not same_width:
            for entry in self.entries:
                entry.exact = False
            self.heights = Heights([self.estimated(entry) for entry in self.entries])
        if self.live is not None:
            self.live.repaint(draw.painter(self.live.message), draw.reasoning_rows())
            self._live_message = LiveMessageRows()
            self._refresh_live()
        self._report("recoloured" if same_width else "rewrapped")

    def rows(self, index: int) -> list[Row]:
        """Return the rows of a message."""
        return self._live_message.rows if index == self.live_index else self._drawn(index).rows

    def blocks(self, index: int) -> Sequence[Block]:
        """Return the blocks of a message as they are drawn: a row names its own by its place among them."""
        if self.live is not None and index == self.live_index:
            return self.live.document.blocks
        return self._drawn(index).blocks

    def _drawn(self, index: int) -> RenderedMessage:
        entry = self.entries[index]
        detailed, reasoning = self._is_detailed(entry.message.id), self._shows_reasoning(entry)
        return self._cache.rows_of(entry, detailed=detailed, reasoning=reasoning)

    def measure(self, index: int) -> None:
        """Make the height of a message exact."""
        entry = self.entries[index]
        if not entry.exact:
            self.heights[index] = len(self.rows(index))
            entry.exact = True

    def estimated(self, entry: Entry) -> int:
        """Return the number of rows that a message will need, roughly."""
        width = self.width or _USUAL_WIDTH
        return estimate(entry.message, width, entry.shape, reasoning=self._shows_reasoning(entry))

    def move_cursor(self, message_id: str | None) -> None:
        """Put the cursor on a message, or take it away: the header under it tells more."""
        before, self.cursor = self.cursor, message_id if message_id in self._positions else None
        for changed in (before, self.cursor):
            self.redo_header(self.position(changed))

    def redo_header(self, index: int | None) -> None:
        """Draw the header of a message again: what it tells has changed."""
        if index is not None:
            self._cache.redo_header(self.entries[index], detailed=self._is_detailed(self.id_at(index)))
            self._report("header", index)

    def redo_figures(self) -> None:
        """Draw the headers again that tell of figures."""
        for message_id in {self._last_reply, self.cursor}:
            self.redo_header(self.position(message_id))

    def _is_detailed(self, message_id: str) -> bool:
        return message_id in (self.cursor, self._last_reply)

    def _forget(self, index: int) -> None:
        self._cache.forget(self.id_at(index))
        self.entries[index].exact = False

    # What is kept by id

    def _find_again(self) -> None:
        """Find everything that is kept by id again among the messages that are there now."""
        self._positions = {entry.message.id: n for n, entry in enumerate(self.entries)}
        self.live_index = -1 if self.live is None else self._positions.get(self.live.message.id, -1)
        if self.live_index < 0:
            self.live = None
        if self.cursor not in self._positions:
            self.cursor = None
        self._find_last_reply()

    def _find_last_reply(self) -> None:
        before = self._last_reply
        self._last_reply = next((entry.message.id for entry in reversed(self.entries) if entry.message.is_reply), "")
        if before != self._last_reply:
            for message_id in (before, self._last_reply):
                self.redo_header(self.position(message_id))

    def _report(self, kind: ChangeKind, index: int | None = None, rows: Sequence[range] = ()) -> None:
        change = Change(kind, index, rows)
        for listener in self._listeners:
            listener(change)
