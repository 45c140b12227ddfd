"""A few message views for any number of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tui.widgets.transcript.fast_scroll import rearrange
from tui.widgets.transcript.message_list import MessageList
from tui.widgets.transcript.message_view import MessageView, StripSource
from tui.widgets.transcript.viewport import Viewport

_LEAST_VIEWS = 24
_FIRST_VIEWS = 6
"""Views that are mounted together while nothing is shown yet."""
_LEAST_ROWS = 2
"""The shortest message: its header and the gap below it."""


class Placed(NamedTuple):
    """A view, the line of the viewport where it begins, and how many lines it has."""

    view: MessageView
    y: int
    height: int


class InView(Layout):
    """Puts the views that are bound to messages in view where those stand, cut to the viewport."""

    name = "in-view"

    def __init__(
        self, placed: Callable[[], Iterable[Placed]], over: Callable[[Size], tuple[Widget, Region] | None]
    ) -> None:
        self._placed = placed
        self._over = over

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        placements = [
            WidgetPlacement(Region(0, y, size.width, height), NULL_OFFSET, NULL_SPACING, view, 0, fixed=True)
            for view, y, height in self._placed()
        ]
        if (over := self._over(size)) is not None:
            widget, region = over
            placements.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, widget, 1, fixed=True))
        return placements


class ViewPool:
    """Binds views to the messages in view, and has them painted in `widget`."""

    def __init__(self, messages: MessageList, viewport: Viewport, widget: Widget) -> None:
        self._messages = messages
        self._viewport = viewport
        self._widget = widget
        self.views: list[MessageView] = []
        self.placed: list[Placed] = []

    async def fill(self, strips: StripSource, over: Widget) -> None:
        """Mount as many views as may be needed, and what lies over them; a few at a time while nobody waits."""
        while (missing := max(_LEAST_VIEWS, self._widget.size.height // _LEAST_ROWS + 2) - len(self.views)) > 0:
            few = missing if self._viewport.is_laid_out else min(missing, _FIRST_VIEWS)
            views = [MessageView(strips) for _n in range(few)]
            widgets = views if self.views else [*views, over]
            self.views += views
            await self._widget.mount_all(widgets)
            if self._viewport.is_laid_out:
                self.place()

    def place(self) -> None:
        """Bind the messages in view to views, and have painted what that changes."""
        before, (placed, changed) = self.placed, self._bind()
        self.placed = placed
        if placed != before:
            self.rearrange()
        for one in placed:
            if one.view in changed and one in before:  # something else in the place where it was
                one.view.refresh()

    def rearrange(self) -> None:
        """Have the views, and what lies over them, put where they belong now."""
        width = self._widget.scrollable_content_region.width
        rearrange(self._widget, [(view, Size(width, rows)) for view, _y, rows in self.placed])

    def repaint(self, message_id: str | None = None) -> None:
        """Paint a message again, or all in view."""
        for view, _y, _rows in self.placed:
            if message_id is None or view.message_id == message_id:
                view.refresh()

    def repaint_rows(self, message_id: str, changed: Iterable[range]) -> None:
        """Paint some rows of a message again."""
        view = next((one.view for one in self.placed if one.view.message_id == message_id), None)
        if view is None:
            return
        for rows in changed:
            start, end = max(0, rows.start - view.first), min(view.size.height, rows.stop - view.first)
            if start < end:
                view.refresh(Region(0, start, view.size.width, end - start))

    def _bind(self) -> tuple[list[Placed], set[MessageView]]:
        """Find a view for each message in view; also those that show something else than before.

        The last message reaches to the end of the viewport, so that nothing moves while it grows.
        """
        messages, in_view, height = self._messages, self._viewport.in_view, self._viewport.height
        wanted = {messages.id_at(index) for index in in_view}
        bound = {view.message_id: view for view in self.views}
        free = [view for view in self.views if view.message_id not in wanted]
        free.sort(key=lambda view: view.message_id is None)  # taken from the end
        placed: list[Placed] = []
        changed: set[MessageView] = set()
        for index in in_view:
            message_id, line = messages.id_at(index), self._viewport.line_of(index)
            start = max(line, 0)
            end = height if index == len(messages) - 1 else min(line + messages.heights[index], height)
            if end <= start:
                continue
            view = bound.get(message_id)
            if view is None:
                if not free:
                    break
                view = free.pop()
                view.message_id = message_id
                changed.add(view)
            if view.first != start - line:
                view.first = start - line
                changed.add(view)
            placed.append(Placed(view, start, end - start))
        return placed, changed
