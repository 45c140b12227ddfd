"""What is laid over the rows of messages."""

from __future__ import annotations

from collections.abc import Callable

from tui.widgets.transcript.strips import Decorations

Layer = Callable[[int, int], Decorations | None]
"""Return what is laid over a row, by the index of the message and the row's number in it."""


class Overlays:
    """Layers, the topmost last. `repaint` paints a message again, or all in view."""

    def __init__(self, repaint: Callable[[str | None], object]) -> None:
        self._layers: list[Layer] = []
        self._repaint = repaint

    def lay(self, layer: Layer, *, below: bool = False) -> None:
        """Lay something over the rows, above all that lies there, or below it."""
        if layer not in self._layers:
            self._layers.insert(0 if below else len(self._layers), layer)

    def lift(self, layer: Layer) -> None:
        """Take a layer away."""
        if layer in self._layers:
            self._layers.remove(layer)

    def over(self, index: int, row: int) -> Decorations | None:
        """Return all that lies over a row."""
        found = [over for layer in self._layers if (over := layer(index, row)) is not None]
        if len(found) < 2:
            return found[0] if found else None
        highlights = tuple(highlight for over in found for highlight in over.highlights)
        return Decorations(highlights, tuple(badge for over in found for badge in over.badges))

    def repaint(self, message_id: str | None = None) -> None:
        """Have a message painted again, or all in view: something else lies over them."""
        self._repaint(message_id)
