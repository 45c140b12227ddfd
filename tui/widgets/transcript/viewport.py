"""What part of a list of messages is in view, and what keeps its place there."""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from typing import Literal, NamedTuple

from tui.widgets.transcript.extent import Extent
from tui.widgets.transcript.message_list import Change, MessageList

_REVEALED_AT = 3
"""The part of the view, as a divisor, that is above rows which were out of it."""
_OVERLAP = 2
"""Rows of the old page that stay in view when it is turned."""


class Free(NamedTuple):
    """A message begins on this line of the view."""

    message_id: str
    line: int


class FollowEnd(NamedTuple):
    """The end of the last message stays in view while it grows."""


class PinQuestion(NamedTuple):
    """A question has the top of the view, and a whole page below it; of a long question the end is shown."""

    message_id: str


Anchor = Free | FollowEnd | PinQuestion
"""What stays where it is when messages come, go, grow or turn out to be taller than was thought."""


class ScrollPosition(NamedTuple):
    """What was in view."""

    anchor: Anchor
    top: Free
    """The topmost message."""


class Viewport:
    """Keeps the place in a list of messages; nobody else decides what is in view.

    Heights are estimates until a message comes into view: each move measures what it brings in, and leaves the anchor
    where it is. Nothing is in view until the height is known.
    """

    def __init__(self, messages: MessageList, now: Callable[[], float] = time.monotonic) -> None:
        self._messages = messages
        self._extent = Extent(messages, now)
        self.top = 0
        """The first row in view."""
        self._goal: FollowEnd | PinQuestion | None = None
        self._place = Free("", 0)
        """The message at the top of the view: the anchor where there is no other."""
        self._opens_at: str | None = None
        """The message to be shown once the height is known; the end where there is none."""
        self._listeners: list[Callable[[bool], object]] = []

    def listen(self, listener: Callable[[bool], object]) -> None:
        """Call `listener` when other rows are in view, with whether that was because the reader scrolled."""
        self._listeners.append(listener)

    # What is in view

    @property
    def height(self) -> int:
        """The lines of the view; 0 until that is known."""
        return self._extent.height

    @property
    def is_laid_out(self) -> bool:
        """Whether the height is known."""
        return self.height > 0

    @property
    def rows(self) -> int:
        """How many rows there are to scroll through."""
        return self._extent.rows

    @property
    def anchor(self) -> Anchor:
        """What stays where it is."""
        return self._place if self._goal is None else self._goal

    @property
    def is_following(self) -> bool:
        """Whether the view goes with the end of the last message."""
        return isinstance(self._goal, FollowEnd)

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is below the view."""
        return self.top >= self._extent.last_top

    @property
    def in_view(self) -> range:
        """The indexes of the messages in view."""
        return self._messages_at(self.top) if self.is_laid_out else range(0)

    @property
    def rows_below(self) -> int:
        """Rows of messages below the view; negative where it reaches beyond the last."""
        return self._messages.heights.total - self.top - self.height

    @property
    def pinned(self) -> str | None:
        """The id of the question that has the top of the view, or had it and still has a page below it."""
        return self._extent.page

    def line_of(self, index: int) -> int:
        """Return the line of the view on which a message begins; it may be above the view or below it."""
        return self._messages.heights.start(index) - self.top

    def anchor_index(self) -> int:
        """Return the message that must not move: one in view whose height is known, else the topmost."""
        in_view = self.in_view
        return next((index for index in in_view if self._messages.entries[index].exact), in_view.start)

    # Where to go

    def open(self, message_id: str | None = None) -> None:
        """Show the end, or a message at the top, as soon as the height is known, and hold on to nothing else."""
        self._goal, self._extent.page, self._opens_at = None, None, message_id
        index = self._messages.position(message_id)
        if index is None:
            self._show_end()
        elif self.is_laid_out:
            self._settle(index, 0)

    def pin(self, message_id: str) -> None:
        """Bring a question to the top of the view, and keep a page free below it; of a long one only the end."""
        self._extent.page, self._goal = message_id, PinQuestion(message_id)
        index = self._messages.position(message_id)
        if index is not None and self.is_laid_out:
            self._settle(index, self._messages.heights.start(index) - self._extent.page_start)

    def to_end(self) -> None:
        """Show the end of the last message, or the question that was pinned as long as all below it fits."""
        if not self.is_following:
            self._goal = None
        self._show_end()

    def follow_end(self, *, keep_page: bool = True) -> None:
        """Go to the end, and with it as long as the last message grows and nobody scrolls."""
        self._goal = FollowEnd()
        if not keep_page:
            self._extent.page = None
        self._show_end()

    def reveal(self, message_id: str) -> None:
        """Bring all of a message into view, or its beginning if it is too tall."""
        index = self._measured(message_id)
        if index is None:
            return
        line, rows = self.line_of(index), self._messages.heights[index] - 1
        if line < 0 or rows > self.height:
            line = 0
        elif line + rows > self.height:
            line = self.height - rows
        self._settle(index, line)

    def reveal_rows(self, message_id: str, first: int, last: int) -> None:
        """Bring some rows of a message into view; the view stays if they are in it."""
        index = self._measured(message_id)
        if index is not None:
            line = self.line_of(index)
            is_in_view = line + first >= 0 and line + last < self.height
            self._settle(index, line if is_in_view else self.height // _REVEALED_AT - first)

    def to_top(self, message_id: str, row: int = 0) -> None:
        """Bring a row of a message to the top of the view, or as near to it as the end allows."""
        index = self._measured(message_id)
        if index is not None:
            self._settle(index, -row)

    def show_at(self, index: int, line: int) -> None:
        """Have a message begin on a line of the view."""
        self._goal = None
        if self.is_laid_out:
            self._settle(index, line)

    def scroll_to(self, top: float) -> None:
        """Go to a row, because the reader scrolls; at the end, a growing reply is followed from there on."""
        top = max(0, min(round(top), self._extent.last_top))
        if top == self.top or not self.is_laid_out:
            return
        self.top = top
        self._goal = FollowEnd() if self._messages.live is not None and self.is_at_end else None
        if self._goal is not None:
            self._show_end(by_reader=True)
        else:
            index = self.anchor_index()
            self._settle(index, self.line_of(index), by_reader=True)

    def turn_page(self, by: Literal[1, -1]) -> None:
        """Scroll a page down, or up."""
        self.scroll_to(self.top + by * max(1, self.height - _OVERLAP))

    def release(self) -> None:
        """Neither follow the end nor hold a question at the top any more; the view stays."""
        self._goal = None

    def stop_following(self) -> None:
        """Stay where the view is while the last message grows."""
        if self.is_following:
            self._goal = None

    # Keeping the place

    def keep(self, staying: Container[str]) -> None:
        """Hold on to a message that stays when the others go: one in view, else the next below, else above."""
        in_view = self.in_view
        nearest = (*range(in_view.start, len(self._messages)), *range(in_view.start - 1, -1, -1))
        index = next((each for each in nearest if self._messages.id_at(each) in staying), None)
        line = 0 if index is None or index not in in_view else self.line_of(index)
        self._place = Free("" if index is None else self._messages.id_at(index), line)

    def restore_anchor(self, place: Free | None = None) -> None:
        """Leave everything where it was; where nothing is followed or pinned, put the message of `place` on its line."""
        if not self.is_laid_out:
            return
        if self.is_following:
            self._show_end()
        elif isinstance(self._goal, PinQuestion) and self._messages.position(self._goal.message_id) is not None:
            self.pin(self._goal.message_id)
        else:
            self._goal = None
            self._settle(*self._found(place or self._place))

    def save(self) -> ScrollPosition | None:
        """Return what is in view; `None` where there is no message."""
        return ScrollPosition(self.anchor, self._place) if len(self._messages) else None

    def restore(self, position: ScrollPosition) -> None:
        """Show what was in view; nothing happens where that is gone."""
        anchor, index = position.anchor, self._messages.position(position.top.message_id)
        if isinstance(anchor, FollowEnd) and self._messages.live is not None:
            self.follow_end()
        elif isinstance(anchor, PinQuestion) and self._messages.position(anchor.message_id) is not None:
            self.pin(anchor.message_id)
        elif index is not None:
            self.show_at(index, position.top.line)

    # What happens to the messages, and to the screen

    def messages_changed(self, change: Change) -> None:
        """Follow a change of the messages. Who adds one, or folds some, says what is to be in view then."""
        if change.kind == "replaced":
            self._goal, self._extent.page, self._place = None, None, Free("", 0)
        elif change.kind == "prepended" and self.is_laid_out:
            self._settle(*self._found(self._place))
        elif change.kind in ("moved", "changed"):
            if self._messages.position(self.pinned) is None:
                self._extent.page = None
            self.restore_anchor()
        elif change.kind == "grown" and self.is_laid_out:
            if self.is_following:
                self._extent.make_room(self.rows_below)
            self._extent.count(is_following=self.is_following)
            self._show(self._extent.last_top if self.is_following else self.top)

    @property
    def share_above(self) -> float:
        """What part of the topmost message is above the view. To be asked for before the width changes."""
        index = self._messages.position(self._place.message_id)
        return 0.0 if index is None else -self.line_of(index) / max(1, self._messages.heights[index])

    def resize(self, height: int, share_above: float | None = None) -> None:
        """Take another height; where the width is another too, with that part of the topmost message above the view."""
        was_laid_out, self._extent.height = self.is_laid_out, height
        index = self._messages.position(self._place.message_id)
        if self._goal is not None:
            self.restore_anchor()
        elif not was_laid_out:
            self.open(self._opens_at)
        elif self.is_at_end or index is None:
            self._show_end()
        elif share_above is None:
            self._settle(index, self._place.line)
        else:
            self._messages.measure(index)
            self._settle(index, -round(share_above * self._messages.heights[index]))

    # The arithmetic

    def _settle(self, index: int, line: int, *, by_reader: bool = False) -> None:
        """Measure what comes into view, with the beginning of a message on that line of it, and show that."""
        messages, heights, top = self._messages, self._messages.heights, 0
        while len(messages):
            self._extent.count(is_following=self.is_following)
            top = max(0, min(heights.start(index) - line, self._extent.last_top))
            unmeasured = [each for each in self._messages_at(top) if not messages.entries[each].exact]
            if not unmeasured:
                break
            for each in unmeasured:
                messages.measure(each)
            line = max(line, 1 - heights[index])
        self._extent.count(is_following=self.is_following)
        self._show(top, by_reader=by_reader)

    def _show_end(self, *, by_reader: bool = False) -> None:
        if self.is_laid_out:
            self._extent.measure_end()
            self._extent.limit_room(self.rows_below)
            self._extent.count(is_following=self.is_following)
            last = max(0, len(self._messages) - 1)
            self._settle(last, self._messages.heights.start(last) - self._extent.last_top, by_reader=by_reader)

    def _show(self, top: int, *, by_reader: bool = False) -> None:
        self.top = top
        if len(self._messages):
            index = self._messages.heights.at(top)
            self._place = Free(self._messages.id_at(index), self.line_of(index))
        for listener in self._listeners:
            listener(by_reader)

    def _messages_at(self, top: int) -> range:
        heights = self._messages.heights
        return range(heights.at(top), heights.at(top + self.height - 1) + 1) if len(heights) else range(0)

    def _measured(self, message_id: str) -> int | None:
        """Let go of the anchor for a message that is to be shown; its index, with its height made exact."""
        self._goal = None
        index = self._messages.position(message_id)
        if index is None or not self.is_laid_out:
            return None
        self._messages.measure(index)
        return index

    def _found(self, place: Free) -> tuple[int, int]:
        """Return the index and the line of a place; where its message is gone, of what is on its row now."""
        index = self._messages.position(place.message_id)
        if index is not None:
            return index, place.line
        if not place.message_id or not len(self._messages):
            return 0, 0
        index = self._messages.heights.at(self.top)
        return index, self.line_of(index)
