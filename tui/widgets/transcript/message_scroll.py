"""Scrolling over messages of which only those in view have a widget, and only those near it a known height."""

from __future__ import annotations

import time
from collections.abc import Iterable

from textual.events import Resize
from textual.geometry import Region, Size
from textual.layout import Layout
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from tui.rendering.palette import COMPONENT_CLASSES
from tui.widgets.transcript.canvas import Canvas
from tui.widgets.transcript.fast_scroll import rearrange
from tui.widgets.transcript.ledger import Ledger
from tui.widgets.transcript.message_view import MessageView
from tui.widgets.transcript.pool import InView, Pool

_IDLE_AFTER = 0.5
"""Seconds after the first paint."""
_LEAST_VIEWS = 24
_AT_ONCE = 6
"""Views that are mounted together, if nothing is shown yet."""
_LEAST_ROWS = 2
"""The shortest message: its header and the gap below it."""
_QUESTION_SHARE = 3
"""The part of the view, as a divisor, that a long question may take when its reply begins."""
_USUAL_WIDTH = 80
_LEAP = 6
"""The part of the view, as a divisor, by which it moves at once behind a fast reply."""
_FAST = 0.3
"""Seconds between two moves of the view, below which a reply is a fast one."""


class MessageScroll(ScrollView, can_focus=False):
    """A viewport on a ledger of messages.

    What is on the screen stays where it is when messages above it turn out to be taller or shorter than was thought.
    A question can be held at the top of the view: below the last message there is then as much room as that takes.
    """

    COMPONENT_CLASSES = COMPONENT_CLASSES
    DEFAULT_CSS = """
    MessageScroll { height: 1fr; overflow: hidden scroll; scrollbar-size-vertical: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.ledger = Ledger()
        self.pool = Pool()
        self.held: int | None = None
        """Position of the question that has, or had, the top of the view."""
        self.following = False
        """The view goes with the end of the last message."""
        self._holding = False
        self._room = 0
        """Empty rows below the reply that is followed."""
        self._moved_at = 0.0
        self._now = time.monotonic
        self._is_laid_out = False
        self._landing: int | None = None
        self.canvas = Canvas(self.ledger, self.pool, self)
        self._in_view = InView(lambda: self.pool.placed, self.overlay)

    # For those who build on it

    def overlay(self, size: Size) -> tuple[Widget, Region] | None:
        """A widget to be shown over the messages, and where."""
        return None

    def view_moved(self) -> None:
        """Other messages, or other parts of them, have come into view."""

    def land(self, index: int | None = None) -> None:
        """Show the end, or message `index` at the top, as soon as there is a size."""
        self.held, self.following, self._holding = None, False, False
        self.canvas.clear_selection()
        self.pool.release()
        self.canvas.forget()
        self._landing = index
        if not self._is_laid_out:
            return
        if index is None:
            self.to_end()
        else:
            self._settle(index, 0)

    def hold(self, index: int) -> None:
        """Bring a question to the top of the view; of a long one only the end."""
        self.held, self._holding, self.following = index, True, False
        if self._is_laid_out:
            self._settle(index, self.ledger.heights.start(index) - self._held_row())

    def to_end(self) -> None:
        """Show the end of the last message, or the held question as long as all below it fits."""
        self._holding = False
        if not self._is_laid_out:
            return
        self._measure_end()
        self._room = max(0, min(self._room, -self._rows_below()))
        self._fit()
        last = len(self.ledger) - 1
        self._settle(max(0, last), self.ledger.heights.start(max(0, last)) - self._last_top())

    def to_message(self, index: int) -> None:
        """Bring all of a message into view, or its beginning if it is too tall."""
        self._holding = self.following = False
        if not self._is_laid_out:
            return
        self.ledger.measure(index)
        start, rows = self.ledger.heights.start(index), self.ledger.heights[index] - 1
        top, height = self.scroll_offset.y, self.size.height
        if start < top or rows > height:
            top = start
        elif start + rows > top + height:
            top = start + rows - height
        self._settle(index, start - top)

    def to_top(self, index: int) -> None:
        """Bring the first row of a message to the top of the view."""
        self._holding = self.following = False
        if self._is_laid_out:
            self._settle(index, 0)

    def redraw(self, index: int | None = None) -> None:
        """Messages were added, taken away or changed, `index` among them; what is in view stays in its place."""
        if not self._is_laid_out:
            return
        pivot = self.ledger.heights.at(self.scroll_offset.y)
        self._stay(pivot, self.ledger.heights.start(pivot) - self.scroll_offset.y)
        if index is not None:
            self.refresh_rows(index)

    def _stay(self, pivot: int, line: int) -> None:
        """Go on following or holding; else leave the beginning of message `pivot` on that line of the viewport."""
        if self.following:
            self.to_end()
        elif self._holding and self.held is not None:
            self.hold(self.held)
        else:
            self._settle(pivot, line)

    def live_grown(self, changed: Iterable[range]) -> None:
        """Some rows of the live message have changed, and perhaps their number."""
        if not self._is_laid_out:
            return
        if self.following:
            self._make_room()
        self._fit()
        if self.following:
            self._move_to(self._last_top())
        self._place()
        for rows in changed:
            self.refresh_rows(self.ledger.live_index, rows)
        self.view_moved()

    def _make_room(self) -> None:
        """While rows come fast, have the view move by several at once: each time, all that is in view is painted."""
        below = self._rows_below()
        if below <= 0:
            self._room = min(self._room, -below)
            return
        now = self._now()
        self._room = max(0, self.size.height // _LEAP - 1) if now - self._moved_at < _FAST else 0
        self._moved_at = now

    def _rows_below(self) -> int:
        """Rows below the view; negative where it reaches beyond the last."""
        return self.ledger.heights.total - self.scroll_offset.y - self.size.height

    def refresh_rows(self, index: int, rows: range | None = None) -> None:
        """Paint a message again, or only some rows of it."""
        view = self.pool.view_of(index)
        if view is None:
            return
        if rows is None:
            view.refresh()
            return
        start = max(0, rows.start - view.first)
        end = min(view.size.height, rows.stop - view.first)
        if start < end:
            view.refresh(Region(0, start, view.size.width, end - start))

    @property
    def is_at_end(self) -> bool:
        """Nothing is below the view."""
        return self.scroll_offset.y >= self.max_scroll_y

    # Scrolling

    def scroll_to(
        self, x: float | None = None, y: float | None = None, *, animate: bool = True, **options: object
    ) -> None:
        """Scroll without animation: that would work with heights which measuring has made wrong."""
        force = bool(options.get("force"))
        super().scroll_to(x, y, animate=False, force=force)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        if self._is_laid_out and round(old_value) != round(new_value):
            self._scrolled()

    def _scrolled(self) -> None:
        self._holding = False
        self.following = self.ledger.live is not None and self.is_at_end
        if self.following:
            self.to_end()
        else:
            pivot = self._pivot()
            self._settle(pivot, self.ledger.heights.start(pivot) - self.scroll_offset.y)

    def _pivot(self) -> int:
        """The message that must not move: one in view whose height is known, else the topmost."""
        heights, top = self.ledger.heights, self.scroll_offset.y
        if not len(heights):
            return 0
        in_view = range(heights.at(top), heights.at(top + self.size.height - 1) + 1)
        return next((index for index in in_view if self.ledger.entries[index].exact), in_view.start)

    def _settle(self, pivot: int, line: int) -> None:
        """Measure what comes into view, with the beginning of message `pivot` on that line of the viewport."""
        ledger, heights = self.ledger, self.ledger.heights
        height = self.size.height
        top = 0
        while len(ledger):
            self._fit()
            top = max(0, min(heights.start(pivot) - line, self._last_top()))
            in_view = range(heights.at(top), heights.at(top + height - 1) + 1)
            unmeasured = [index for index in in_view if not ledger.entries[index].exact]
            if not unmeasured:
                break
            for index in unmeasured:
                ledger.measure(index)
            line = max(line, 1 - heights[pivot])
        self._fit()
        self._move_to(top)
        self._place()
        self.view_moved()

    def _measure_end(self) -> None:
        needed = self.size.height
        for index in range(len(self.ledger) - 1, -1, -1):
            if needed <= 0:
                break
            self.ledger.measure(index)
            needed -= self.ledger.heights[index]

    def _held_row(self) -> int:
        """The row that has the top of the view while a question is held."""
        if self.held is None:
            return 0
        self.ledger.measure(self.held)
        rows = self.ledger.heights[self.held]
        return self.ledger.heights.start(self.held) + max(0, rows - max(4, self.size.height // _QUESTION_SHARE))

    def _fit(self) -> None:
        """Tell the scrollbar how much there is. Setting the size the usual way would lay out the whole screen."""
        rows = self.ledger.heights.total + (self._room if self.following else 0)
        if self.held is not None:
            rows = max(rows, self._held_row() + self.size.height)
        if rows != self.virtual_size.height or self.virtual_size.width != self.size.width:
            self.set_reactive(Widget.virtual_size, Size(self.size.width, rows))
            self.vertical_scrollbar.window_virtual_size = rows

    def _last_top(self) -> int:
        return max(0, self.virtual_size.height - self.size.height)

    def _move_to(self, top: int) -> None:
        if top != self.scroll_y:
            for position in (Widget.scroll_y, Widget.scroll_target_y):
                self.set_reactive(position, float(top))
            self.vertical_scrollbar.position = top

    def _place(self) -> None:
        """Bind the messages in view to views, and have painted what that changes."""
        top, size = self.scroll_offset.y, self.size
        moved, changed = self.pool.place(self.ledger.heights, top, size.height)
        if moved:
            self.rearrange()
        for view in changed:
            view.refresh()

    def rearrange(self) -> None:
        """Have the views, and what lies over them, put where they belong now."""
        width = self.scrollable_content_region.width
        rearrange(self, [(view, Size(width, rows)) for view, _y, rows in self.pool.placed])

    # Size, theme, views

    @property
    def is_container(self) -> bool:
        return True

    @property
    def layout(self) -> Layout:
        """Its own: the style sheet has no say in it."""
        return self._in_view

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self.set_timer(_IDLE_AFTER, self._fill_pool)  # unless it is laid out, and so wanted, before

    def extra_widgets(self) -> list[Widget]:
        """Widgets to be mounted beside the views."""
        return []

    async def _fill_pool(self) -> None:
        while missing := max(_LEAST_VIEWS, self.size.height // _LEAST_ROWS + 2) - len(self.pool.views):
            if missing < 0:
                return
            few = missing if self._is_laid_out else min(missing, _AT_ONCE)  # a few at a time while nobody waits
            views = [MessageView(self.canvas) for _n in range(few)]
            extra = [] if self.pool.views else self.extra_widgets()
            self.pool.views += views
            await self.mount_all([*views, *extra])
            if self._is_laid_out:
                self._place()

    def on_resize(self, event: Resize) -> None:
        width, height = self.scrollable_content_region.width, self.size.height
        if width < 1 or height < 1:
            return
        at_end = self._is_laid_out and self.is_at_end
        pivot, line = self._place_of_view()
        restyled = not self.ledger.is_styled or self.ledger.draw.width != width
        if restyled:
            self.canvas.restyle(width)
        if not self._is_laid_out:
            self._is_laid_out = True
            held, following = self.held, self.following
            self.land(self._landing)
            if held is not None and not following:
                self.hold(held)
            self.following = following
        elif self._holding and self.held is not None:
            self.hold(self.held)
        elif at_end:
            self.to_end()
        elif restyled:
            self.ledger.measure(pivot)
            self._settle(pivot, -round(line * self.ledger.heights[pivot]))
        else:
            self._settle(pivot, self.ledger.heights.start(pivot) - self.scroll_offset.y)
        for view in self.pool.views:
            view.refresh()
        self.call_after_refresh(self._fill_pool)

    def _place_of_view(self) -> tuple[int, float]:
        """The message at the top of the view, and what part of it is above."""
        heights, top = self.ledger.heights, self.scroll_offset.y
        if not len(heights):
            return 0, 0.0
        pivot = heights.at(top)
        return pivot, (top - heights.start(pivot)) / max(1, heights[pivot])

    def ensure_styled(self) -> None:
        """Make drawing possible before the size is known."""
        if not self.ledger.is_styled:
            self.canvas.restyle(_USUAL_WIDTH)

    def _theme_changed(self, theme: Theme) -> None:
        self.canvas.recolour()
        self.refresh()
        for view in self.pool.views:
            view.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        return [self.canvas.blank(crop.width)] * crop.height
