"""Rows to strips: margin, bar, surface and selection. Strips are kept, so that painting a row again costs little."""

from __future__ import annotations

from collections import OrderedDict

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.transcript.ledger import Ledger
from tui.widgets.transcript.palette import Palette
from tui.widgets.transcript.rows import Row

_KEPT = 200
"""Messages whose strips are kept."""

_BAR = "▌"


class Strips:
    """Paints the rows of a ledger."""

    def __init__(self, ledger: Ledger, palette: Palette) -> None:
        self._ledger = ledger
        self._palette = palette
        self._messages: OrderedDict[int, dict[int, tuple[Row, int, bool, bool, Strip]]] = OrderedDict()

    def strip(self, index: int, number: int, width: int) -> Strip:
        """A row of a message, `width` cells wide; blank below its last row."""
        rows = self._ledger.rows(index)
        if not 0 <= number < len(rows):
            return self.blank(width)
        row, is_gap = rows[number], number == len(rows) - 1
        bar = self._has_bar(index) and not is_gap
        kept = self._messages.get(index)
        if kept is None:
            kept = self._messages[index] = {}
            if len(self._messages) > _KEPT:
                self._messages.popitem(last=False)
        hit = kept.get(number)
        if hit is not None and hit[0] is row and hit[1:4] == (width, bar, is_gap):
            return hit[4]
        strip = self._paint(index, number, row, width, bar=bar, is_gap=is_gap)
        kept[number] = (row, width, bar, is_gap, strip)
        return strip

    def selected(self, index: int, number: int, width: int, span: tuple[int, int], style: Style) -> Strip:
        """The same with a range of its characters selected."""
        parts: list[Segment] = []
        position = 0
        for segment in self.strip(index, number, width):
            text = segment.text
            start = min(max(span[0] - position, 0), len(text))
            end = min(max(span[1] - position, start), len(text))
            own = segment.style or Style()
            for part, marked in ((text[:start], False), (text[start:end], True), (text[end:], False)):
                if part:
                    parts.append(Segment(part, own + style if marked else own))
            position += len(text)
        return Strip(parts, width).apply_offsets(0, number)

    def blank(self, width: int) -> Strip:
        """An empty line."""
        return Strip.blank(width, self._palette.style("reply"))

    def _has_bar(self, index: int) -> bool:
        return index in (self._ledger.cursor, self._ledger.live_index)

    def _paint(self, index: int, number: int, row: Row, width: int, *, bar: bool, is_gap: bool) -> Strip:
        draw = self._ledger.draw
        surface = "reply" if is_gap else draw.surface(self._ledger.entries[index].message)
        base = self._palette.style(surface)
        parts = [Segment(" " * draw.margin, base)]
        if bar:
            parts = [
                Segment(_BAR, self._palette.style(surface, f"{surface}-bar")),
                Segment(" " * (draw.margin - 1), base),
            ]
        return Strip([*parts, *row.segments]).adjust_cell_length(width, base).apply_offsets(0, number)
