"""Selecting with the mouse: dragging over messages, on beyond the view, and double and triple clicks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from textual.geometry import Offset

from tui.rendering.copied_text import copied_text
from tui.rendering.text_range import BEYOND, Point, TextRange, character_at, word_at
from tui.widgets.transcript.message_list import Change, MessageList
from tui.widgets.transcript.viewport import Viewport

_PERIOD = 1 / 15
"""Seconds between two steps of scrolling by itself."""
_MOST_ROWS = 10
"""Rows that one step may scroll."""


class Stoppable(Protocol):
    """A timer."""

    def stop(self) -> None:
        """Call no more."""


class SelectionHost(Protocol):
    """What a selection asks of the widget in which it is made."""

    def capture_mouse(self) -> None:
        """Send all that the mouse does to the widget, wherever the pointer is."""

    def release_mouse(self) -> None:
        """Send it to what is under the pointer again."""

    def set_interval(self, interval: float, callback: Callable[[], object]) -> Stoppable:
        """Call something again and again."""

    def selection_changed(self, selection: Selection) -> None:
        """Note that other text is selected."""

    def selection_dropped(self) -> None:
        """Note that nothing is selected any more."""


class _Drag:
    """A press of the button, and where the pointer went since."""

    def __init__(self, at: Offset, start: TextRange) -> None:
        self.pointer = at
        self.start = start
        self.has_moved = False
        self.has_left_line = False
        """A drag along the first or last row does not mean to scroll."""


class Selection:
    """The selected text. Where the pointer is, is given in lines and cells of the view.

    The ends are places in messages, so that the selection stays when these are scrolled out of the view. It is dropped
    when messages or rows get other numbers.
    """

    def __init__(self, messages: MessageList, viewport: Viewport, host: SelectionHost) -> None:
        self._messages = messages
        self._viewport = viewport
        self._host = host
        self._range: TextRange | None = None
        self._drag: _Drag | None = None
        self._timer: Stoppable | None = None
        viewport.listen(self._view_moved)

    @property
    def exists(self) -> bool:
        """Whether some text is selected."""
        return self._range is not None and self._range.start < self._range.end

    @property
    def text(self) -> str | None:
        """What is selected, as it is copied."""
        return None if self._range is None else copied_text(self._messages, self._range, self._messages.draw.margin)

    @property
    def is_scrolling(self) -> bool:
        """Whether the view scrolls by itself, because the pointer is dragged beyond it."""
        return self._timer is not None

    def span(self, index: int, row: int) -> tuple[int, int] | None:
        """Return the selected characters of a row, as a range."""
        return None if self._range is None else self._range.span(index, row)

    def press(self, at: Offset) -> None:
        """Begin what may become a drag."""
        self.end_drag()
        if len(self._messages):
            self._drag = _Drag(at, self._character(at))

    def drag_to(self, at: Offset) -> None:
        """Select up to the pointer, and scroll while it is beyond the view."""
        drag = self._drag
        if drag is None or at == drag.pointer:
            return
        drag.has_left_line = drag.has_left_line or at.y != drag.pointer.y
        drag.pointer = at
        if not drag.has_moved:
            drag.has_moved = True
            self._viewport.release()
            self._host.capture_mouse()  # not before: a click belongs to the view that is clicked
        self._reach(drag)
        if not self._rows_to_scroll():
            self._stop_scrolling()
        elif self._timer is None:
            self._timer = self._host.set_interval(_PERIOD, self._scroll_on)

    def let_go(self) -> bool:
        """End a drag; return whether it has selected something."""
        has_moved = self._drag is not None and self._drag.has_moved
        self.end_drag()
        return has_moved and self.exists

    def select_word(self, at: Offset) -> None:
        """Select the word under the pointer."""
        if len(self._messages):
            point = self._character(at).start
            start, end = word_at(self._row_text(point.message, point.row), point.column)
            self._select(TextRange(point._replace(column=start), point._replace(column=end)))

    def select_paragraph(self, at: Offset) -> None:
        """Select all rows that soft line breaks tie to the one under the pointer."""
        if not len(self._messages):
            return
        message, row, _column = self._character(at).start
        rows = self._messages.rows(message)
        first = last = min(row, len(rows) - 1)
        while first > 0 and rows[first - 1].glue != "\n":
            first -= 1
        while last < len(rows) - 1 and rows[last].glue != "\n":
            last += 1
        self._select(TextRange(Point(message, first, 0), Point(message, last, BEYOND)))

    def clear(self) -> None:
        """Select nothing, and end a drag."""
        self.end_drag()
        self._select(None)

    def end_drag(self) -> None:
        """Follow the pointer no more."""
        self._stop_scrolling()
        if self._drag is not None:
            self._drag = None
            self._host.release_mouse()

    def messages_changed(self, change: Change) -> None:
        """Select nothing any more where messages or rows have other numbers."""
        if change.kind in ("replaced", "moved", "prepended", "reshaped", "rewrapped"):
            self.clear()

    def _view_moved(self, by_reader: bool) -> None:
        if self._drag is None:
            return
        if by_reader:
            self._viewport.stop_following()  # what is being selected stays where it is
        if self._drag.has_moved:
            self._reach(self._drag)

    def _select(self, selected: TextRange | None) -> None:
        if selected != self._range:
            self._range = selected
            if selected is None:
                self._host.selection_dropped()
            else:
                self._host.selection_changed(self)

    def _reach(self, drag: _Drag) -> None:
        self._select(TextRange.between(drag.start, self._character(drag.pointer)))

    def _rows_to_scroll(self) -> int:
        """How far the next step goes: faster further outside. The outermost rows count as outside."""
        if self._drag is None or not self._drag.has_left_line:
            return 0
        y = self._drag.pointer.y
        above, below = 1 - y, y + 2 - self._viewport.height
        return -min(_MOST_ROWS, above * 2 - 1) if above > 0 else min(_MOST_ROWS, below * 2 - 1) if below > 0 else 0

    def _scroll_on(self) -> None:
        self._viewport.scroll_to(self._viewport.top + self._rows_to_scroll())

    def _stop_scrolling(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _character(self, at: Offset) -> TextRange:
        """The character under the pointer, or the nearest to it in view."""
        heights = self._messages.heights
        y = max(0, min(at.y, self._viewport.height - 1)) + self._viewport.top
        if y >= heights.total:
            last = len(self._messages) - 1
            end = Point(last, heights[last] - 1, BEYOND)
            return TextRange(end, end)
        index = heights.at(y)
        row = y - heights.start(index)
        start, end_column = character_at(self._row_text(index, row), max(0, at.x))
        return TextRange(Point(index, row, start), Point(index, row, end_column))

    def _row_text(self, index: int, row: int) -> str:
        rows = self._messages.rows(index)
        return " " * self._messages.draw.margin + rows[row].text if row < len(rows) else ""
