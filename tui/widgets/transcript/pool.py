"""A few message views for any number of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tui.widgets.transcript.heights import Heights
from tui.widgets.transcript.message_view import MessageView


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


class Pool:
    """Binds views to messages."""

    def __init__(self) -> None:
        self.views: list[MessageView] = []
        self.placed: list[Placed] = []
        self._bound: dict[int, MessageView] = {}
        self._painted: dict[MessageView, tuple[int, int]] = {}  # kept when released: the screen still shows it

    def view_of(self, index: int) -> MessageView | None:
        """The view that shows a message at present."""
        return next((one.view for one in self.placed if one.view.index == index), None)

    def release(self, start: int = 0) -> None:
        """Unbind the views of all messages from position `start` on."""
        for view in self.views:
            if view.index is not None and view.index >= start:
                del self._bound[view.index]
                view.index = None
        self.placed = [one for one in self.placed if one.view.index is not None]

    def place(self, heights: Heights, top: int, height: int) -> tuple[bool, list[MessageView]]:
        """Bind views to the messages between `top` and `top + height`.

        Returns whether a border between messages moved, and the views that show something else in the place where they
        were. The last message reaches to the end of the viewport, so that nothing moves while it grows.
        """
        before = self._painted
        placed, changed = self._bind(heights, top, height)
        moved = placed != self.placed
        self.placed = placed
        self._painted = {view: (y, rows) for view, y, rows in placed}
        return moved, [view for view, y, rows in placed if view in changed and before.get(view) == (y, rows)]

    def _bind(self, heights: Heights, top: int, height: int) -> tuple[list[Placed], set[MessageView]]:
        if not len(heights) or height < 1:
            return [], set()
        wanted = range(heights.at(top), heights.at(top + height - 1) + 1)
        free = [view for view in self.views if view.index is None or view.index not in wanted]
        free.sort(key=lambda view: view.index is None)  # taken from the end
        placed: list[Placed] = []
        changed: set[MessageView] = set()
        for index in wanted:
            start = max(heights.start(index), top)
            end = top + height if index == len(heights) - 1 else min(heights.start(index + 1), top + height)
            if end <= start:
                continue
            view = self._bound.get(index)
            if view is None:
                if not free:
                    break
                view = free.pop()
                if view.index is not None:
                    del self._bound[view.index]
                view.index = index
                self._bound[index] = view
                changed.add(view)
            first = start - heights.start(index)
            if view.first != first:
                view.first = first
                changed.add(view)
            placed.append(Placed(view, start - top, end - start))
        return placed, changed
