"""The compositor's own scroll path, for views that move without any other widget moving.

A layout goes through every widget of the screen; scrolling goes through the visible ones only. Textual gives no public
access to it, so the private names stand here and nowhere else. Where a release of Textual lacks one of them, a plain
layout does the same work, more slowly.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.geometry import Size
from textual.messages import UpdateScroll
from textual.widget import Widget

PRIVATE_NAMES = ("_clear_arrangement_cache", "_size_updated")
"""Methods of `Widget` that the scroll path stands on; a widget's size is kept in `_size`."""

is_supported = all(callable(getattr(Widget, name, None)) for name in PRIVATE_NAMES)
"""Whether this release of Textual has them all."""


def rearrange(container: Widget, sizes: Iterable[tuple[Widget, Size]]) -> None:
    """Have `container` arrange its children again before the next paint.

    `sizes` are those that its layout will give: the scroll path tells a widget its size only when it comes into view.
    """
    if not is_supported:
        for child in container.children[:1]:  # asked by a child, a container forgets how it was arranged
            child.refresh(repaint=False, layout=True)
        return
    container._clear_arrangement_cache()  # noqa: SLF001
    for widget, size in sizes:
        widget._size = size  # noqa: SLF001
    container.screen.post_message(UpdateScroll())  # straight to the screen, to be there before what is to be painted
