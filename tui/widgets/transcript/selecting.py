"""Selecting with the mouse: dragging over messages, on beyond the view, and double and triple clicks."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.selection import Selection
from textual.timer import Timer

from tui.widgets.transcript.message_scroll import MessageScroll
from tui.widgets.transcript.message_view import MessageView
from tui.widgets.transcript.selection import BEYOND, Point, Selected, character_at, word_at

_PERIOD = 1 / 15
"""Seconds between two steps of scrolling by itself."""
_MOST_ROWS = 10
"""Rows that one step may scroll."""


class _Drag:
    """A press of the button, and where the pointer went since."""

    def __init__(self, at: Offset, anchor: Selected) -> None:
        self.pointer = at
        self.anchor = anchor
        self.has_moved = False
        self.has_left_line = False
        """A drag along the first or last row does not mean to scroll."""


class MessageSelector(MessageScroll, can_focus=False):
    """What the mouse selects in a `MessageScroll`.

    The ends of a selection are places in messages, so that it stays when these are scrolled out of the view. Textual's
    own selecting goes by widgets, and those show other messages by then: it only knows that something is selected here.
    """

    ALLOW_SELECT = False

    @dataclass
    class TextSelected(Message):
        """Text has been selected. The screen's own event may come before the last moves of the mouse are dealt with."""

        transcript: MessageSelector

        @property
        def control(self) -> MessageSelector:
            return self.transcript

    _drag: _Drag | None = None
    _auto_scroll: Timer | None = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A drag may begin."""
        self._end_drag()
        if event.button == 1 and self._is_ours(event) and len(self.ledger):
            at = event.screen_offset
            self._drag = _Drag(at, self._character(at))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The selection reaches to the pointer."""
        drag = self._drag
        if drag is None:
            return
        if event.button != 1:  # let go outside of the terminal
            self._end_drag()
            return
        if event.screen_offset == drag.pointer:
            return
        drag.has_left_line = drag.has_left_line or event.screen_offset.y != drag.pointer.y
        drag.pointer = event.screen_offset
        if not drag.has_moved:
            drag.has_moved = True
            self.following = self._holding = False
            self.capture_mouse()  # not before: a click belongs to the view that is clicked
        self._reach()
        if self._rows_to_scroll():
            if self._auto_scroll is None:
                self._auto_scroll = self.set_interval(_PERIOD, self._scroll_on)
        else:
            self._stop_scrolling()

    def on_mouse_up(self) -> None:
        """What is selected now is meant."""
        has_moved = self._drag is not None and self._drag.has_moved
        self._end_drag()
        if has_moved and self.canvas.has_selection:
            self.post_message(self.TextSelected(self))

    def on_click(self, event: events.Click) -> None:
        """Twice selects a word, three times a paragraph or a line of code."""
        if event.chain not in (2, 3) or not self._is_ours(event) or not len(self.ledger):
            return
        at = self._character(event.screen_offset)
        self._select(self._word(at.start) if event.chain == 2 else self._paragraph(at.start))
        if self.canvas.has_selection:
            self.post_message(self.TextSelected(self))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        text = self.canvas.selected_text()
        return None if text is None else (text, "\n")

    def selection_updated(self, selection: Selection | None) -> None:
        """The screen may have dropped the selection: by a click, by escape, for one elsewhere."""
        if self not in self.screen.selections:
            self._end_drag()
            self.canvas.select(None)

    def drop_selection(self) -> None:
        """Nothing is selected, and a drag is over: messages or rows will have other numbers."""
        self._end_drag()
        self.canvas.clear_selection()

    def land(self, index: int | None = None) -> None:
        self._end_drag()
        super().land(index)

    # While a drag lasts

    def _place(self) -> None:
        super()._place()
        if self._drag is not None and self._drag.has_moved:
            self._reach()

    def _scrolled(self) -> None:
        super()._scrolled()
        if self._drag is not None:
            self.following = False  # what is being selected stays where it is

    def _reach(self) -> None:
        if self._drag is not None:
            self._select(Selected.between(self._drag.anchor, self._character(self._drag.pointer)))

    def _rows_to_scroll(self) -> int:
        """How far the next step goes: faster further outside. The outermost rows count as outside."""
        if self._drag is None or not self._drag.has_left_line:
            return 0
        y = self._drag.pointer.y - self.region.y
        above, below = 1 - y, y + 2 - self.size.height
        return -min(_MOST_ROWS, above * 2 - 1) if above > 0 else min(_MOST_ROWS, below * 2 - 1) if below > 0 else 0

    def _scroll_on(self) -> None:
        self.scroll_to(y=self.scroll_y + self._rows_to_scroll())

    def _stop_scrolling(self) -> None:
        if self._auto_scroll is not None:
            self._auto_scroll.stop()
            self._auto_scroll = None

    def _end_drag(self) -> None:
        self._stop_scrolling()
        if self._drag is not None:
            self._drag = None
            self.release_mouse()

    # Places

    def _is_ours(self, event: events.MouseEvent) -> bool:
        """Not for the scrollbar, nor for what lies over the messages. A press does not name its widget."""
        widget, _region = self.screen.get_widget_at(event.screen_x, event.screen_y)
        return widget is self or isinstance(widget, MessageView)

    def _select(self, selected: Selected) -> None:
        self.canvas.select(selected)

    def _character(self, at: Offset) -> Selected:
        """The character under a place of the screen, or the nearest to it in view."""
        heights = self.ledger.heights
        y = max(0, min(at.y - self.region.y, self.size.height - 1)) + self.scroll_offset.y
        if y >= heights.total:
            last = len(self.ledger) - 1
            end = Point(last, heights[last] - 1, BEYOND)
            return Selected(end, end)
        index = heights.at(y)
        row = y - heights.start(index)
        start, end_column = character_at(self._row_text(index, row), max(0, at.x - self.region.x))
        return Selected(Point(index, row, start), Point(index, row, end_column))

    def _row_text(self, index: int, row: int) -> str:
        rows = self.ledger.rows(index)
        return " " * self.ledger.draw.margin + rows[row].text if row < len(rows) else ""

    def _word(self, at: Point) -> Selected:
        start, end = word_at(self._row_text(at.message, at.row), at.column)
        return Selected(at._replace(column=start), at._replace(column=end))

    def _paragraph(self, at: Point) -> Selected:
        """All rows that soft line breaks tie together."""
        rows = self.ledger.rows(at.message)
        first = last = min(at.row, len(rows) - 1)
        while first > 0 and rows[first - 1].glue != "\n":
            first -= 1
        while last < len(rows) - 1 and rows[last].glue != "\n":
            last += 1
        return Selected(Point(at.message, first, 0), Point(at.message, last, BEYOND))
